import type { Contention, Strategy, StrategyFacts } from './strategy.ts';

/** Where stock can lie outside of memory. */
export const FAMILIES = ['file', 'postgres', 'redis', 'hybrid'] as const;
/** Also with a service of somebody's own, which is asked over HTTP: it is in no list, since it needs a target. */
export type StoreFamily = (typeof FAMILIES)[number] | 'http';

/** What a strategy needs running to sell at all. */
export const SERVER_KINDS = ['postgres', 'redis'] as const;
export type ServerKind = (typeof SERVER_KINDS)[number];

/** A service that sells, and how it is spoken to. */
export interface Target {
  /** `http://host:port`, with a path in front of all others if it has one. */
  readonly url: string;
  /** The name of an adapter that comes with the lab, or the path or URL of a module. */
  readonly adapter: string;
  /** Whether the one who gave it says that it is his own: only then may it be on another machine. */
  readonly owned?: boolean | undefined;
}

/** Where the stock of one sale lies: all that the lab writes is in there, under a name of its own. */
export interface StorePlace {
  /** The name of the schema, and the prefix of every key: new for each sale. */
  readonly name: string;
  /** The URL of each server that the strategy needs. */
  readonly servers: Readonly<Partial<Record<ServerKind, string>>>;
  /** A folder of its own, for strategies that keep files. */
  readonly folder: string;
  /** The service that sells, for the strategy that asks one. */
  readonly target?: Target | undefined;
}

/** How large a sale is. */
export interface StockSize {
  readonly events: number;
  /** Tickets of each event when the sale opens. */
  readonly tickets: number;
}

/** What went over the wire, counted by one thread for itself. */
export interface Traffic {
  /** Times something was sent and its answer awaited. */
  roundTrips: number;
  /** Statements or commands in them. */
  statements: number;
}

/** What a strategy is given to sell with. One context serves one thread. */
export interface StoreContext {
  readonly place: StorePlace;
  readonly size: StockSize;
  /** This thread's number among the sellers. */
  readonly self: number;
  /** The most connections this thread may open to each server. */
  readonly connections: number;
  /** How long a request waits for one of them before it is refused, in milliseconds. */
  readonly connectionWaitMs: number;
  /** How long to try to find out what became of an order whose answer was lost, in milliseconds. */
  readonly settleMs: number;
  readonly contention: Contention;
  readonly traffic: Traffic;
  /**
   * What a real sale does between reading the stock and writing it: nothing, or a simulated time. A
   * strategy awaits it once for each attempt, at that place.
   */
  readonly work: () => Promise<void>;
  /** Uniform in [0, 1), seeded: for the jitter of retries. */
  readonly random: () => number;
}

/** What somebody asks for. */
export interface Order {
  /** Unique in the sale: by it an order whose answer was lost is found again. */
  readonly id: number;
  readonly event: number;
  readonly quantity: number;
  readonly client: number;
}

/** Tickets that go back. */
export interface Return extends Order {
  /** The first serial of those that were granted. */
  readonly ticket: number;
}

/** Tickets that are added to an event on sale, or withdrawn from it before anybody has bought them. */
export interface Resize {
  /** Unique in the sale, as that of an order: by it a resize whose answer was lost is found again. */
  readonly id: number;
  readonly event: number;
  /** How many more there are; fewer, below zero. */
  readonly by: number;
}

/** Whether that many can be added or withdrawn at all: a whole number that every store can count with. */
export function isWhole({ by }: Resize): boolean {
  return Number.isInteger(by) && Math.abs(by) < 2 ** 31;
}

/**
 * Sells, for one thread, any number of requests at a time. Functions reject only for a mistake of the
 * strategy's own: what a store does wrong is an answer.
 */
export interface StoreReserver {
  /**
   * Takes `quantity` tickets, all or none; anything below one is refused with `FAILED`.
   * @returns the first of `quantity` consecutive ticket serials (from 0 to 2^31 - 1), or a refusal:
   * `SOLD_OUT`, `CONTENDED` (retries ran out), `DROPPED` (no connection in time), `FAILED`; or `IN_DOUBT`
   */
  reserve(order: Order): Promise<number>;
  /**
   * Gives back tickets that the client was granted.
   * @returns their number; `FAILED` when the store does not know them or cannot be reached, `DROPPED` when
   * there was no connection in time, `IN_DOUBT` when nobody knows
   */
  cancel(given: Return): Promise<number>;
  /**
   * Adds tickets for sale, or withdraws some that are unsold: all of them or none.
   * @returns how many can be had afterwards; `SOLD_OUT` when fewer are left than shall be withdrawn; `FAILED` for
   * what is no whole number, and else a refusal or `IN_DOUBT` as for {@link reserve}
   */
  resize(change: Resize): Promise<number>;
  /** How many tickets of the event can be had right now; `FAILED` when the store does not say. */
  available(event: number): Promise<number>;
  /** This thread sells no more: ends its connections. Called once, unless the thread dies. */
  close(): Promise<void>;
}

/** A grant as the store keeps it. */
export interface StoredGrant extends Return {}

/** What lies in a store when a sale is over. */
export interface StoredSale {
  /** Tickets of each event that can still be had. */
  readonly remaining: readonly number[];
  /** Grants that were not given back. */
  readonly grants: readonly StoredGrant[];
  /** Where tickets have names of somebody else's: how the service named them. Then `grants` is empty. */
  readonly named?: NamedSale | undefined;
}

/** A grant of named tickets, under the serials that its seller gave them. */
export interface NamedGrant {
  /** The first of its serials, which no other grant of the sale has. */
  readonly ticket: number;
  /** How many tickets it is worth by what the service said. */
  readonly quantity: number;
  /** The names of its tickets, or that of the one receipt for all of them. */
  readonly names: readonly string[];
}

/** What a service said of the tickets that it granted. */
export interface NamedSale {
  readonly grants: readonly NamedGrant[];
  /** What the service calls each event. */
  readonly events: readonly string[];
  /** The names that it lists as sold, for each event; null where it does not list them. */
  readonly held: readonly (readonly string[])[] | null;
  /** Why it could not be asked what is left; `remaining` is then empty. */
  readonly unread?: string | undefined;
}

/** One way to keep stock in a store outside of memory consistent. */
export interface StoreStrategy extends StrategyFacts {
  readonly family: StoreFamily;
  readonly needs: readonly ServerKind[];
  /** What its transactions see of each other, in the words of its store. */
  readonly isolation: string;
  /** What has to happen for an acknowledged sale to be lost. */
  readonly durability: string;
  /**
   * Says whether a sale can be made there at all, where that depends on the place.
   * @throws InputError that names what cannot be done
   */
  requireFit?(place: StorePlace, returns: boolean): Promise<void>;
  /** Puts the stock there, before any thread opens. */
  prepare(place: StorePlace, size: StockSize): Promise<void>;
  open(context: StoreContext): Promise<StoreReserver>;
  /** What the store says of the sale, in words no handle had a part in. Called after all have closed. */
  readBack(place: StorePlace, size: StockSize): Promise<StoredSale>;
  /** Removes all that was put there; harmless when there is nothing. */
  remove(place: StorePlace): Promise<void>;
}

export type AnyStrategy = Strategy | StoreStrategy;

/** Whether a strategy sells from a store outside of memory. */
export function isStored(strategy: AnyStrategy): strategy is StoreStrategy {
  return 'family' in strategy;
}

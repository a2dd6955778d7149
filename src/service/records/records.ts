// What the box office keeps, and every way in which that changes. Each change happens whole or not at all, and its
// promise resolves once it will survive what the durability says it survives.
import type {
  Account,
  Credentials,
  EventFields,
  KeptAnswer,
  Reservation,
  Role,
  SettledState,
  TicketEvent,
} from '../terms.ts';
import type { CommitStats } from './group-commit.ts';

/** What an acknowledged change survives. */
export const DURABILITIES = {
  fsync: 'the loss of power: it is on disk before it is acknowledged',
  async:
    'the loss of power, once it is some milliseconds old: what is newer is lost when a process or the power fails',
  none: 'the death of the process, once it is some milliseconds old: a loss of power can cost all records',
} as const;
export type Durability = keyof typeof DURABILITIES;

/** What changes of an account. */
export interface AccountChange {
  readonly role?: Role;
  readonly passwordHash?: string;
}

/** An account that has no number yet. */
export type NewAccount = Omit<Credentials, 'number' | 'version'>;
/** An event that has no number yet. */
export type NewEvent = Omit<TicketEvent, 'number' | 'version'>;

/** What became of a reservation that was to be settled. */
export type Settlement =
  | { readonly outcome: 'settled'; readonly reservation: Reservation }
  /** It is in a state from which there is no way to the one asked for. */
  | { readonly outcome: 'refused'; readonly reservation: Reservation }
  | { readonly outcome: 'missing' };

/** A request that comes with a key. */
export interface Claim {
  readonly scope: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly atMs: number;
}

/** What a key is already used for, if it is. */
export type ClaimAnswer =
  | { readonly outcome: 'claimed' }
  | { readonly outcome: 'in flight' }
  | { readonly outcome: 'reused' }
  | { readonly outcome: 'kept'; readonly answer: KeptAnswer };

/** What is sold of an event. */
export interface EventTotals {
  readonly held: number;
  readonly confirmed: number;
}

/** How many of a list, and after which. */
export interface Page {
  readonly limit: number;
  /** The id of the last one seen. */
  readonly after?: string | undefined;
}

/**
 * The books. A promise rejects only when they cannot be read or written at all; then nothing has changed.
 *
 * Whatever takes a `kept` answer keeps it in the same transaction, in the place of the claim: so a request that is
 * repeated after a crash was either done and answered, or neither.
 */
export interface Records {
  /** Begins a run of the server: a number that no other run of these books has had, nor will have. */
  beginRun(): Promise<number>;

  /** 'taken': there is one of this name already, in whatever case. */
  addAccount(account: NewAccount, kept?: KeptAnswer): Promise<Account | 'taken'>;
  /** With its password's hash, by a name in whatever case. */
  credentials(name: string): Promise<Credentials | undefined>;
  account(id: string): Promise<Account | undefined>;
  /** In the order of their ids. */
  accounts(page: Page): Promise<Account[]>;
  /** Makes its version grow. */
  changeAccount(id: string, change: AccountChange): Promise<Account | undefined>;

  /** All that were not removed, in the order of their numbers. */
  events(): Promise<TicketEvent[]>;
  /** What its number will be, nobody knows before. Numbers begin with 0. */
  addEvent(event: NewEvent, kept?: KeptAnswer): Promise<TicketEvent>;
  /** @param version the version that was edited; undefined: whichever it is */
  editEvent(
    id: string,
    version: number | undefined,
    fields: Partial<EventFields>,
  ): Promise<TicketEvent | 'missing' | 'changed'>;
  /** Removes it, and cancels every reservation that takes stock; those, as they are then. */
  removeEvent(id: string, atMs: number): Promise<Reservation[] | 'missing'>;

  /** 'no event': it was removed meanwhile. */
  book(reservation: Reservation, kept?: KeptAnswer): Promise<'booked' | 'no event'>;
  /**
   * Settles a reservation, if its state allows it and, for one that is held and shall be confirmed or released, its
   * time is not over.
   */
  settle(id: string, to: SettledState, atMs: number, kept?: KeptAnswer): Promise<Settlement>;
  /** Expires held reservations whose time is over, at most `limit`, the longest over first; those, as they are then. */
  expire(atMs: number, limit: number): Promise<Reservation[]>;
  reservation(id: string): Promise<Reservation | undefined>;
  /** Of one account, the newest first: in the order of their ids. Guests are none. */
  reservationsOf(accountId: string, page: Page): Promise<Reservation[]>;
  /** What is held and sold of every event that is there, by its number. */
  totals(): Promise<ReadonlyMap<number, EventTotals>>;

  /** Claims a key for a request that begins. A claim lasts as long as the process, or until {@link unclaim}. */
  claim(claim: Claim): Promise<ClaimAnswer>;
  /** Keeps the answer of a request that changed nothing else. */
  keep(kept: KeptAnswer): Promise<void>;
  /** Gives up a claim: the request failed, and may be tried again. */
  unclaim(scope: string, key: string): Promise<void>;
  /** Forgets answers that were kept before; how many. */
  forgetKept(beforeMs: number): Promise<number>;

  /** In how many groups changes were committed, where they are. */
  stats?(): CommitStats;

  /** Writes what is left to write. Nothing may be asked afterwards. */
  close(): Promise<void>;
}

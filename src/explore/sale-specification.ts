import { invariant } from '../base/invariant.ts';
import { MAX_CLIENTS } from './moves.ts';
import { reserved, type SmallSale } from './small-sale.ts';

/** How an operation ended, as far as the specification cares. */
const ENDINGS = ['granted', 'sold out', 'done', 'without effect'] as const;
export type Ending = (typeof ENDINGS)[number];

// What happens to a client, beside the endings.
const DIE: number = ENDINGS.length;
const BEGIN: number = DIE + 1;
/** Most operations of a client. */
const MAX_OPERATIONS = 32;
/** To be told that none are left; after it stand one, two and so on. */
const TOLD: number = BEGIN + MAX_OPERATIONS;

// What a client is about, in a possible past.
const IDLE = 0;
const BEGUN = 1;
const GRANTED = 2;
const REFUSED = 3;
const DONE = 4;
/** Has seen that none are left; above it one, two and so on. */
const SEEN = 5;

/** What a sale's clients are promised. */
export interface SalePromises {
  /** To be told sold out only if it is, at some moment. */
  readonly noFalseSoldOut: boolean;
  /** To be told how many are left only if so many are, at some moment. */
  readonly noStaleRead: boolean;
}

/**
 * One possible past: the operations that have taken effect until now, in some order. Only what can be
 * seen of it matters: how many tickets each event has left, and for each client whether the operation
 * that it has begun has taken effect, and how.
 */
interface Past {
  readonly left: readonly number[];
  readonly clients: readonly number[];
}

/** All pasts that what has been seen allows. A state of the specification is the number of such a set. */
interface Pasts {
  readonly all: readonly Past[];
  /** The operation each client has begun, -1 for none. */
  readonly operations: readonly number[];
  /** After a death stock may be gone with the dead: then sold out is always allowed. */
  readonly someDied: boolean;
}

/**
 * What a sale must look like to its clients: as if every operation took effect at one moment between
 * its beginning and its end (Herlihy and Wing, "Linearizability", TOPLAS 1990). All orders that are
 * still possible are followed at once, so that an answer which none of them explains is a violation the
 * moment it is given.
 */
export class SaleSpecification {
  readonly initial: number;
  readonly #sale: SmallSale;
  readonly #promises: SalePromises;
  readonly #sets: Pasts[] = [];
  readonly #numbers: Map<string, number> = new Map();
  readonly #known: Map<number, number> = new Map();

  constructor(sale: SmallSale, promises: SalePromises) {
    this.#sale = sale;
    this.#promises = promises;
    const idle = sale.clients.map(() => IDLE);
    const left = Array.from({ length: sale.events }, () => sale.tickets);
    const operations = sale.clients.map(() => -1);
    this.initial = this.#intern({ all: [{ left, clients: idle }], operations, someDied: false });
  }

  /** How many states there are so far. */
  get size(): number {
    return this.#sets.length;
  }

  begin(state: number, client: number, operation: number): number {
    return this.#once(this.#keyOf(state, client, BEGIN + operation), () => {
      const { all, operations, someDied } = this.#sets[state] as Pasts;
      return {
        all: all.map(({ left, clients }) => ({ left, clients: clients.with(client, BEGUN) })),
        operations: operations.with(client, operation),
        someDied,
      };
    });
  }

  /** What is possible once `client` has seen its operation end so; undefined if nothing is. */
  end(state: number, client: number, ending: Ending): number | undefined {
    return this.#end(state, client, ENDINGS.indexOf(ending), (status, pasts) =>
      this.#allows(pasts, status, ending),
    );
  }

  /** What is possible once `client` was told how many tickets are left; undefined if nothing is. */
  endLook(state: number, client: number, left: number): number | undefined {
    if (!this.#promises.noStaleRead) return this.end(state, client, 'done');
    if (left > this.#sale.tickets) return undefined;
    return this.#end(state, client, TOLD + left, (status, { someDied }) => {
      return status === SEEN + left || (someDied && status >= SEEN);
    });
  }

  /** `client` has died: what it had begun may have taken effect, or may never. */
  die(state: number, client: number): number {
    return this.#once(this.#keyOf(state, client, DIE), () => {
      const { all, operations } = this.#sets[state] as Pasts;
      return { all, operations, someDied: true };
    });
  }

  /** The same with the clients renamed: client c is now `renaming[c]`. */
  rename(state: number, renaming: readonly number[]): number {
    const { all, operations, someDied } = this.#sets[state] as Pasts;
    const renamed = (values: readonly number[]): number[] => {
      const result = [...values];
      for (const [client, value] of values.entries()) result[renaming[client] as number] = value;
      return result;
    };
    return this.#intern({
      all: all.map(({ left, clients }) => ({ left, clients: renamed(clients) })),
      operations: renamed(operations),
      someDied,
    });
  }

  /** Keeps the pasts in which what became of the client's operation is allowed. */
  #end(
    state: number,
    client: number,
    what: number,
    allows: (status: number, pasts: Pasts) => boolean,
  ): number | undefined {
    const next = this.#once(this.#keyOf(state, client, what), () => {
      const pasts = this.#sets[state] as Pasts;
      const all = this.#closure(pasts).filter(({ clients }) =>
        allows(clients[client] as number, pasts),
      );
      return {
        all: all.map(({ left, clients }) => ({ left, clients: clients.with(client, IDLE) })),
        operations: pasts.operations.with(client, -1),
        someDied: pasts.someDied,
      };
    });
    return (this.#sets[next] as Pasts).all.length === 0 ? undefined : next;
  }

  #allows({ someDied }: Pasts, status: number, ending: Ending): boolean {
    switch (ending) {
      case 'granted':
        return status === GRANTED;
      case 'done':
        return status === DONE;
      case 'sold out':
        return (
          status === REFUSED || (status === BEGUN && (!this.#promises.noFalseSoldOut || someDied))
        );
      case 'without effect':
        return status === BEGUN;
    }
  }

  /** Every past that becomes possible when some operations that have begun now take effect. */
  #closure({ all, operations }: Pasts): Past[] {
    const found = new Map<string, Past>();
    const waiting = [...all];
    for (let past = waiting.pop(); past; past = waiting.pop()) {
      const key = textOf(past);
      if (found.has(key)) continue;
      found.set(key, past);
      for (const [client, status] of past.clients.entries()) {
        if (status === BEGUN)
          waiting.push(this.#effect(past, client, operations[client] as number));
      }
    }
    return [...found.values()];
  }

  #effect({ left, clients }: Past, client: number, index: number): Past {
    const operations = this.#sale.clients[client] ?? [];
    const operation = operations[index];
    invariant(operation !== undefined, `client ${client} has no operation ${index}`);
    if (operation.kind === 'browse') {
      const seen = this.#promises.noStaleRead ? SEEN + (left[operation.event] as number) : DONE;
      return { left, clients: clients.with(client, seen) };
    }
    if (operation.kind === 'cancel') {
      const { event, quantity } = reserved(operations, operation.of);
      const returned = left.with(event, (left[event] as number) + quantity);
      return { left: returned, clients: clients.with(client, DONE) };
    }
    const { event, quantity } = operation;
    const rest = (left[event] as number) - quantity;
    if (rest < 0) return { left, clients: clients.with(client, REFUSED) };
    return { left: left.with(event, rest), clients: clients.with(client, GRANTED) };
  }

  /** One number for what happens to a client in a state. */
  #keyOf(state: number, client: number, what: number): number {
    return (state * MAX_CLIENTS + client) * (TOLD + this.#sale.tickets + 1) + what;
  }

  #once(question: number, answer: () => Pasts): number {
    const known = this.#known.get(question);
    if (known !== undefined) return known;
    const number = this.#intern(answer());
    this.#known.set(question, number);
    return number;
  }

  #intern(pasts: Pasts): number {
    const keys = pasts.all.map(textOf).toSorted();
    const key = `${pasts.someDied} ${pasts.operations.join()} ${keys.join('|')}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#sets.push(pasts);
    this.#numbers.set(key, this.#sets.length - 1);
    return this.#sets.length - 1;
  }
}

function textOf({ left, clients }: Past): string {
  return `${left.join()};${clients.join()}`;
}

// What the records of a log come to, one after the other: every reader of the same log gets the same.
import type { StockSize, StoredGrant, StoredSale } from '../stored.ts';

/** One line of the log. */
export type LogRecord =
  | {
      readonly kind: 'take';
      /** Unique in the log: how its writer finds it again. */
      readonly id: number;
      readonly event: number;
      readonly quantity: number;
      readonly client: number;
    }
  | {
      readonly kind: 'put';
      readonly id: number;
      readonly event: number;
      readonly quantity: number;
      readonly client: number;
      readonly ticket: number;
    }
  | {
      readonly kind: 'resize';
      readonly id: number;
      readonly event: number;
      readonly by: number;
    };

/** One kind of it. */
type RecordOf<Kind> = Extract<LogRecord, { kind: Kind }>;

/** What becomes of a record: the first serial it took, the tickets it put back, what is left then, or nothing. */
export type Applied = number | undefined;

/** The stock as the log has it so far. */
export class LogState {
  readonly #remaining: number[];
  readonly #next: number[];
  readonly #grants: Map<string, StoredGrant> = new Map();

  constructor({ events, tickets }: StockSize) {
    this.#remaining = Array.from({ length: events }, () => tickets);
    this.#next = Array.from({ length: events }, () => 0);
  }

  remaining(event: number): number {
    return this.#remaining[event] ?? 0;
  }

  apply(record: LogRecord): Applied {
    if (record.kind === 'take') return this.#take(record);
    return record.kind === 'put' ? this.#put(record) : this.#resize(record);
  }

  stored(): StoredSale {
    return { remaining: [...this.#remaining], grants: [...this.#grants.values()] };
  }

  #take({ id, event, quantity, client }: RecordOf<'take'>): Applied {
    const left = this.remaining(event);
    if (left < quantity) return undefined;
    const ticket = this.#next[event] as number;
    this.#remaining[event] = left - quantity;
    this.#next[event] = ticket + quantity;
    this.#grants.set(`${event}/${ticket}`, { id, event, ticket, quantity, client });
    return ticket;
  }

  #put({ event, ticket, quantity, client }: RecordOf<'put'>): Applied {
    const key = `${event}/${ticket}`;
    const grant = this.#grants.get(key);
    if (grant?.quantity !== quantity || grant.client !== client) return undefined;
    this.#grants.delete(key);
    this.#remaining[event] = this.remaining(event) + quantity;
    return quantity;
  }

  #resize({ event, by }: RecordOf<'resize'>): Applied {
    const left = this.remaining(event) + by;
    if (left < 0) return undefined;
    this.#remaining[event] = left;
    return left;
  }
}

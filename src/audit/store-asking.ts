// What rules of the contract have in common that ask one handle after the other.
import { shown } from '../base/errors.ts';
import type { StockSize, StoredSale, StoreReserver } from '../store/stored.ts';

/** A store that was stocked for one rule. */
export interface StockedStore {
  /** Opens another handle. */
  open(): Promise<StoreReserver>;
  readBack(): Promise<StoredSale>;
  /** How often the strategy has worked so far. */
  readonly works: number;
  /** Settles when a copy of the stock that may lag behind has caught up, where there is one. */
  settled(): Promise<void>;
}

/** Stocks a store, has it used, and removes all that was put there. */
export type Stage = (size: StockSize, use: (store: StockedStore) => Promise<void>) => Promise<void>;

/** Something every strategy that sells from a store does, asked by one caller at a time. */
export interface StoreContractRule {
  /** What it does, to complete "a strategy ...". */
  readonly rule: string;
  /** @throws Error saying what it does instead */
  readonly check: (stage: Stage) => Promise<void>;
}

/** Orders are numbered: each rule begins anew. */
export function counter(): () => number {
  let id = 0;
  return () => id++;
}

/** Asks a handle, each time with a number of its own. */
export interface Asking {
  reserve(event: number, quantity: number, client?: number): Promise<number>;
  cancel(event: number, ticket: number, quantity: number, client?: number): Promise<number>;
  resize(event: number, by: number): Promise<number>;
  available(event: number): Promise<number>;
}

/** Asks a handle when all that lags behind has caught up. */
export function asking(reserver: StoreReserver, id: () => number, store: StockedStore): Asking {
  const ask = async (request: () => Promise<number>): Promise<number> => {
    await store.settled();
    return request();
  };
  return {
    reserve: (event, quantity, client = 0) =>
      ask(() => reserver.reserve({ id: id(), event, quantity, client })),
    cancel: (event, ticket, quantity, client = 0) =>
      ask(() => reserver.cancel({ id: id(), event, ticket, quantity, client })),
    resize: (event, by) => ask(() => reserver.resize({ id: id(), event, by })),
    available: (event) => ask(() => reserver.available(event)),
  };
}

/** Has one handle asked. */
export function alone(
  stage: Stage,
  size: StockSize,
  use: (ask: Asking, store: StockedStore) => Promise<void>,
): Promise<void> {
  return stage(size, async (store) => {
    const reserver = await store.open();
    try {
      await use(asking(reserver, counter(), store), store);
    } finally {
      await reserver.close();
    }
  });
}

/** A ticket, once it is sure that it is one. */
export function granted(ticket: number, quantity: number): number {
  const isSerial = Number.isInteger(ticket) && ticket >= 0;
  insist(isSerial, `the answer to ${quantity} is ${shown(ticket)}, not a ticket`);
  return ticket;
}

/** @throws Error that names both, unless they are the same */
export function equal<Value>(actual: Value, expected: Value, what: string): void {
  insist(actual === expected, `${what} is ${shown(actual)}, not ${shown(expected)}`);
}

/** @throws Error with the message, unless it holds */
export function insist(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

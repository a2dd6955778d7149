import { invariant } from '../base/invariant.ts';
import { CONTENDED, DROPPED, FAILED, SOLD_OUT } from '../store/strategy.ts';

/** Tickets that are asked for. */
export interface Reservation {
  readonly event: number;
  readonly quantity: number;
}

/** What one client of a small sale asks for, in order. */
export type SaleOperation =
  | { readonly kind: 'reserve'; readonly event: number; readonly quantity: number }
  /** Gives back what the reserve with this number was granted; nothing happens if it was refused. */
  | { readonly kind: 'cancel'; readonly of: number }
  | { readonly kind: 'browse'; readonly event: number };

/** A sale small enough to look at from all sides. */
export interface SmallSale {
  readonly events: number;
  /** Tickets of each event. */
  readonly tickets: number;
  /** What each client asks for. */
  readonly clients: readonly (readonly SaleOperation[])[];
}

/** The outcome of an operation that ended because somebody it waited for had died. */
export const TOLD_OF_DEATH = -100;

/** What people call client number `client`. */
export function nameOf(client: number): string {
  return String.fromCharCode(65 + client);
}

/** The reserve with the number `index` among a client's reserves. */
export function reserved(operations: readonly SaleOperation[], index: number): Reservation {
  const operation = operations.filter(({ kind }) => kind === 'reserve')[index];
  invariant(operation?.kind === 'reserve', `there is no reserve ${index} to cancel`);
  return operation;
}

/** An operation in words. */
export function describeOperation(
  operation: SaleOperation,
  operations: readonly SaleOperation[],
  manyEvents: boolean,
): string {
  const of = (event: number): string => (manyEvents ? ` of event ${event}` : '');
  switch (operation.kind) {
    case 'reserve':
      return `reserve ${operation.quantity}${of(operation.event)}`;
    case 'cancel': {
      const { event, quantity } = reserved(operations, operation.of);
      return `cancel ${quantity}${of(event)}`;
    }
    case 'browse':
      return `browse${of(operation.event)}`;
  }
}

/** How an operation ended, in words. */
export function describeOutcome(
  operations: readonly SaleOperation[],
  index: number,
  outcome: number,
): string {
  const operation = operations[index];
  if (outcome === TOLD_OF_DEATH) return 'told that somebody died';
  if (operation?.kind === 'browse') return `${outcome} left`;
  if (operation?.kind === 'cancel') {
    return outcome < 0 ? 'not taken back' : `${ticketsOf(outcome)} taken back`;
  }
  if (outcome < 0) return REFUSALS[outcome] ?? `refused (${outcome})`;
  const { quantity } = operation as Reservation;
  return quantity === 1
    ? `granted ticket ${outcome}`
    : `granted tickets ${outcome}-${outcome + quantity - 1}`;
}

const REFUSALS: Readonly<Record<number, string>> = {
  [SOLD_OUT]: 'sold out',
  [CONTENDED]: 'contended',
  [DROPPED]: 'dropped',
  [FAILED]: 'failed',
};

export function ticketsOf(count: number): string {
  return count === 1 ? '1 ticket' : `${count} tickets`;
}

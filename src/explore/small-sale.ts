import { invariant } from '../base/invariant.ts';

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

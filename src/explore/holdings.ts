import type { ClientState } from './client-tree.ts';
import { reserved, type SaleOperation } from './small-sale.ts';

/** Tickets that a client was granted. */
export interface Holding {
  readonly event: number;
  readonly ticket: number;
  readonly quantity: number;
  /** Whether the client has them still, and has not begun to give them back. */
  readonly held: boolean;
}

/** All that a client was ever granted, as its state tells. */
export function holdingsOf(state: ClientState, operations: readonly SaleOperation[]): Holding[] {
  const tickets: number[] = [];
  const cancelled = new Set<number>();
  const noteCancel = (index: number): void => {
    const operation = operations[index];
    if (operation?.kind === 'cancel') cancelled.add(operation.of);
  };
  if (!state.begins) noteCancel(state.operation);
  for (const { index, outcome } of endedOperations(state)) {
    if (operations[index]?.kind === 'reserve') tickets.push(outcome);
    else noteCancel(index);
  }
  return tickets.flatMap((ticket, index) => {
    if (ticket < 0) return [];
    const { event, quantity } = reserved(operations, index);
    return [{ event, ticket, quantity, held: !cancelled.has(index) }];
  });
}

/** The operations that have ended, in order, and their outcomes. */
function endedOperations(state: ClientState): { index: number; outcome: number }[] {
  const ended: { index: number; outcome: number }[] = [];
  for (let at = state; at.parent; at = at.parent) {
    if (at.ended !== undefined) ended.push({ index: at.parent.operation, outcome: at.ended });
  }
  return ended.toReversed();
}

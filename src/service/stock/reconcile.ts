// What has to be done so that the stock and the books say the same. Both are changed one after the other, never in one
// transaction: whoever dies in between leaves tickets that are for sale to nobody, and never one that is sold twice.

/** A grant, as the stock keeps it. */
export interface Grant {
  /** The order that it was granted to. */
  readonly id: number;
  readonly event: number;
  readonly ticket: number;
  readonly quantity: number;
}

/** An event, as the books and the stock know it. */
export interface Stocked {
  /** Its number, and so its place. */
  readonly number: number;
  readonly capacity: number;
  /** Held or sold, of these by a stock that is gone: it has no grants of them. */
  readonly takenOutside: number;
  /** All that was ever put on sale, less what was withdrawn; undefined when it was never opened. */
  readonly stocked: number | undefined;
}

/** What is to be mended. */
export interface Mending {
  /** Grants that no reservation accounts for. */
  readonly giveBack: readonly Grant[];
  /** Events that nobody has put on sale. */
  readonly open: readonly Stocked[];
  /** Events of which more, or fewer below zero, should be on sale. */
  readonly resize: readonly { readonly event: number; readonly by: number }[];
}

/**
 * @param grants that are old enough: whoever was to book them has done so, or never will
 * @param taking of these, the orders whose reservations take stock, read after the grants were
 */
export function mendingOf(
  events: readonly Stocked[],
  grants: readonly Grant[],
  taking: ReadonlySet<number>,
): Mending {
  const known = new Set(events.map(({ number }) => number));
  return {
    // Of an event that is gone, nothing is for sale.
    giveBack: grants.filter(({ id, event }) => known.has(event) && !taking.has(id)),
    open: events.filter(({ stocked }) => stocked === undefined),
    resize: events
      .map(({ number, capacity, takenOutside, stocked }) => ({
        event: number,
        by: stocked === undefined ? 0 : capacity - takenOutside - stocked,
      }))
      .filter(({ by }) => by !== 0),
  };
}

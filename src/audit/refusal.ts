import type { SuspectLog, SuspectRefusal } from '../store/refusals.ts';
import type { Sales } from './sales.ts';
import { changesAt, NO_CHANGES, Timeline } from './timeline.ts';

/**
 * Counts refusals that were false: enough tickets were free throughout the request.
 *
 * Free at a moment is taken as little as it can have been: a ticket counts as gone from the
 * beginning of its grant to the end of its return. So nobody is accused who could have been right.
 */
export function countFalseSoldOut(
  sales: Sales,
  groups: readonly Uint32Array[],
  ticketsPerEvent: number,
  logs: readonly SuspectLog[],
): number {
  const timelines = new Map<number, Timeline>();
  const freeAt = (event: number): Timeline => {
    const known = timelines.get(event);
    if (known) return known;
    const grants = groups[event] as Uint32Array;
    const gone = changesAt(sales, grants, sales.startNs);
    const back = sales.anyReturned ? changesAt(sales, grants, sales.returnEndNs) : NO_CHANGES;
    const timeline = new Timeline(ticketsPerEvent, back, gone);
    timelines.set(event, timeline);
    return timeline;
  };
  const isFalse = ({ event, quantity, startNs, endNs }: SuspectRefusal): boolean =>
    freeAt(event).lowest(startNs, endNs) >= quantity;

  let falseSoldOut = 0;
  for (const log of logs) {
    for (let i = 0; i < log.length; i++) if (isFalse(log.suspect(i))) falseSoldOut++;
  }
  return falseSoldOut;
}

import type { SuspectRefusal } from '../store/refusals.ts';
import type { Sales } from './sales.ts';
import { changesAt, NO_CHANGES, Timeline } from './timeline.ts';

/**
 * Counts the refusals of each event that were false: enough tickets were free throughout the request.
 *
 * Free at a moment is taken as little as it can have been: a ticket counts as gone from the
 * beginning of its grant to the end of its return. So nobody is accused who could have been right.
 */
export function countFalseSoldOut(
  sales: Sales,
  groups: readonly Uint32Array[],
  ticketsPerEvent: number,
  suspects: Iterable<SuspectRefusal>,
): Uint32Array {
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

  const falseSoldOut = new Uint32Array(groups.length);
  for (const suspect of suspects) {
    if (isFalse(suspect)) falseSoldOut[suspect.event] = (falseSoldOut[suspect.event] as number) + 1;
  }
  return falseSoldOut;
}

import type { SuspectLog, SuspectRefusal } from '../store/refusals.ts';
import type { Sales } from './sales.ts';
import { type Step, Timeline } from './timeline.ts';

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
    const timeline = new Timeline(ticketsPerEvent, freeSteps(sales, grants));
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

function freeSteps(sales: Sales, grants: Uint32Array): Step[] {
  const steps: Step[] = [];
  for (const grant of grants) {
    const quantity = sales.quantity[grant] as number;
    steps.push({ timeNs: sales.startNs[grant] as number, change: -quantity });
    const returnNs = sales.returnEndNs[grant] as number;
    if (returnNs < Number.POSITIVE_INFINITY) steps.push({ timeNs: returnNs, change: quantity });
  }
  return steps;
}

import { freshId } from '../../base/fresh-id.ts';
import type { BackOfficeCalls } from '../back-office-calls.ts';
import { type EventFields, GUEST_ID } from '../terms.ts';

/** What became of the events of a file. */
export interface Loaded {
  readonly added: number;
  /** How many were there already. */
  readonly present: number;
}

/**
 * Puts events on sale that are not there yet: one of the same name and date is the same, whatever else is new about it,
 * since some of its tickets may be sold. They are nobody's: only guests who may do everything can edit them, and
 * admins can remove them.
 * @param signal whoever does not want it any more; those that are not on sale by then are the next time
 */
export async function loadEvents(
  backOffice: Pick<BackOfficeCalls, 'listings' | 'createEvent'>,
  events: readonly EventFields[],
  nowMs: number,
  signal?: AbortSignal,
): Promise<Loaded> {
  const there = new Set((await backOffice.listings()).map(({ event }) => keyOf(event)));
  const missing = events.filter((event) => !there.has(keyOf(event)));
  // One after the other: they are listed in the order of the file.
  for (const event of missing) {
    signal?.throwIfAborted();
    const made = { id: freshId(nowMs), organizerId: GUEST_ID, createdAtMs: nowMs };
    await backOffice.createEvent({ ...event, ...made });
  }
  return { added: missing.length, present: events.length - missing.length };
}

function keyOf({ name, date }: EventFields): string {
  return `${name}\n${date}`;
}

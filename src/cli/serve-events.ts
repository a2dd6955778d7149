// What `sim serve` puts on sale when it starts: the events of a file, or some that are made up.
import { calendarOrigin, steadyCalendar } from '../base/clock.ts';
import { InputError } from '../base/errors.ts';
import { yearOf } from '../base/time-text.ts';
import { loadEvents } from '../service/events-file/load-events.ts';
import { readEventsFile } from '../service/events-file/read-events-file.ts';
import { sampleEvents } from '../service/sample-events.ts';
import type { EventFields } from '../service/terms.ts';
import type { ServePlan } from './serve-plan.ts';

/** Events, and where they are from. */
export interface Offer {
  readonly source: string;
  readonly events: readonly EventFields[];
}

/**
 * The events to be put on sale; undefined when there shall be none.
 * @throws InputError when a file of events has faults: each has been told on stderr
 */
export function offerOf({ eventsFile, samples, settings }: ServePlan): Offer | undefined {
  if (eventsFile !== undefined) {
    return { source: `events of ${eventsFile}`, events: eventsIn(eventsFile, settings) };
  }
  if (samples === undefined) return undefined;
  const { maxTickets } = settings;
  // For a year the same at each start.
  const year = yearOf(nowMs()) + 1;
  const source = `made-up events of seed ${samples.seed}`;
  return { source, events: sampleEvents({ ...samples, year, maxTickets }) };
}

function eventsIn(path: string, settings: ServePlan['settings']): readonly EventFields[] {
  const file = readEventsFile(path, settings);
  if (!file.faults) return file.events;
  const { told, more } = file.faults;
  for (const { line, column, message } of told) {
    process.stderr.write(`${path}:${line}:${column}: ${message}\n`);
  }
  if (more > 0) process.stderr.write(`and ${more} more\n`);
  const count = told.length + more;
  throw new InputError(
    `${path} has ${count} ${count === 1 ? 'fault' : 'faults'}: nothing was put on sale`,
  );
}

/** Puts an offer on sale, as far as it is not; what is to be said of that. */
export async function putOnSale(
  backOffice: Parameters<typeof loadEvents>[0],
  offer: Offer | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!offer) return undefined;
  const { added, present } = await loadEvents(backOffice, offer.events, nowMs(), signal);
  return `${offer.source}: ${added} added, ${present} were there`;
}

function nowMs(): number {
  return steadyCalendar(calendarOrigin()).nowMs();
}

// What seed systems 1 and 2 answer, which are much alike; names of fields are read whatever their case.
import type { HttpAnswer, HttpGrant, HttpRefusal, ListedEvent } from './adapter.ts';

/** A field by any of its names, whatever their case and underlines. */
export function fieldIn(value: unknown, ...names: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const entry = Object.entries(value).find(([key]) => names.includes(plain(key)));
  return entry?.[1];
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll('_', '');
}

/** Events in a list, or in an object that has one. */
export function listedIn({ status, json }: HttpAnswer): ListedEvent[] | undefined {
  const events: unknown = Array.isArray(json) ? json : fieldIn(json, 'events');
  if (status !== 200 || !Array.isArray(events)) return undefined;
  return events.map((event) => ({
    id: fieldIn(event, 'id', 'eventid') as string,
    available: fieldIn(event, 'availabletickets', 'available', 'quotaremaining') as number,
  }));
}

/** The ids of tickets, as a list or in an object that has one; or why there are none. */
export function ticketsIn({ status, json, body }: HttpAnswer): HttpGrant | HttpRefusal | undefined {
  if (status === 200) {
    const tickets: unknown = Array.isArray(json) ? json : fieldIn(json, 'ticketids', 'tickets');
    return Array.isArray(tickets) ? { tickets: tickets as string[] } : undefined;
  }
  if (status === 429) return 'busy';
  if (/not enough tickets/i.test(body)) return 'sold out';
  // Seed 1 says so of whatever it refuses.
  if (/^Error (booking|parsing)/.test(body)) return 'failed';
  if (/urn:onsale:problem:contended/.test(body)) return 'contended';
  return status >= 400 && status < 500 ? 'failed' : undefined;
}

// Many buyers at once, from one client: each connection asks for one ticket after the other. Nothing is asked again, so
// that every answer counts once.

import { setImmediate } from 'node:timers/promises';
import { currentEpoch, systemClock, timeOfDayMs } from '../base/clock.ts';
import { freshId } from '../base/fresh-id.ts';
import { numberText } from '../base/number-text.ts';
import { isObject } from '../base/shape.ts';
import { Histogram } from '../stats/histogram.ts';
import { type DurationSummary, summarize } from '../stats/summary.ts';
import type { EventAnswer } from './answers.ts';
import type { Client } from './client.ts';
import { problemIn } from './problem.ts';
import { facts } from './tables.ts';
import { NoAnswer } from './transport.ts';
import { nameText } from './words.ts';

export interface BurstPlan {
  readonly event: EventAnswer;
  readonly requests: number;
  readonly connections: number;
  readonly signal: AbortSignal;
}

/** What came of a burst. Requests are granted, refused or failed: failed ones got no answer, or a server's error. */
export interface BurstResult {
  readonly event: { readonly id: string; readonly name: string };
  readonly requests: number;
  readonly connections: number;
  readonly granted: number;
  readonly refused: number;
  readonly failed: number;
  /** Refusals and failures by their kind. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Tickets that two requests were granted. */
  readonly duplicateTickets: number;
  readonly availableBefore: number;
  readonly availableAfter: number;
  readonly durationMs: number;
  readonly requestsPerSecond: number;
  readonly responseTimeNs: DurationSummary;
}

interface Counts {
  asked: number;
  granted: number;
  refused: number;
  failed: number;
  readonly reasons: Map<string, number>;
  readonly tickets: Set<string>;
  duplicates: number;
}

/** Asks for one ticket of an event so often, over so many connections. */
export async function burst(client: Client, plan: BurstPlan): Promise<BurstResult> {
  const { event, requests, connections, signal } = plan;
  const clock = systemClock(currentEpoch());
  const histogram = Histogram.allocate();
  const counts: Counts = {
    asked: 0,
    granted: 0,
    refused: 0,
    failed: 0,
    reasons: new Map(),
    tickets: new Set(),
    duplicates: 0,
  };
  const begin = clock.now();
  const buyer = async (): Promise<void> => {
    while (counts.asked < requests && !signal.aborted) {
      counts.asked++;
      const askedAt = clock.now();
      await askOnce(client, event.id, counts);
      histogram.record(clock.now() - askedAt);
    }
  };
  await Promise.all(Array.from({ length: Math.min(connections, requests) }, buyer));
  // Whatever answers have come may still be on their way to be counted.
  await setImmediate();
  const durationMs = (clock.now() - begin) / 1e6;
  const after = await client.service.event(event.id);
  const { granted, refused, failed, asked } = counts;
  client.log.info({ event: event.name, asked, granted, refused, failed }, 'burst');
  return {
    event: { id: event.id, name: event.name },
    requests: asked,
    connections,
    granted,
    refused,
    failed,
    reasons: Object.fromEntries([...counts.reasons].toSorted(([, a], [, b]) => b - a)),
    duplicateTickets: counts.duplicates,
    availableBefore: event.available,
    availableAfter: after.available,
    durationMs: Math.round(durationMs),
    requestsPerSecond: Math.round(asked / Math.max(durationMs / 1e3, 1e-3)),
    responseTimeNs: summarize([histogram]),
  };
}

async function askOnce(client: Client, eventId: string, counts: Counts): Promise<void> {
  const { token } = client.service;
  const bearer = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const headers = { ...bearer, 'idempotency-key': freshId(timeOfDayMs()) };
  const body = { eventId, quantity: 1 };
  try {
    const ask = { method: 'POST', path: '/reservations', headers, body } as const;
    count(counts, await client.transport.send(ask, client.settings.timeoutMs));
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    counts.failed++;
    note(counts, error.message);
  }
}

function count(counts: Counts, answer: { readonly status: number; readonly body: string }): void {
  if (answer.status < 400) {
    counts.granted++;
    for (const ticket of ticketsIn(answer.body)) {
      if (counts.tickets.has(ticket)) counts.duplicates++;
      counts.tickets.add(ticket);
    }
    return;
  }
  const { code } = problemIn(answer.status, answer.body);
  if (answer.status < 500 || code === 'contended') counts.refused++;
  else counts.failed++;
  note(counts, code);
}

function ticketsIn(body: string): readonly string[] {
  const value: unknown = JSON.parse(body);
  const tickets = isObject(value) ? value['tickets'] : undefined;
  return Array.isArray(tickets) ? tickets.map(String) : [];
}

function note({ reasons }: Counts, reason: string): void {
  reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
}

/** A burst for a person. */
export function burstText(result: BurstResult): string {
  const { granted, refused, failed, requests, connections, reasons } = result;
  const { p50, p90, p99, max } = result.responseTimeNs;
  const why = Object.entries(reasons).map(([reason, times]) => `${numberText(times)} ${reason}`);
  const duplicates = result.duplicateTickets;
  return facts([
    ['event', nameText(result.event.name)],
    [
      'requests',
      `${numberText(requests)} for one ticket each, ${numberText(connections)} at a time`,
    ],
    ['granted', numberText(granted)],
    ['refused', numberText(refused)],
    ['failed', numberText(failed)],
    ...(why.length === 0 ? [] : [['because', why.join(', ')] as const]),
    ['sold twice', duplicates === 0 ? 'none' : `${numberText(duplicates)} tickets`],
    [
      'left',
      `${numberText(result.availableBefore)} before, ${numberText(result.availableAfter)} after`,
    ],
    [
      'took',
      `${numberText(result.durationMs)} ms, ${numberText(result.requestsPerSecond)} requests/s`,
    ],
    ['response time', `p50 ${ms(p50)}  p90 ${ms(p90)}  p99 ${ms(p99)}  max ${ms(max)}`],
  ]);
}

function ms(ns: number): string {
  return `${Number((ns / 1e6).toPrecision(3))} ms`;
}

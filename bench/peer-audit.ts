// Holds what a peer sold against what was asked for, and audits it as the lab audits its own sales.
import { type Audit, auditSale } from '../src/audit/audit.ts';
import type { Sales } from '../src/audit/sales.ts';
import { emptyRequest, KIND, REQUEST_WORDS, readRequest } from '../src/generator/request.ts';
import { BLOCK_REQUESTS, BLOCK_WORDS } from '../src/generator/ring-layout.ts';
import type { RequestSource } from '../src/generator/source.ts';
import { openTrace } from '../src/generator/trace.ts';
import type { TraceHeader } from '../src/generator/trace-format.ts';
import type { SuspectRefusal } from '../src/store/refusals.ts';
import type { StrategyPromise } from '../src/store/strategy.ts';
import type { PeerSales } from './peer-sales.ts';

/** Who asked how often for what, in the first requests of a trace. */
export interface Demand {
  readonly requests: number;
  readonly clients: number;
  readonly events: number;
  readonly maxQuantity: number;
  /** SHA-256 of the whole trace; null where only a part of it is asked for. */
  readonly digest: string | null;
  /** How many requests each client made. */
  readonly asked: Int32Array;
  /** How many requests there were of each client, event and quantity. */
  readonly byKind: Int32Array;
}

/** What a peer says of itself. */
export interface PeerReport {
  readonly requests: number;
  readonly reserved: number;
  readonly soldOut: number;
  /** From the opening to the last end. */
  readonly durationNs: number;
  /** SHA-256 of what it served; null if it does not digest it. */
  readonly digest: string | null;
  /** How many requests it timed, and how many lie in its series, if it keeps such. */
  readonly inHistograms?: number;
  readonly inSeries?: number;
}

/** What every peer has to keep: nobody gives anything back, and nobody looks. */
const PROMISES: readonly StrategyPromise[] = ['noOversell', 'noFalseSoldOut'];

/** Counts what the first `limit` requests of a trace ask for. */
export function readDemand(path: string, header: TraceHeader, limit: number): Demand {
  const source = openTrace(path);
  try {
    return countDemand(source, header, limit);
  } finally {
    source.close();
  }
}

function countDemand(source: RequestSource, header: TraceHeader, limit: number): Demand {
  const { clients, events, maxQuantity } = header;
  const requests = Math.min(limit, header.requests);
  const asked = new Int32Array(clients);
  const byKind = new Int32Array(clients * events * maxQuantity);
  const size = { clients, events, maxQuantity };
  const block = new Int32Array(BLOCK_WORDS);
  const words = { get: (index: number): number => block[index] as number };
  const request = emptyRequest();
  for (let place = 0; place < requests; place++) {
    const index = place % BLOCK_REQUESTS;
    if (index === 0) source.fill(block);
    readRequest(request, words, index * REQUEST_WORDS);
    if (request.kind !== KIND.reserve) throw new Error(`request ${place} asks for no tickets`);
    const kind = kindOf(size, request.client, request.event, request.quantity);
    asked[request.client] = (asked[request.client] as number) + 1;
    byKind[kind] = (byKind[kind] as number) + 1;
  }
  const digest = requests === header.requests ? header.digest : null;
  return { requests, ...size, digest, asked, byKind };
}

type Size = Pick<Demand, 'clients' | 'events' | 'maxQuantity'>;

/** Its place in {@link Demand.byKind}; -1 when no request can be of that kind. */
function kindOf(size: Size, client: number, event: number, quantity: number): number {
  const { clients, events, maxQuantity } = size;
  if (client < 0 || client >= clients || event < 0 || event >= events) return -1;
  if (quantity < 1 || quantity > maxQuantity) return -1;
  return (client * events + event) * maxQuantity + quantity - 1;
}

/**
 * Audits a peer's sale as the lab does its own.
 * @throws Error when it did not serve the requests that there were, each once, or the audit finds anything wrong
 */
export function auditPeer(
  demand: Demand,
  ticketsPerEvent: number,
  report: PeerReport,
  { sales, suspects }: PeerSales,
): Audit {
  requireAccounted(demand, report, sales);
  const refused = refusedOf(demand, sales);
  const refusedEvents = new Uint8Array(demand.events);
  for (const { event } of refused) refusedEvents[event] = 1;
  const longestWaitNs = longestOf(sales);
  const { audit } = auditSale(
    {
      events: demand.events,
      ticketsPerEvent,
      sales,
      suspects: [...suspects, ...atTheEnd(refused, report.durationNs)],
      settledFalseSoldOut: 0,
      lastCustomer: [],
      refusedEvents,
      asked: demand.asked,
      granted: countBy(sales.client, demand.clients),
      longestWaitNs,
      leastWorstWaitNs: longestWaitNs,
      elapsedNs: report.durationNs,
      complete: true,
      workerDied: false,
    },
    PROMISES,
  );
  const { verdict, ...findings } = audit;
  if (verdict !== 'exact') throw new Error(`it is ${verdict}: ${JSON.stringify(findings)}`);
  return audit;
}

function requireAccounted(demand: Demand, report: PeerReport, sales: Sales): void {
  const { requests } = demand;
  const { reserved, soldOut, digest, inHistograms = requests, inSeries = requests } = report;
  const same: readonly (readonly [
    what: string,
    is: number | string | null,
    wanted: number | string | null,
  ])[] = [
    ['requests served', report.requests, requests],
    ['requests granted or refused', reserved + soldOut, requests],
    ['grants in its file', sales.count, reserved],
    ['requests timed', inHistograms, requests],
    ['requests in its series', inSeries, requests],
    ['digest', digest ?? demand.digest, demand.digest ?? digest],
  ];
  for (const [what, is, wanted] of same) {
    if (is !== wanted) throw new Error(`${what}: ${wanted} expected; got ${is}`);
  }
  if (!(report.durationNs > 0)) throw new Error(`a sale of ${report.durationNs} ns`);
}

/** Requests that were refused: of one event, for one number of tickets. */
interface Refused {
  readonly event: number;
  readonly quantity: number;
}

/** What was asked for and not granted. */
function refusedOf(demand: Demand, sales: Sales): readonly Refused[] {
  const left = Int32Array.from(demand.byKind);
  for (let grant = 0; grant < sales.count; grant++) {
    const [client, event, quantity] = [sales.client, sales.event, sales.quantity].map(
      (column) => column[grant] as number,
    ) as [number, number, number];
    const kind = kindOf(demand, client, event, quantity);
    if (kind < 0 || left[kind] === 0) {
      throw new Error(
        `client ${client} was granted ${quantity} of event ${event} more often than it asked for that`,
      );
    }
    left[kind] = (left[kind] as number) - 1;
  }
  const { events, maxQuantity } = demand;
  const refused = new Set<number>();
  left.forEach((count, kind) => {
    if (count > 0) refused.add(kind % (events * maxQuantity));
  });
  return Array.from(refused, (kind) => ({
    event: Math.floor(kind / maxQuantity),
    quantity: (kind % maxQuantity) + 1,
  }));
}

/**
 * A ticket that is free at the end was free all the time, since nobody gives any back: so whoever was refused is held to
 * what is left at the end, also where the peer knows no times.
 */
function atTheEnd(refused: readonly Refused[], endNs: number): SuspectRefusal[] {
  return refused.map((each) => ({ ...each, startNs: endNs, endNs }));
}

function longestOf({ count, startNs, endNs }: Sales): number {
  let longest = 0;
  for (let grant = 0; grant < count; grant++) {
    longest = Math.max(longest, (endNs[grant] as number) - (startNs[grant] as number));
  }
  return longest;
}

function countBy(column: Int32Array, values: number): Int32Array {
  const counts = new Int32Array(values);
  for (const value of column) counts[value] = (counts[value] as number) + 1;
  return counts;
}

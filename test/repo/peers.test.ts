import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { auditPeer, type Demand, type PeerReport, readDemand } from '../../bench/peer-audit.ts';
import { decodeSales, encodeSales } from '../../bench/peer-sales.ts';
import { KIND, REQUEST_BYTES, REQUEST_WORDS, writeRequest } from '../../src/generator/request.ts';
import { TraceWriter } from '../../src/generator/trace.ts';
import type { TraceHeader } from '../../src/generator/trace-format.ts';
import type { Grant } from '../../src/store/ledger.ts';
import type { SuspectRefusal } from '../../src/store/refusals.ts';
import { withFolder } from '../support/folder.ts';

const TICKETS = 3;

/** Client, event and quantity. Event 1 is asked for four tickets in all, one more than it has. */
const ASKED = [
  [0, 0, 1],
  [1, 1, 2],
  [0, 1, 1],
  [1, 1, 1],
  [1, 0, 1],
] as const;

/** What the first requests ask for, read from a trace. */
function demandOf(limit: number = ASKED.length): Demand {
  return withFolder((folder) => {
    const path = join(folder, 'peers.trace');
    return readDemand(path, saveTrace(path), limit);
  });
}

function saveTrace(path: string): TraceHeader {
  const words = new Int32Array(ASKED.length * REQUEST_WORDS);
  ASKED.forEach(([client, event, quantity], place) => {
    const request = { intendedNs: 0, client, event, quantity, kind: KIND.reserve };
    writeRequest(words, place * REQUEST_WORDS, request);
  });
  const bytes = new Uint8Array(words.buffer);
  const header: TraceHeader = {
    clients: 2,
    events: 2,
    seed: '1',
    ratePerSecond: 'max',
    durationNs: 0,
    cancels: false,
    maxQuantity: 2,
    requests: bytes.length / REQUEST_BYTES,
    digest: createHash('sha256').update(bytes).digest('hex'),
  };
  const writer = new TraceWriter(path);
  writer.write(bytes);
  writer.finish(header);
  return header;
}

function grant(client: number, event: number, quantity: number, ticket: number): Grant {
  return { client, event, quantity, ticket, intendedNs: 0, startNs: 10, endNs: 20 };
}

/** What a correct peer sells of it: the fourth request comes too late. */
const SOLD: readonly Grant[] = [
  grant(0, 0, 1, 0),
  grant(1, 1, 2, 0),
  grant(0, 1, 1, 2),
  grant(1, 0, 1, 1),
];

const REPORT: PeerReport = { requests: 5, reserved: 4, soldOut: 1, durationNs: 100, digest: null };

interface Planted {
  readonly grants?: readonly Grant[];
  readonly suspects?: readonly SuspectRefusal[];
  readonly report?: Partial<PeerReport>;
}

/** Audits what a peer wrote into its file. */
function audit(
  demand: Demand,
  { grants = SOLD, suspects = [], report = {} }: Planted = {},
): string {
  const { length: reserved } = grants;
  const told = { ...REPORT, reserved, soldOut: demand.requests - reserved, ...report };
  return auditPeer(demand, TICKETS, told, decodeSales(encodeSales({ grants, suspects }))).verdict;
}

test('what a correct peer sold is exact: 5 requests, 2 events of 3 tickets', () => {
  const demand = demandOf();
  assert.equal(audit(demand), 'exact');
  assert.equal(audit(demand, { report: { digest: demand.digest } }), 'exact');
  const part = { grants: SOLD.slice(0, 1), report: { requests: 1 } };
  assert.equal(audit(demandOf(1), part), 'exact');
});

test('the audit of a peer finds what is planted in its file', () => {
  const demand = demandOf();
  const [first, second, third, last] = SOLD as [Grant, Grant, Grant, Grant];
  const planted: readonly (readonly [wrong: RegExp, Planted])[] = [
    [/oversold.*"oversold":1/, { grants: [...SOLD, grant(1, 1, 1, 3)] }],
    [
      /inconsistent.*"duplicateTickets":1/,
      { grants: [first, second, third, { ...last, ticket: 0 }] },
    ],
    [
      /inconsistent.*"duplicateTickets":1/,
      { grants: [first, second, { ...third, ticket: 1 }, last] },
    ],
    // Refused at the end, although two of event 0 were left.
    [/undersold.*"falseSoldOut":1/, { grants: [first, second, third] }],
    // Refused in the beginning, as the peer itself has noted, although sold out later.
    [
      /undersold.*"falseSoldOut":1/,
      { suspects: [{ event: 1, quantity: 1, startNs: 1, endNs: 5 }] },
    ],
    [/more often than it asked/, { grants: [...SOLD, grant(0, 0, 1, 2)] }],
    [/more often than it asked/, { grants: [{ ...first, quantity: 2 }, second, third, last] }],
    [/more often than it asked/, { grants: [{ ...first, client: 2 }, second, third, last] }],
    [/requests served: 5 expected; got 4/, { report: { requests: 4 } }],
    [/requests granted or refused: 5 expected; got 4/, { report: { soldOut: 0 } }],
    [/grants in its file: 3 expected; got 4/, { report: { reserved: 3, soldOut: 2 } }],
    [/requests timed: 5 expected; got 4/, { report: { inHistograms: 4 } }],
    [/requests in its series: 5 expected; got 6/, { report: { inSeries: 6 } }],
    [/digest: .* expected; got 00/, { report: { digest: '00' } }],
    [/a sale of 0 ns/, { report: { durationNs: 0 } }],
  ];
  for (const [wrong, plant] of planted) assert.throws(() => audit(demand, plant), wrong);
});

test('a file of sales that is cut short, too long or something else is refused', () => {
  const bytes = encodeSales({ grants: SOLD, suspects: [] });
  assert.equal(decodeSales(bytes).sales.count, SOLD.length);
  const longer = Buffer.concat([bytes, Buffer.alloc(1)]);
  for (const damaged of [bytes.subarray(0, -1), longer]) {
    assert.throws(() => decodeSales(damaged), /4 grants and 0 suspects take 184 bytes; got/);
  }
  assert.throws(() => decodeSales(Buffer.alloc(24)), /does not begin with PEERSALE/);
});

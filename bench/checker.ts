import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { allocateHistory, type History, putOperation } from '../src/audit/history.ts';
import { checkLinearizability, type Method } from '../src/audit/linearizability/linearizability.ts';
import { readHistory } from '../src/audit/read-history.ts';
import { saveHistory } from '../src/audit/save-history.ts';
import { randomStream } from '../src/base/random.ts';
import { formatCount } from '../src/report/format.ts';
import { ENDING, OPERATION } from '../src/store/history-log.ts';
import { readPeakRssBytes } from './memory.ts';
import { type Cell, type Section, single } from './section.ts';

const OPERATIONS = 1_000_000;
const SMOKE_OPERATIONS = 10_000;
const CLIENTS = 16;
/** How long requests take, and the pauses between them, on average. */
const MEAN_NS = 500;

/** What a process that read and checked a history says of itself. */
interface Measured {
  readonly verdict: string;
  readonly decided: Readonly<Record<Method, number>>;
  readonly tookMs: number;
  readonly peakRssBytes: number;
}

/** Sales of which each can be decided in another way. */
const SALES = [
  {
    name: 'returns, never sold out, no looks',
    returns: true,
    looks: false,
    tickets: 1e9,
    numbered: true,
  },
  {
    name: 'looks, sold out, no returns',
    returns: false,
    looks: true,
    tickets: 1000,
    numbered: false,
  },
  { name: 'returns, looks, sold out', returns: true, looks: true, tickets: 1000, numbered: false },
] as const;

type Sale = (typeof SALES)[number];

/** How fast a history is decided in each of the three ways, and in how much memory. */
export async function checkerSection(smoke: boolean): Promise<Section> {
  const operations = smoke ? SMOKE_OPERATIONS : OPERATIONS;
  const folder = mkdtempSync(join(tmpdir(), 'onsale-bench-'));
  const rows: Cell[][] = [];
  try {
    for (const sale of SALES) {
      const path = join(folder, 'sale.bin');
      saveHistory(path, soldHistory(sale, operations));
      // In a process of its own: the peak of this one belongs to everything that ran before.
      const self = fileURLToPath(import.meta.url);
      const { stdout } = await promisify(execFile)(process.execPath, [self, path]);
      const { verdict, decided, tookMs, peakRssBytes } = JSON.parse(stdout) as Measured;
      const ways = Object.entries(decided).filter(([, events]) => events > 0);
      rows.push([
        sale.name,
        verdict,
        ways.map(([way]) => way).join(),
        single('ns', tookMs * 1e6),
        single('per second', (operations / tookMs) * 1000),
        single('bytes', peakRssBytes),
      ]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    title: `Checker: ${formatCount(operations)} operations of ${CLIENTS} clients, read from a file`,
    headings: ['history', 'verdict', 'decided by', 'time', 'operations/s', 'peak resident memory'],
    rows,
  };
}

function measure(path: string): Measured {
  const history = readHistory(path);
  const startedMs = performance.now();
  const { verdict, decided } = checkLinearizability(history);
  return {
    verdict,
    decided,
    tookMs: performance.now() - startedMs,
    peakRssBytes: readPeakRssBytes(),
  };
}

/** A correct sale of one event, in the order in which its requests took effect, so that it has one. */
function soldHistory(sale: Sale, operations: number): History {
  const { next } = randomStream('42', sale.name);
  const history = allocateHistory(operations, {
    capacities: Int32Array.of(sale.tickets),
    promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
    reissues: false,
    strategy: null,
  });
  const plans = momentsOf(next, operations);
  const held = Array.from({ length: CLIENTS }, (): number[] => []);
  const told = new Map<number, { kind: number; ending: number; value: number }>();
  let left: number = sale.tickets;
  let issued = 0;
  for (const { place, client } of plans.toSorted((one, other) => one.momentNs - other.momentNs)) {
    const drawn = next();
    const ticket = sale.returns && drawn < 0.4 ? held[client]?.pop() : undefined;
    if (ticket !== undefined) {
      told.set(place, { kind: OPERATION.cancel, ending: ENDING.cancelled, value: ticket });
      left++;
    } else if (sale.looks && drawn > 0.9) {
      told.set(place, { kind: OPERATION.browse, ending: ENDING.browsed, value: left });
    } else if (left > 0) {
      // The other way round is no account of the order.
      const value = sale.numbered ? issued : operations - issued;
      told.set(place, { kind: OPERATION.reserve, ending: ENDING.reserved, value });
      held[client]?.push(value);
      issued++;
      left--;
    } else {
      told.set(place, { kind: OPERATION.reserve, ending: ENDING.soldOut, value: -1 });
    }
  }
  plans.forEach(({ client, startNs, endNs }, place) => {
    const answer = told.get(place) as { kind: number; ending: number; value: number };
    const quantity = answer.kind === OPERATION.browse ? 0 : 1;
    const times = { intendedNs: startNs, startNs, endNs };
    putOperation(history, place, { ...answer, ...times, client, event: 0, quantity });
  });
  return history;
}

interface Moment {
  readonly client: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly momentNs: number;
  place: number;
}

/** When each request begins, takes effect and ends, in the order of their beginnings. */
function momentsOf(next: () => number, operations: number): Moment[] {
  const readyNs = new Float64Array(CLIENTS);
  const moments = Array.from({ length: operations }, (_, at): Moment => {
    const client = at % CLIENTS;
    const startNs = (readyNs[client] as number) + Math.ceil(next() * 2 * MEAN_NS);
    const endNs = startNs + Math.ceil(next() * 2 * MEAN_NS);
    readyNs[client] = endNs;
    return { client, startNs, endNs, momentNs: startNs + next() * (endNs - startNs), place: 0 };
  }).toSorted((one, other) => one.startNs - other.startNs);
  moments.forEach((moment, place) => {
    moment.place = place;
  });
  return moments;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , path] = process.argv;
  process.stdout.write(JSON.stringify(measure(path as string)));
}

// The lab beside other programs that do its job, or a part of it, on one recorded stream. What each of them leaves out
// is said in bench/peers/README.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyTrace } from '../src/generator/trace.ts';
import type { TraceHeader } from '../src/generator/trace-format.ts';
import { type RunResult, resolveScenario, run, type ScenarioRequest } from '../src/index.ts';
import { counted, formatCount } from '../src/report/format.ts';
import { KERNELS, type Kernel } from '../src/store/compiled-words.ts';
import { OUTCOMES } from '../src/workers/outcome.ts';
import { auditPeer, type Demand, readDemand } from './peer-audit.ts';
import { type Built, buildPeers, type Command, type PeerDesign, runPeer } from './peer-programs.ts';
import { type Cell, inRounds, type Section } from './section.ts';

const STRATEGY = 'compare-and-swap';
const THREADS = 2;
const ALL: number = Number.POSITIVE_INFINITY;

const DESIGNS: readonly PeerDesign[] = [
  { peer: 'c', design: 'loop', requests: ALL },
  { peer: 'rust', design: 'loop', requests: ALL },
  { peer: 'go', design: 'mutex', requests: ALL },
  { peer: 'c', design: 'whole', requests: ALL, digests: true },
  { peer: 'go', design: 'seed', requests: 300_000 },
  { peer: 'node', design: 'async-mutex', requests: 300_000 },
  { peer: 'node', design: 'owner', requests: 200_000 },
  { peer: 'node', design: 'piscina', requests: 50_000 },
];

/** One stream, and how much there is to sell. */
interface Sale {
  readonly name: string;
  readonly requests: number;
  /** Of each of the events. */
  readonly tickets: number;
}

const SALES: readonly Sale[] = [
  { name: 'most are refused', requests: 10_000_000, tickets: 10_000 },
  { name: 'all are granted', requests: 4_000_000, tickets: 4_000_000 },
];
const SMOKE_SALES: readonly Sale[] = [
  { name: 'half are granted', requests: 10_000, tickets: 1250 },
];
const ROUNDS = 5;

/** Somebody who sells: requests a second in each round. */
interface Contender {
  readonly peer: string;
  readonly design: string;
  readonly requests: number;
  /** Sells once. */
  readonly sell: () => Promise<Sold>;
  readonly rounds: Sold[];
}

interface Sold {
  readonly perSecond: number;
  readonly verdict: string;
}

/** How fast the lab is beside its peers, all on the same stream, and each audited by the lab. */
export async function peerSection(smoke: boolean): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'onsale-bench-'));
  const rounds = smoke ? 1 : ROUNDS;
  const rows: Cell[][] = [];
  try {
    const built = await buildPeers(folder);
    for (const sale of smoke ? SMOKE_SALES : SALES) {
      rows.push(...(await hold({ sale, rounds, built, folder, warmsUp: !smoke })));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    title: `Peers: one recorded stream for all, ${THREADS} threads; ${counted(rounds, 'round')}, in turn`,
    headings: [
      'sale',
      'peer',
      'design',
      'requests',
      'requests/s',
      ...KERNELS.map((kernel) => `ours by ${kernel} ÷ peer`),
      'verdict',
    ],
    rows,
  };
}

interface Holding {
  readonly sale: Sale;
  readonly rounds: number;
  readonly built: Built;
  readonly folder: string;
  readonly warmsUp: boolean;
}

/** Sells one stream by everybody, round by round, and tells how fast each was. */
async function hold({ sale, rounds, built, folder, warmsUp }: Holding): Promise<Cell[][]> {
  const trace = join(folder, `${sale.requests}.trace`);
  const fields = { rate: 'max', requests: String(sale.requests), ...soldHow(sale, 'js') };
  const scenario = resolveScenario({ fields });
  await run({ strategy: STRATEGY, scenario, traceOut: trace, warmsUp: false });
  const header = verifyTrace(trace);
  const ours = (kernel: Kernel, from: string, request: ScenarioRequest): Contender => {
    const own = resolveScenario({
      ...request,
      fields: { ...request.fields, ...soldHow(sale, kernel) },
    });
    const sell = async () =>
      soldByUs(await run({ strategy: STRATEGY, scenario: own, warmsUp }), header);
    const design = `${STRATEGY}, ${kernel}, ${from}`;
    return { peer: 'onsale', design, requests: sale.requests, sell, rounds: [] };
  };
  const replaying = KERNELS.map((kernel) => ours(kernel, 'from the file', { trace }));
  const generating = KERNELS.map((kernel) => ours(kernel, 'generator running', { fields }));
  const contenders: Contender[] = [...replaying, ...generating];
  for (const design of DESIGNS) {
    const command = built.get(design.peer);
    if (command && !('skipped' in command)) {
      contenders.push(contenderOf(design, command, { sale, trace, header, folder }));
    }
  }
  for (let round = 0; round < rounds; round++) {
    // Whoever is first in one round is second in the next: nobody always comes after the same one.
    for (let turn = 0; turn < contenders.length; turn++) {
      const contender = contenders[(round + turn) % contenders.length] as Contender;
      contender.rounds.push(await contender.sell());
    }
  }
  rmSync(trace);
  return [
    ...contenders.map((each) => [sale.name, ...rowOf(each, replaying)]),
    ...DESIGNS.flatMap(({ peer, design }) => {
      const command = built.get(peer);
      return command && 'skipped' in command
        ? [[sale.name, peer, design, '', `skipped: ${command.skipped}`, '', '', '']]
        : [];
    }),
  ];
}

function soldHow({ tickets }: Sale, kernel: Kernel): Record<string, string> {
  return { tickets: String(tickets), threads: String(THREADS), kernel };
}

function rowOf({ peer, design, requests, rounds }: Contender, ours: readonly Contender[]): Cell[] {
  const ratiosOf = ({ rounds: own }: Contender): Cell =>
    inRounds(
      'ratio',
      rounds.map(({ perSecond }, round) => (own[round] as Sold).perSecond / perSecond),
    );
  return [
    peer,
    design,
    formatCount(requests),
    inRounds(
      'per second',
      rounds.map(({ perSecond }) => perSecond),
    ),
    ...ours.map(ratiosOf),
    [...new Set(rounds.map(({ verdict }) => verdict))].join(', '),
  ];
}

/**
 * What one of our own runs says of itself.
 * @throws Error when it is not a sale of the stream to its end
 */
function soldByUs({ audit, stream, outcomes, throughput }: RunResult, header: TraceHeader): Sold {
  const served = OUTCOMES.reduce((sum, outcome) => sum + (outcomes[outcome] ?? 0), 0);
  const isWhole = served === header.requests && stream.digest === header.digest;
  if (audit.verdict !== 'exact' || !isWhole) {
    throw new Error(`${STRATEGY}: ${audit.verdict}, ${served} of ${header.requests} requests`);
  }
  return { perSecond: throughput.completedPerSecond, verdict: audit.verdict };
}

interface Recorded {
  readonly sale: Sale;
  readonly trace: string;
  readonly header: TraceHeader;
  readonly folder: string;
}

function contenderOf(
  design: PeerDesign,
  command: Command,
  { sale, trace, header, folder }: Recorded,
): Contender {
  const requests = Math.min(design.requests, sale.requests);
  // Of a part of the stream the same share is granted as of the whole.
  const tickets = Math.max(1, Math.round((sale.tickets * requests) / sale.requests));
  const terms = { trace, requests, threads: THREADS, tickets };
  let demand: Demand | undefined;
  return {
    ...design,
    requests,
    rounds: [],
    async sell() {
      demand ??= readDemand(trace, header, requests);
      const { report, sold } = await runPeer(command, design, terms, folder);
      const { verdict } = auditPeer(demand, tickets, report, sold);
      // Then it had less to do.
      const without = design.digests && report.digest === null ? ', without a digest' : '';
      return { perSecond: (report.requests / report.durationNs) * 1e9, verdict: verdict + without };
    },
  };
}

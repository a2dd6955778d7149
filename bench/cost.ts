import { resolveScenario, run } from '../src/index.ts';
import { formatCount } from '../src/report/format.ts';
import type { Scenario } from '../src/sim/scenario.ts';
import { type Cell, inRounds, median, type Section } from './section.ts';
import { measureStages, type Pass } from './stages.ts';

const STRATEGY = 'compare-and-swap';
/** The longer of two runs, in lengths of the shorter: what both of them take is no cost of a request. */
const LONGER = 4;

type Passes = Readonly<Record<Pass, number>>;

/** The stages of a request at `--rate max`, and how each follows from what was measured. */
const STAGES: readonly (readonly [
  name: string,
  costOf: (passes: Passes) => number,
  what: string,
])[] = [
  ['generate', ({ generate }) => generate, 'make up, digest, publish'],
  ['claim', ({ claim }) => claim, 'claim a chunk, read, release'],
  ['reserve', ({ reserve, claim }) => reserve - claim, STRATEGY],
  ['account', ({ untimed, reserve }) => untimed - reserve, 'clock, tally, ledger, counters'],
  ['record', ({ timed, untimed }) => timed - untimed, 'histogram and series'],
  ['audit', ({ audit }) => audit, 'of all grants, spread over all requests'],
];

const NOTE = `Each stage alone, on one thread, over the same requests, which lie in the ring; where one contains another, the
difference of the two in one round. So it tells what a stage adds where nobody else is about and its data is in this
core's cache. It does not tell what threads cost each other: lines that move between cores, and who waits for whom, are
in the whole runs only. Nor is a difference exact where the processor does two stages at once: a stage that hides in the
waits of another costs less than alone, and less than nothing is then measured. Processor time of whole runs is that of
all threads, by how much more a run of ${LONGER} times the length takes, divided by the requests that it has more.`;

/** What one request costs, stage by stage, beside what whole runs take. */
export async function costSection(smoke: boolean): Promise<Section> {
  const requests = smoke ? 10_000 : 2_000_000;
  const rounds = smoke ? 1 : 7;
  const scenario = scenarioOf(requests, 1, 'stages');
  const passes: Passes[] = [];
  const cpuNs = { one: [] as number[], two: [] as number[] };
  // The first one compiles.
  for (let round = smoke ? 0 : -1; round < rounds; round++) {
    const measured = await measureStages(scenario, STRATEGY);
    const one = await processorTimeOf(requests, 1, round, smoke);
    const two = smoke ? one : await processorTimeOf(requests, 2, round, smoke);
    if (round < 0) continue;
    passes.push(measured);
    cpuNs.one.push(one);
    cpuNs.two.push(two);
  }
  const costs = STAGES.map(([, costOf]) => passes.map(costOf));
  const sums = passes.map((_, round) => sum(costs.map((cost) => cost[round] as number)));
  const waits = passes.map(({ due, timed }) => due - timed);
  const row = (name: string, ns: readonly number[], what: string): Cell[] => [
    name,
    inRounds('ns', ns),
    { value: median(ns) / median(sums), unit: 'share' },
    what,
  ];
  return {
    title: `Cost of a request: ${STRATEGY}, one event, half granted, ${formatCount(requests)} requests; ${rounds} rounds`,
    headings: ['stage', 'time', 'of the sum', 'what it is'],
    rows: [
      ...STAGES.map(([name, , what], at) => row(name, costs[at] as number[], what)),
      row('sum', sums, 'of these'),
      row('wait', waits, 'added at a rate, when the time has come: its check, two histograms'),
      row('whole run, 1 thread', cpuNs.one, 'processor time of all threads'),
      row('whole run, 2 threads', cpuNs.two, 'processor time of all threads'),
    ],
    note: NOTE,
  };
}

function scenarioOf(requests: number, threads: number, seed: string): Scenario {
  const tickets = `${Math.ceil(requests / 2)}`;
  const fields = {
    rate: 'max',
    requests: `${requests}`,
    threads: `${threads}`,
    tickets,
    events: '1',
    seed,
  };
  return resolveScenario({ fields });
}

/** Nanoseconds of all processors that one more request takes. */
async function processorTimeOf(
  requests: number,
  threads: number,
  round: number,
  smoke: boolean,
): Promise<number> {
  const measured = async (length: number): Promise<number> => {
    const before = process.cpuUsage();
    const scenario = scenarioOf(length, threads, `${round}`);
    await run({ strategy: STRATEGY, scenario, warmsUp: !smoke });
    const { user, system } = process.cpuUsage(before);
    return (user + system) * 1e3;
  };
  const short = await measured(requests);
  return ((await measured(requests * LONGER)) - short) / (requests * (LONGER - 1));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

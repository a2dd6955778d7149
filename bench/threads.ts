import { resolveScenario, run } from '../src/index.ts';
import { formatCount } from '../src/report/format.ts';
import { type Cell, inRounds, type Section } from './section.ts';

const THREADS = [1, 2, 4, 8];
const STRATEGIES = ['compare-and-swap', 'event-lock'];
/** How requests meet: all at one event, or each at one of many. */
const CROWDS = { hot: 1, many: 1000 } as const;

type Crowd = keyof typeof CROWDS;

/**
 * How the whole job goes with more threads: generator running, audit and histograms on, half of the requests granted.
 * Beside the sellers there is always the generator; where the machine has fewer cores than that, they take turns.
 */
export async function threadSection(smoke: boolean): Promise<Section> {
  const rounds = smoke ? 1 : 5;
  const requests = smoke ? 5000 : 4_000_000;
  const cases = (smoke ? [1] : THREADS).flatMap((threads) =>
    (smoke ? STRATEGIES.slice(0, 1) : STRATEGIES).map((strategy) => ({
      threads,
      strategy,
      rates: { hot: [] as number[], many: [] as number[] },
    })),
  );
  // Round by round, so that a machine that slows down slows all of them down.
  for (let round = 0; round < rounds; round++) {
    for (const { threads, strategy, rates } of cases) {
      for (const crowd of Object.keys(CROWDS) as Crowd[]) {
        rates[crowd].push(
          await rateOf({ threads, strategy, crowd, requests, round, warmsUp: !smoke }),
        );
      }
    }
  }
  const rows = cases.map(({ threads, strategy, rates }): Cell[] => [
    strategy,
    `${threads}`,
    inRounds('per second', rates.hot),
    inRounds('per second', rates.many),
  ]);
  return {
    title: `Threads: --rate max, ${formatCount(requests)} requests, half of them granted; ${rounds} rounds`,
    headings: ['strategy', 'threads', 'one event, requests/s', `${CROWDS.many} events, requests/s`],
    rows,
  };
}

async function rateOf(asked: {
  readonly threads: number;
  readonly strategy: string;
  readonly crowd: Crowd;
  readonly requests: number;
  readonly round: number;
  readonly warmsUp: boolean;
}): Promise<number> {
  const { threads, strategy, crowd, requests, round, warmsUp } = asked;
  const events = CROWDS[crowd];
  const fields = {
    rate: 'max',
    requests: `${requests}`,
    events: `${events}`,
    tickets: `${Math.ceil(requests / 2 / events)}`,
    threads: `${threads}`,
    seed: `${round}`,
  };
  const result = await run({ strategy, scenario: resolveScenario({ fields }), warmsUp });
  return result.throughput.completedPerSecond;
}

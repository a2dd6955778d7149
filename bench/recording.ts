import { resolveScenario, run } from '../src/index.ts';
import { formatCount } from '../src/report/format.ts';
import { type Cell, inRounds, type Section } from './section.ts';

/** What timing every request costs: the same runs with it and without, in pairs, in turn. */
export async function recordingSection(smoke: boolean): Promise<Section> {
  const pairs = smoke ? 1 : 10;
  const requests = smoke ? '20000' : '10000000';
  const rows: Cell[][] = [];
  for (const strategy of smoke ? ['compare-and-swap'] : ['compare-and-swap', 'global-lock']) {
    const rates = { timed: [] as number[], untimed: [] as number[] };
    for (let pair = 0; pair < pairs; pair++) {
      // In either order as often, so that whoever comes second has no advantage.
      const order = pair % 2 === 0 ? [true, false] : [false, true];
      for (const measures of order) {
        const scenario = resolveScenario({
          fields: { rate: 'max', requests, threads: '2', seed: String(pair) },
        });
        const { throughput } = await run({
          strategy,
          scenario,
          measures,
          warmsUp: !smoke,
        });
        rates[measures ? 'timed' : 'untimed'].push(throughput.completedPerSecond);
      }
    }
    const costs = rates.timed.map((timed, pair) => 1 - timed / (rates.untimed[pair] as number));
    rows.push([
      strategy,
      inRounds('per second', rates.timed),
      inRounds('per second', rates.untimed),
      inRounds('share', costs),
    ]);
  }
  return {
    title: `Recording: --rate max, 2 threads, ${formatCount(Number(requests))} requests, timed and not; ${pairs} pairs`,
    headings: ['strategy', 'requests/s, timed', 'not timed', 'cost: median (min-max)'],
    rows,
  };
}

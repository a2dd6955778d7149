import { type RunResult, resolveScenario, run } from '../src/index.ts';
import { formatCount } from '../src/report/format.ts';
import { catalog } from '../src/store/catalog.ts';
import { OUTCOMES } from '../src/workers/outcome.ts';
import { type Cell, inRounds, type Section, single } from './section.ts';

const BASELINE = 'compare-and-swap';
/** Enough to show that everything runs: the control, the baseline, and one with a clerk. */
const SMOKE_STRATEGIES: readonly string[] = ['check-then-act', BASELINE, 'single-writer'];

function strategiesFor(smoke: boolean): string[] {
  return catalog
    .map(({ name }) => name)
    .filter((name) => !smoke || SMOKE_STRATEGIES.includes(name));
}

/** How fast refusals are: a rush on few tickets, as an on-sale is for most of its time. */
export function refusalSection(smoke: boolean): Promise<Section> {
  return saturationSection(smoke, '10000', 'most are refused');
}

/** How fast sales are: tickets enough for everybody. */
export function grantSection(smoke: boolean): Promise<Section> {
  return saturationSection(smoke, '10000000', 'all are granted');
}

/** How fast the whole job goes, generator running and audit on, for each strategy. */
async function saturationSection(smoke: boolean, tickets: string, what: string): Promise<Section> {
  const rounds = smoke ? 1 : 5;
  const requests = smoke ? '20000' : '10000000';
  const results = new Map<string, RunResult[]>(strategiesFor(smoke).map((name) => [name, []]));
  // Round by round, so that a machine that slows down slows all of them down.
  for (let round = 0; round < rounds; round++) {
    for (const [strategy, list] of results) {
      const fields = { rate: 'max', requests, tickets, threads: '2', seed: String(round) };
      list.push(await run({ strategy, scenario: resolveScenario({ fields }), warmsUp: !smoke }));
    }
  }
  const rates = [...results].map(([strategy, list]) => {
    const perSecond = list.map(({ throughput }) => throughput.completedPerSecond);
    const granted = list.map(({ outcomes, stream }) => outcomes.reserved / stream.requests);
    const verdicts = [...new Set(list.map(({ audit }) => audit.verdict))].join(', ');
    return { strategy, perSecond, granted, verdicts };
  });
  const baseline = rates.find(({ strategy }) => strategy === BASELINE)?.perSecond ?? [];
  return {
    title: `Whole runs: --rate max, 2 threads, ${formatCount(Number(requests))} requests, ${what}; ${rounds} rounds`,
    headings: ['strategy', 'requests/s: median (min-max)', `of ${BASELINE}`, 'granted', 'verdicts'],
    rows: rates.map(({ strategy, perSecond, granted, verdicts }) => {
      const ratios = perSecond.map((rate, round) => rate / (baseline[round] as number));
      return [
        strategy,
        inRounds('per second', perSecond),
        inRounds('ratio', ratios),
        inRounds('share', granted),
        verdicts,
      ];
    }),
  };
}

/** What a request costs when there is time: the open model at a rate far below saturation. */
export async function pacedSection(smoke: boolean): Promise<Section> {
  const duration = smoke ? '200ms' : '5s';
  const rows: Cell[][] = [];
  for (const name of strategiesFor(smoke)) {
    const fields = { rate: '50000', duration, threads: '2' };
    const result = await run({
      strategy: name,
      scenario: resolveScenario({ fields }),
      warmsUp: !smoke,
    });
    const { responseTimeNs, stream } = result;
    const accounted = OUTCOMES.reduce((sum, outcome) => sum + (result.outcomes[outcome] ?? 0), 0);
    rows.push([
      name,
      single('ns', responseTimeNs.p50),
      single('ns', responseTimeNs.p99),
      single('ns', responseTimeNs.max),
      `${formatCount(accounted)} of ${formatCount(stream.requests)}`,
    ]);
  }
  return {
    title: `Whole runs: 50,000 requests/s for ${duration}, 2 threads`,
    headings: ['strategy', 'response p50', 'p99', 'max', 'requests accounted for'],
    rows,
  };
}

/** How often the audit finds what it should, and nothing else. */
export async function detectionSection(smoke: boolean): Promise<Section> {
  const runs = smoke ? 1 : 20;
  const fewer = smoke ? { requests: '5000' } : {};
  const rows: Cell[][] = [];
  for (const name of strategiesFor(smoke)) {
    const verdicts = new Map<string, number>();
    const oversold: number[] = [];
    for (let seed = 1; seed <= runs; seed++) {
      const request = { scenario: 'last-ticket', fields: { seed: String(seed), ...fewer } };
      const scenario = resolveScenario(request);
      const { audit } = await run({ strategy: name, scenario, warmsUp: !smoke });
      verdicts.set(audit.verdict, (verdicts.get(audit.verdict) ?? 0) + 1);
      oversold.push(audit.oversold);
    }
    const counts = [...verdicts].map(([verdict, count]) => `${verdict} ${count} of ${runs}`);
    rows.push([name, counts.join(', '), inRounds('count', oversold)]);
  }
  return {
    title: `Detection: ${runs} runs of the scenario last-ticket, seeds 1 to ${runs}`,
    headings: ['strategy', 'verdicts', 'oversold: median (min-max)'],
    rows,
  };
}

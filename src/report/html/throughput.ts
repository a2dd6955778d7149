import type {
  BlockComparison,
  BlockedStrategy,
  BlockMetrics,
  Ratio,
} from '../../sim/block-comparison.ts';
import type { Comparison, RunResult } from '../../sim/result.ts';
import { counted, formatNs, formatShort } from '../format.ts';
import { type Figure, figureMarkup } from './figure.ts';
import { html, type Markup, type Part } from './markup.ts';
import type { Section } from './page.ts';
import { chartName, extremes } from './ranking.ts';
import { countsOf, type SortColumn, sortTable } from './table.ts';

/** How many requests and tickets a second; with blocks, and how sure that is. */
export function throughputSection({ results, blocks }: Comparison): Section {
  const body = blocks
    ? [blockNote(blocks), ratioMarkup(blocks), ratioTable(blocks), blockRuns(blocks)]
    : [
        html`<p class="note">One run each: the figures of another run will differ. How much, only blocks can tell (<code>sim compare --blocks</code>).</p>`,
        figureMarkup(throughputFigure(results)),
      ];
  return { id: 'throughput', title: 'Throughput and goodput', body };
}

function throughputFigure(results: readonly RunResult[]): Figure {
  const values = (of: (throughput: RunResult['throughput']) => number): number[] =>
    results.map(({ throughput }) => of(throughput));
  return {
    id: 'throughput-chart',
    title: 'Requests completed and tickets granted, a second',
    summary: extremes(results, ({ throughput }) => throughput.completedPerSecond, formatShort, [
      'Most requests a second',
      'fewest',
    ]),
    chart: {
      kind: 'dots',
      rowName: 'strategy',
      rows: results.map(chartName),
      value: { name: 'a second', scale: 'log', unit: 'short' },
      series: [
        { name: 'requests completed', look: 0, values: values((each) => each.completedPerSecond) },
        { name: 'tickets granted', look: 5, values: values((each) => each.grantedPerSecond) },
      ],
    },
  };
}

function blockNote({
  blocks,
  discardedBlocks,
  seed,
  resamples,
  confidence,
  baseline,
}: BlockComparison): Markup {
  return html`<p class="note">In each of ${counted(blocks, 'block')} every strategy ran once, in random order, on the block's own requests${discardedBlocks > 0 ? ` (${counted(discardedBlocks, 'block')} before that did not count)` : ''}. Ratios are geometric means against ${baseline}, with ${Math.round(confidence * 100)} % bootstrap intervals over blocks (${counted(resamples, 'resample')}, seed ${seed}). Where an interval covers 1 the two are tied. The A/A control is ${baseline} run against itself: its interval has to cover 1, or the measurement is worth nothing.</p>`;
}

interface Metric {
  readonly key: keyof BlockMetrics<unknown>;
  readonly name: string;
  readonly look: number;
  readonly show: (value: number) => string;
}

const RATES: readonly Metric[] = [
  { key: 'completedPerSecond', name: 'requests/s', look: 0, show: formatShort },
  { key: 'grantedPerSecond', name: 'goodput/s', look: 5, show: formatShort },
];
const TIMES: readonly Metric[] = [
  { key: 'responseP50Ns', name: 'response p50', look: 0, show: formatNs },
  { key: 'responseP99Ns', name: 'response p99', look: 5, show: formatNs },
];

/** The charts of ratios, as far as there are any. */
function ratioMarkup(blocks: BlockComparison): Part {
  const figures = ratioFigures(blocks).filter(({ chart }) =>
    chart.series.some(({ values }) => values.some((value) => value !== null)),
  );
  if (figures.length > 0) return figures.map(figureMarkup);
  return html`<p>There are too few valid blocks to say how any strategy compares with ${blocks.baseline}.</p>`;
}

function ratioFigures(blocks: BlockComparison): Figure[] {
  return [
    ratioFigure(
      blocks,
      'rate-ratios',
      'Requests and tickets a second, against the baseline',
      RATES,
    ),
    ratioFigure(blocks, 'time-ratios', 'Response times, against the baseline', TIMES),
  ];
}

function ratioFigure(
  { strategies, baseline }: BlockComparison,
  id: string,
  title: string,
  metrics: readonly Metric[],
): Figure {
  const [first] = metrics as readonly [Metric];
  const count = (verdict: Ratio['verdict']): number =>
    strategies.filter(
      ({ strategy, control, ratios }) =>
        strategy !== baseline && !control && ratios[first.key]?.verdict === verdict,
    ).length;
  return {
    id,
    title,
    summary: `By ${first.name}, ${counted(count('better'), 'strategy').replace(/strategys$/, 'strategies')} better than ${baseline}, ${count('worse')} worse, ${count('tie')} tied. The dashed line is ${baseline}; ${metrics === TIMES ? 'less' : 'more'} is better.`,
    chart: {
      kind: 'dots',
      rowName: 'strategy',
      rows: strategies.map(blockName),
      value: { name: `times ${baseline}`, scale: 'log', unit: 'ratio' },
      reference: 1,
      series: metrics.map(({ key, name, look }) => {
        const column = (of: (ratio: Ratio) => number): (number | null)[] =>
          strategies.map(({ ratios }) => (ratios[key] ? of(ratios[key]) : null));
        return {
          name,
          look,
          values: column(({ ratio }) => ratio),
          low: column(({ low }) => low),
          high: column(({ high }) => high),
        };
      }),
    },
  };
}

function blockName({ strategy, control }: BlockedStrategy): string {
  return control ? `${strategy} (A/A control)` : strategy;
}

function ratioTable({ strategies, baseline }: BlockComparison): Markup {
  const columns: SortColumn<BlockedStrategy>[] = [
    { heading: 'strategy', show: blockName },
    {
      heading: 'verdicts',
      show: ({ verdicts }) => countsOf(verdicts),
    },
    {
      heading: 'oversold',
      show: (each) => formatShort(each.oversold),
      sortBy: (each) => each.oversold,
    },
    {
      heading: 'void',
      title: 'blocks whose figures are void',
      show: (each) => each.voidBlocks,
      sortBy: (each) => each.voidBlocks,
    },
    ...[...RATES, ...TIMES].flatMap((metric) => [meanColumn(metric), ratioColumn(metric)]),
  ];
  return sortTable({
    id: 'blocks-table',
    caption: `Means over blocks, and ratios to ${baseline} with their intervals`,
    columns,
    rows: strategies,
  });
}

function meanColumn({ key, name, show }: Metric): SortColumn<BlockedStrategy> {
  return {
    heading: name,
    title: 'geometric mean over the counted blocks that are valid',
    show: ({ means }) => (means[key] === null ? '-' : show(means[key])),
    sortBy: ({ means }) => means[key],
  };
}

function ratioColumn({ key, name }: Metric): SortColumn<BlockedStrategy> {
  return {
    heading: `${name}, ratio`,
    show: ({ ratios }) => {
      const ratio = ratios[key];
      if (!ratio) return '-';
      return `${ratio.ratio.toFixed(2)} [${ratio.low.toFixed(2)}, ${ratio.high.toFixed(2)}] ${ratio.verdict}`;
    },
    sortBy: ({ ratios }) => ratios[key]?.ratio ?? null,
  };
}

/** Every run of every block: what the means were made of, and what was left out of them. */
function blockRuns({ runs }: BlockComparison): Markup {
  const rows = runs.map(
    (run) =>
      html`<tr${run.valid && run.counted ? undefined : html` class="void"`}><th scope="row">${run.block}</th><td>${run.place}</td><td class="words">${run.strategy}${run.control ? ' (A/A control)' : ''}</td><td class="words">${run.verdict}</td><td>${run.metrics.completedPerSecond === null ? '-' : formatShort(run.metrics.completedPerSecond)}</td><td>${run.metrics.responseP99Ns === null ? '-' : formatNs(run.metrics.responseP99Ns)}</td><td class="words">${run.seed}</td><td class="words"><code>${run.digest.slice(0, 12)}</code></td><td class="prose">${[...(run.counted ? [] : ['not counted']), ...run.reasons].join('; ')}</td></tr>\n`,
  );
  return html`<details><summary>Every run of every block (${runs.length})</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Every run of every block"><table><thead><tr><th scope="col">block</th><th scope="col">place</th><th scope="col" data-sort="text">strategy</th><th scope="col" data-sort="text">verdict</th><th scope="col">requests/s</th><th scope="col">p99</th><th scope="col" data-sort="text">seed</th><th scope="col" data-sort="text">stream</th><th scope="col" data-sort="text">left out because</th></tr></thead><tbody>
${rows}</tbody></table></div></details>
`;
}

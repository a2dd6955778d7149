import type { Comparison, RunResult } from '../sim/result.ts';
import { renderBlocks } from './block-table.ts';
import { byImportance, type Column, columnsFor, plainHeading, sellOutTime } from './columns.ts';
import { concludeComparison, concludeRun } from './conclusion.ts';
import { describeMachine, describeScenario, describeStream, shortDigest } from './describe.ts';
import { counted, formatCount, formatNs, formatRatio, formatShort } from './format.ts';
import { fittingTable, plainTable, shorten, wrap, wrapCommand } from './plain.ts';
import { publishedLines } from './published.ts';
import { describeServers, storeFacts } from './stores.ts';
import { paint, paintLines, paintVerdict, type Style } from './style.ts';
import { describeThreshold, describeThresholds } from './thresholds.ts';

/** Strategies side by side, and what to conclude. */
export function renderComparison({ results, blocks }: Comparison, style: Style): string {
  const [first] = results;
  if (blocks) {
    return [renderBlocks(first, blocks, style), ...publishedLines(results, style)].join('\n');
  }
  if (!first) return 'Nothing was run.\n';
  const all = columnsFor(results);
  const ranked = byImportance(all);
  const best = (count: number): readonly Column[] =>
    all.filter((column) => ranked.indexOf(column) < count);
  return [
    wrap(describeScenario(first), style),
    wrap(describeStream(results), style),
    '',
    ...fittingTable(
      ranked.map(plainHeading),
      (count) => tableOf(results, best(count), style),
      style,
    ),
    '',
    ...publishedLines(results, style),
    ...describeServers(results).map((line) => paint(wrap(line, style), 'dim', style)),
    ...voidLines(results, style),
    ...describeThresholds(results).map((line) => wrap(line, style)),
    wrap(concludeComparison(results), style),
    paint(wrap(describeMachine(first), style), 'dim', style),
    '',
  ].join('\n');
}

function tableOf(results: readonly RunResult[], columns: readonly Column[], style: Style): string {
  const table = plainTable(['left', 'left', ...columns.map(() => 'right' as const)]);
  const headings = ['\nstrategy', '\nverdict', ...columns.map(({ heading }) => heading)];
  table.push(headings.map((heading) => paintLines(heading, 'dim', style)));
  for (const result of results) {
    const verdict = paintVerdict(result, style);
    table.push([shorten(result.strategy), verdict, ...columns.map(({ cell }) => cell(result))]);
  }
  return table.toString();
}

/** One run, line by line. */
export function renderRun(result: RunResult, style: Style): string {
  const { audit, contention, fairness, health, throughput } = result;
  const broken = audit.brokenPromises;
  const rows: [string, string][] = [
    ['verdict', `${paintVerdict(result, style)}: ${concludeRun(result)}`],
    ['promises', broken.length === 0 ? 'none broken' : `broken: ${broken.join(', ')}`],
    ...thresholdRows(result, style),
    ['tickets', describeTickets(result)],
    ['requests', describeOutcomes(result)],
    ['throughput', describeThroughput(throughput)],
    ['response time', describeTimes(result.responseTimeNs)],
    ...describeOutcomeTimes(result),
    ['queue delay', describeTimes(result.queueDelayNs)],
    ['service time', describeTimes(result.serviceTimeNs)],
    [
      'contention',
      `${counted(contention.retries, 'retry').replace(/retrys$/, 'retries')}, ${counted(contention.waits, 'wait')}`,
    ],
    ...storeFacts(result),
    ['fairness', describeFairness(fairness)],
    ['figures', health.valid ? 'valid' : `void: ${health.reasons.join('; ')}`],
    ...describeChecks(health.checks),
    ['scenario', describeScenario(result)],
    ['stream', shortDigest(result)],
    ['machine', describeMachine(result)],
  ];
  const lines = rows.map(([name, text]) => {
    const label = paint(name.padEnd(LABEL_WIDTH), 'dim', style);
    return `${label}${wrap(text, style, LABEL_WIDTH)}`;
  });
  const again = paint('again'.padEnd(LABEL_WIDTH), 'dim', style);
  lines.push(`${again}${wrapCommand(result.command, style, LABEL_WIDTH)}`);
  return `${paint(result.strategy, 'bold', style)}\n${lines.join('\n')}\n`;
}

const LABEL_WIDTH = 15;

function thresholdRows({ thresholds = [] }: RunResult, style: Style): [string, string][] {
  return thresholds.map((each, index) => [
    index === 0 ? 'thresholds' : '',
    describeThreshold(each, style),
  ]);
}

function describeTickets({ tickets, audit }: RunResult): string {
  const parts = [
    `${formatCount(tickets.capacity)} on sale`,
    `${formatCount(tickets.granted)} granted`,
  ];
  if (tickets.returned > 0) parts.push(`${formatCount(tickets.returned)} given back`);
  if (audit.unsold > 0) parts.push(`${formatCount(audit.unsold)} left where buyers were refused`);
  return parts.join(', ');
}

function describeOutcomes({ outcomes }: RunResult): string {
  return Object.entries(outcomes)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${formatCount(count)} ${outcome}`)
    .join(', ');
}

function describeThroughput(throughput: RunResult['throughput']): string {
  const { offeredPerSecond, completedPerSecond, grantedPerSecond, timeToSellOutMs } = throughput;
  const until =
    timeToSellOutMs === null ? 'never sold out' : `sold out in ${sellOutTime(timeToSellOutMs)}`;
  return `${formatShort(completedPerSecond)} requests/s of ${formatShort(offeredPerSecond)} offered, ${formatShort(grantedPerSecond)} tickets/s, ${until}`;
}

function describeTimes(times: RunResult['responseTimeNs']): string {
  const { count, p50, p90, p99, p999, max } = times;
  if (count === 0) return 'nothing was timed';
  const parts = Object.entries({ p50, p90, p99, 'p99.9': p999, max });
  return parts.map(([name, valueNs]) => `${name} ${formatNs(valueNs)}`).join('  ');
}

/** Where there are several outcomes, the response time of each: quick refusals would flatter grants. */
function describeOutcomeTimes({ responseTimeByOutcomeNs }: RunResult): [string, string][] {
  const times = Object.entries(responseTimeByOutcomeNs);
  if (times.length < 2) return [];
  // A blank is left after the longest of them, too.
  return times.map(([outcome, summary]) => [
    `  ${outcome}`.slice(-(LABEL_WIDTH - 1)),
    describeTimes(summary),
  ]);
}

function describeChecks(checks: RunResult['health']['checks']): [string, string][] {
  const measured = checks.map(({ name, value, unit }) => {
    const figure = unit === 'ns' ? formatNs(value) : formatRatio(value);
    return `${name} ${figure}`;
  });
  return measured.length === 0 ? [] : [['measured with', measured.join(', ')]];
}

function describeFairness(fairness: RunResult['fairness']): string {
  const { jainIndex, inversions, mostOvertaken, longestWaitNs } = fairness;
  return [
    `Jain index ${jainIndex.toFixed(3)}`,
    counted(inversions, 'inversion'),
    `passed by ${formatCount(mostOvertaken)} at most`,
    `longest wait ${formatNs(longestWaitNs)}`,
  ].join(', ');
}

function voidLines(results: readonly RunResult[], style: Style): string[] {
  return results
    .filter(({ health }) => !health.valid)
    .map(({ strategy, health }) =>
      wrap(`${strategy} is void: ${health.reasons.join('; ')}`, style),
    );
}

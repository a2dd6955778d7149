import type { Magnification, RoundFindings } from '../sim/magnification.ts';
import { toCsv } from './csv.ts';
import { describeMachine } from './describe.ts';
import { counted, formatCount, formatNs, formatShort } from './format.ts';
import type { Format } from './formats.ts';
import { plainTable, wrap, wrapCommand } from './plain.ts';
import { paint, type Style } from './style.ts';
import { toJson } from './to-json.ts';

// What the microscope shows, in every format.

export function renderMagnification(format: Format, found: Magnification, style: Style): string {
  switch (format) {
    case 'table':
      return magnificationToTable(found, style);
    case 'json':
      return toJson(found);
    case 'markdown':
      return magnificationToMarkdown(found);
    case 'csv':
      return toCsv(magnificationToRecords(found));
  }
}

interface Column {
  readonly heading: string;
  readonly cell: (findings: RoundFindings) => string;
}

const COLUMNS: readonly Column[] = [
  { heading: '\nrounds', cell: ({ rounds }) => formatMany(rounds) },
  { heading: '\ncontested', cell: ({ contested }) => formatMany(contested) },
  { heading: '\noversold', cell: ({ oversold }) => formatMany(oversold) },
  { heading: 'per\nsell-out', cell: describeEstimate },
  { heading: '95 %\ninterval', cell: describeInterval },
  { heading: 'worst\nsurplus', cell: ({ worstSurplus }) => formatCount(worstSurplus) },
  { heading: 'sold\ntwice', cell: ({ duplicated }) => formatMany(duplicated) },
  { heading: 'refused\nfalsely', cell: ({ falselyRefused }) => formatMany(falselyRefused) },
];

/** One row for each size, and one for all of them together. */
function rowsOf({ sizes, total }: Magnification): [string, RoundFindings][] {
  const rows = sizes.map((size): [string, RoundFindings] => [formatCount(size.tickets), size]);
  return [...rows, ['all', total]];
}

const LABEL_WIDTH = 10;

function magnificationToTable(found: Magnification, style: Style): string {
  const table = plainTable(['right', ...COLUMNS.map(() => 'right' as const)]);
  const headings = ['\ntickets', ...COLUMNS.map(({ heading }) => heading)];
  table.push(headings.map((heading) => paintLines(heading, style)));
  for (const [tickets, findings] of rowsOf(found)) {
    table.push([tickets, ...COLUMNS.map(({ cell }) => cell(findings))]);
  }
  const { brokenPromises: broken, command } = found;
  const rows: [string, string][] = [
    ['verdict', `${paintWord(found, style)}: ${concludeMagnification(found)}`],
    ['promises', broken.length === 0 ? 'none broken' : `broken: ${broken.join(', ')}`],
    ['machine', describeMachine(found)],
  ];
  const lines = rows.map(([name, text]) => {
    return paint(name.padEnd(LABEL_WIDTH), 'dim', style) + wrap(text, style, LABEL_WIDTH);
  });
  const again = paint('again'.padEnd(LABEL_WIDTH), 'dim', style);
  lines.push(again + wrapCommand(command, style, LABEL_WIDTH));
  return [
    paint(found.strategy, 'bold', style),
    wrap(describeSales(found), style),
    '',
    table.toString(),
    '',
    ...lines,
    '',
  ].join('\n');
}

function inOneLine({ heading }: Column): string {
  return heading.replace('\n', ' ').trim();
}

function magnificationToMarkdown(found: Magnification): string {
  const headings = ['tickets', ...COLUMNS.map(inOneLine)];
  const rows = rowsOf(found).map(([tickets, findings]) => [
    tickets,
    ...COLUMNS.map(({ cell }) => cell(findings)),
  ]);
  return [
    `**${found.strategy}**: ${describeSales(found)}`,
    '',
    ...[headings, headings.map(() => '--:'), ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    '',
    `**${found.verdict}**: ${concludeMagnification(found)}.`,
    '',
    '```sh',
    found.command,
    '```',
    '',
    `*${describeMachine(found)}*`,
    '',
  ].join('\n');
}

/** A line for each size, and one for all, with what they share. */
function magnificationToRecords(found: Magnification): object[] {
  const { strategy, threads, cancels, workInsideNs, seed, verdict, brokenPromises } = found;
  const shared = { strategy, threads, cancels, workInsideNs, seed };
  const line = (tickets: number | 'all', { ...findings }: RoundFindings): object => {
    return { ...shared, ...findings, tickets, verdict, brokenPromises };
  };
  return [...found.sizes.map((size) => line(size.tickets, size)), line('all', found.total)];
}

function describeSales({ threads, cancels, workInsideNs, seed }: Magnification): string {
  const parts = [`${counted(threads, 'thread')} race for the last tickets`];
  if (cancels) parts.push('some of which come back');
  if (workInsideNs > 0) parts.push(`${formatNs(workInsideNs)} of work inside`);
  parts.push(`seed ${seed}`);
  return parts.join(', ');
}

/** What was seen, in a sentence. */
function concludeMagnification({ total, verdict, health, elapsedMs }: Magnification): string {
  const faults = describeFaults(total);
  const until =
    verdict === 'incomplete' ? `cut short: ${health.reasons.join('; ')}; until then ` : '';
  if (faults.length > 0) return `${until}${faults.join('; ')}`;
  if (total.rounds === 0) return `${until}nothing was sold`;
  const sales = counted(total.rounds, 'sell-out');
  const seen = `in ${sales} (${formatNs(elapsedMs * 1e6)}) nothing went wrong`;
  return `${until}${seen}, ${describeEvidence(total)}`;
}

function describeFaults(total: RoundFindings): string[] {
  const { rounds, oversold, duplicated, dishonoured, falselyRefused, worstSurplus } = total;
  const of = (count: number): string => `${formatCount(count)} of ${counted(rounds, 'sell-out')}`;
  const faults: string[] = [];
  if (oversold > 0) {
    const [estimate, interval] = [describeEstimate(total), describeInterval(total)];
    const surplus = `${counted(worstSurplus, 'ticket')} too many at worst`;
    faults.push(
      `${of(oversold)} sold more than there was: ${estimate} (95 % interval ${interval}), ${surplus}`,
    );
  }
  if (duplicated > 0) faults.push(`${of(duplicated)} sold a ticket twice`);
  if (dishonoured > 0) faults.push(`${of(dishonoured)} did not honour a receipt`);
  if (falselyRefused > 0) faults.push(`${of(falselyRefused)} refused a ticket that was free`);
  return faults;
}

/** Where fewer sell-outs than this were contested, threads did not really race. */
const CONTESTED_SHARE_MIN = 0.1;

function showsLittle({ rounds, contested }: RoundFindings): boolean {
  return contested < rounds * CONTESTED_SHARE_MIN;
}

/** What it means that nothing was seen. */
function describeEvidence(total: RoundFindings): string {
  const { contested, probability } = total;
  if (contested === 0) {
    return 'but no two threads ever met: there was no race, so this proves nothing';
  }
  const bound = formatPercent(probability.high);
  if (showsLittle(total)) {
    const few = `but only ${formatCount(contested)} of them were contested, so this shows little`;
    return `${few}: a machine with nothing else to do, or --work-inside 20us, shows more`;
  }
  const races = `and ${formatCount(contested)} of them were contested`;
  return `${races}; with 95 % confidence fewer than ${bound} oversell here (which is no proof: see sim explore)`;
}

function describeEstimate({ probability, rounds }: RoundFindings): string {
  return rounds === 0 ? '-' : formatPercent(probability.estimate);
}

function describeInterval({ probability: { low, high }, oversold, rounds }: RoundFindings): string {
  if (rounds === 0) return '-';
  if (oversold === 0) return `< ${formatPercent(high)}`;
  return `${formatPercent(low).replace(' %', '')}-${formatPercent(high)}`;
}

/** So many are written out; more would not fit. */
const WRITTEN_MAX = 999_999;

function formatMany(count: number): string {
  return count > WRITTEN_MAX ? formatShort(count) : formatCount(count);
}

/** `0.15 %`, `31.2 %`: three digits, or two behind a leading zero. */
function formatPercent(share: number): string {
  const percent = share * 100;
  return `${Number(percent.toPrecision(percent < 1 ? 2 : 3))} %`;
}

/** Green only for what was put to the test. */
function paintWord({ verdict, total }: Magnification, style: Style): string {
  if (verdict === 'exact') return paint(verdict, showsLittle(total) ? 'yellow' : 'green', style);
  return paint(verdict, verdict === 'incomplete' ? 'yellow' : 'red', style);
}

function paintLines(heading: string, style: Style): string {
  return heading
    .split('\n')
    .map((line) => paint(line, 'dim', style))
    .join('\n');
}

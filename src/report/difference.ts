import type { BlockMetric } from '../sim/block-comparison.ts';
import type { Difference, PairDifference } from '../sim/difference.ts';
import { toCsv } from './csv.ts';
import {
  BROKEN,
  describeAudits,
  describeFile,
  describeSpeeds,
  describeStrays,
  FIGURE_NAMES,
  short,
} from './difference-text.ts';
import type { Format } from './formats.ts';
import { fittingTable, plainTable, shorten, wrap } from './plain.ts';
import { paint, type Style } from './style.ts';
import { toJson } from './to-json.ts';

/** What changed between two results, in any format. */
export function renderDifference(format: Format, difference: Difference, style: Style): string {
  switch (format) {
    case 'table':
      return toTable(difference, style);
    case 'json':
      return toJson(difference);
    case 'markdown':
      return toMarkdown(difference);
    case 'csv':
      return toCsv(difference.pairs.map(recordOf));
  }
}

const METRICS = Object.keys(FIGURE_NAMES) as BlockMetric[];

function toTable(difference: Difference, style: Style): string {
  const { before, after, pairs } = difference;
  const audits = describeAudits(difference).map((line) => {
    const text = wrap(line, style, 2);
    return line.startsWith(BROKEN) ? paint(text, 'red', style) : text;
  });
  const lines = [
    paint(wrap(`first   ${describeFile(before)}`, style, 8), 'dim', style),
    paint(wrap(`second  ${describeFile(after)}`, style, 8), 'dim', style),
    '',
    ...audits,
    ...(pairs.length === 0 ? [] : ['', ...tablesOf(difference, style)]),
    '',
    ...[...describeSpeeds(difference), ...describeStrays(difference)].map((line) =>
      wrap(line, style),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function tablesOf(difference: Difference, style: Style): string[] {
  const headings = METRICS.map((each) => FIGURE_NAMES[each]);
  return fittingTable(headings, (count) => tableOf(difference, count, style), style);
}

/** The table with the first so many of the figures. */
function tableOf(difference: Difference, figures: number, style: Style): string {
  const [head, ...rows] = cellsOf(difference, METRICS.slice(0, figures));
  const texts = difference.over === null ? 3 : 4;
  const table = plainTable((head ?? []).map((_, index) => (index < texts ? 'left' : 'right')));
  table.push((head ?? []).map((heading) => paint(heading, 'dim', style)));
  rows.forEach((cells, index) => {
    const pair = difference.pairs[index] as PairDifference;
    const [name = '', ...others] = cells;
    const painted = others.map((cell) => (cell === speedOf(pair) ? paintSpeed(pair, style) : cell));
    table.push([shorten(name), ...painted]);
  });
  return table.toString();
}

/** The heading, and a row for each pair. */
function cellsOf({ pairs, over }: Difference, figures: readonly BlockMetric[]): string[][] {
  const swept = over === null ? [] : [over];
  const head = [
    'strategy',
    ...swept,
    'verdict',
    'speed',
    ...figures.map((each) => FIGURE_NAMES[each]),
  ];
  const rows = pairs.map((pair) => [
    pair.strategy,
    ...(over === null ? [] : [pair.value ?? '']),
    Object.keys(pair.audit.after).join('/'),
    speedOf(pair),
    ...figures.map((metric) => ratioOf(pair, metric)),
  ]);
  return [head, ...rows];
}

function speedOf({ speed, weak }: PairDifference): string {
  return weak && speed !== 'tie' ? `${speed}?` : speed;
}

function paintSpeed(pair: PairDifference, style: Style): string {
  const colors = {
    faster: 'green',
    slower: 'red',
    tie: 'dim',
    'not comparable': 'yellow',
  } as const;
  return paint(speedOf(pair), colors[pair.speed], style);
}

/** `x1.23`, in brackets if it is a tie. */
function ratioOf({ metrics }: PairDifference, metric: BlockMetric): string {
  const found = metrics[metric];
  if (!found) return '-';
  const text = `x${short(found.ratio)}`;
  return found.verdict === 'tie' ? `(${text})` : text;
}

function toMarkdown(difference: Difference): string {
  const { before, after, pairs } = difference;
  const [head = [], ...rows] = cellsOf(difference, METRICS);
  const texts = difference.over === null ? 3 : 4;
  const alignments = head.map((_, index) => (index < texts ? ':--' : '--:'));
  const lines = [
    `- first: ${escaped(describeFile(before))}`,
    `- second: ${escaped(describeFile(after))}`,
    '',
    ...describeAudits(difference).map((line) => `- ${escaped(line)}`),
    '',
    ...(pairs.length === 0
      ? []
      : [
          ...[head, alignments, ...rows].map((cells) => `| ${cells.map(escaped).join(' | ')} |`),
          '',
        ]),
    ...[...describeSpeeds(difference), ...describeStrays(difference)].map(
      (line) => `- ${escaped(line)}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** What was written elsewhere must stay in its cell, and be no markup. */
function escaped(text: string): string {
  return text.replace(/[|<>`*\\]/g, (character) => `\\${character}`);
}

/** A pair as one line of a table. */
function recordOf({ audit, reasons, ...pair }: PairDifference): object {
  return {
    ...pair,
    reasons: reasons.join('; '),
    audit: { ...audit, changes: audit.changes.join('; ') },
  };
}

import { numberText } from '../base/number-text.ts';
import type { BlockComparison, BlockedStrategy, BlockMetric } from '../sim/block-comparison.ts';
import type { RunResult } from '../sim/result.ts';
import { concludeBlocks, describeBlocks } from './block-conclusion.ts';
import {
  FIGURES,
  figuresOf,
  MARKS_LEGEND,
  meanText,
  nameOf,
  ofAllBlocks,
  ratioText,
  verdictsOf,
  voidRuns,
} from './block-figures.ts';
import { describeMachine, describeScenario } from './describe.ts';
import { formatShort } from './format.ts';
import { fittingTable, plainTable, shorten, wrap } from './plain.ts';
import { paint, type Style } from './style.ts';

/** Void runs that are named one by one; the JSON names all. */
const VOID_LINES = 5;

/** Strategies over blocks: what each came to, what that is to the baseline's, and what to conclude. */
export function renderBlocks(
  first: RunResult | undefined,
  comparison: BlockComparison,
  style: Style,
): string {
  const conclusion = concludeBlocks(comparison);
  if (!first) return `${conclusion.join('\n')}\n`;
  return [
    wrap(describeScenario(ofAllBlocks(first, comparison)), style),
    wrap(describeBlocks(comparison), style),
    '',
    ...fittingFigures(comparison, meansTable, style),
    '',
    ...ratioLines(comparison, style),
    ...voidLines(comparison).map((line) => wrap(line, style)),
    ...conclusion.map((sentence) => paintSentence(wrap(sentence, style), style)),
    paint(wrap(describeMachine(first), style), 'dim', style),
    '',
  ].join('\n');
}

/** The table of ratios with what it needs to be read; nothing where there is no ratio at all. */
function ratioLines(comparison: BlockComparison, style: Style): string[] {
  const figures = figuresOf(comparison);
  const known = comparison.strategies.some(({ ratios }) => figures.some((each) => ratios[each]));
  if (!known) return [];
  return [
    paint(wrap(ratiosHeading(comparison), style), 'dim', style),
    ...fittingFigures(comparison, ratiosTable, style),
    paint(wrap(MARKS_LEGEND, style), 'dim', style),
    '',
  ];
}

function ratiosHeading({ baseline, blocks, resamples, confidence }: BlockComparison): string {
  return `ratios to ${baseline}: geometric mean over ${blocks} blocks [${confidence * 100} % interval, ${numberText(resamples)} resamples]`;
}

/** A table of figures with as many of them as there is room for. */
function fittingFigures(
  comparison: BlockComparison,
  draw: (comparison: BlockComparison, figures: readonly BlockMetric[], style: Style) => string,
  style: Style,
): string[] {
  const figures = figuresOf(comparison);
  const headings = figures.map((figure) => FIGURES[figure].heading);
  return fittingTable(headings, (count) => draw(comparison, figures.slice(0, count), style), style);
}

function meansTable(
  comparison: BlockComparison,
  figures: readonly BlockMetric[],
  style: Style,
): string {
  const table = plainTable([
    'left',
    'left',
    'right',
    'right',
    ...figures.map(() => 'right' as const),
  ]);
  const headings = figures.map((figure) => FIGURES[figure].heading);
  table.push(
    ['strategy', 'verdict', 'oversold', 'void', ...headings].map((each) =>
      paint(each, 'dim', style),
    ),
  );
  for (const each of comparison.strategies) {
    table.push([
      shorten(nameOf(each)),
      paintVerdicts(each, style),
      formatShort(each.oversold),
      String(each.voidBlocks),
      ...figures.map((figure) => meanText(each, figure)),
    ]);
  }
  return table.toString();
}

function ratiosTable(
  { strategies }: BlockComparison,
  figures: readonly BlockMetric[],
  style: Style,
): string {
  const table = plainTable(['left', ...figures.map(() => 'right' as const)]);
  const headings = figures.map((figure) => FIGURES[figure].heading);
  table.push(['strategy', ...headings].map((each) => paint(each, 'dim', style)));
  for (const each of strategies) {
    table.push([
      shorten(nameOf(each)),
      ...figures.map((figure) => paintRatio(each, figure, style)),
    ]);
  }
  return table.toString();
}

const COLORS = { better: 'green', worse: 'red', tie: 'dim' } as const;

function paintRatio(
  { ratios, control }: BlockedStrategy,
  figure: BlockMetric,
  style: Style,
): string {
  const ratio = ratios[figure];
  const text = ratioText(ratio);
  if (ratio === null) return text;
  // Of a control both ways are wrong.
  return paint(text, control && ratio.verdict !== 'tie' ? 'red' : COLORS[ratio.verdict], style);
}

function paintVerdicts(each: BlockedStrategy, style: Style): string {
  const text = verdictsOf(each);
  return paint(text, text === 'exact' ? 'green' : 'red', style);
}

function paintSentence(text: string, style: Style): string {
  return text.startsWith('WARNING') ? paint(text, 'yellow', style) : text;
}

function voidLines(comparison: BlockComparison): string[] {
  const all = voidRuns(comparison).map((line) => `void: ${line}`);
  if (all.length === 0) return all;
  const rest = all.length - VOID_LINES;
  return [...all.slice(0, VOID_LINES), ...(rest > 0 ? [`(and ${rest} more void runs)`] : [])];
}

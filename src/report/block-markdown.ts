import type { BlockComparison } from '../sim/block-comparison.ts';
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
import { formatCount } from './format.ts';

/** A comparison in blocks as a Markdown section: each figure with its ratio beside it. */
export function blocksToMarkdown(
  first: RunResult | undefined,
  comparison: BlockComparison,
): string {
  const conclusion = concludeBlocks(comparison).join(' ');
  if (!first) return `${conclusion}\n`;
  const { baseline, confidence, resamples } = comparison;
  const figures = figuresOf(comparison);
  const headings = [
    'strategy',
    'verdict',
    'oversold',
    'void',
    ...figures.flatMap((figure) => [FIGURES[figure].heading, 'ratio']),
  ];
  const rows = comparison.strategies.map((each) => [
    nameOf(each),
    verdictsOf(each),
    formatCount(each.oversold),
    String(each.voidBlocks),
    ...figures.flatMap((figure) => [meanText(each, figure), ratioText(each.ratios[figure])]),
  ]);
  const alignments = headings.map((_, index) => (index < 2 ? ':--' : '--:'));
  const voids = voidRuns(comparison).map((line) => `- void: ${line}`);
  return [
    `${describeScenario(ofAllBlocks(first, comparison))}; ${describeBlocks(comparison)}`,
    '',
    ...[headings, alignments, ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    '',
    `Geometric means over the valid runs, and ratios to ${baseline} with ${confidence * 100} % intervals over blocks (${formatCount(resamples)} resamples): ${MARKS_LEGEND}.`,
    '',
    ...(voids.length > 0 ? [...voids, ''] : []),
    conclusion,
    '',
    `*${describeMachine(first)}*`,
    '',
  ].join('\n');
}

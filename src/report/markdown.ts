import type { Comparison, RunResult } from '../sim/result.ts';
import { blocksToMarkdown } from './block-markdown.ts';
import { columnsFor, plainHeading } from './columns.ts';
import { concludeComparison } from './conclusion.ts';
import { describeMachine, describeScenario } from './describe.ts';
import { describeThresholds } from './thresholds.ts';

/** A comparison as a Markdown section. */
export function comparisonToMarkdown({ results, blocks }: Comparison): string {
  const [first] = results;
  if (blocks) return blocksToMarkdown(first, blocks);
  if (!first) return 'Nothing was run.\n';
  const columns = columnsFor(results);
  const headings = ['strategy', 'verdict', ...columns.map(plainHeading)];
  const alignments = headings.map((_, index) => (index < 2 ? ':--' : '--:'));
  const rows = results.map((result) => [
    result.strategy,
    result.health.valid ? result.audit.verdict : `${result.audit.verdict} (void)`,
    ...columns.map(({ cell }) => cell(result)),
  ]);
  const voids = results
    .filter(({ health }) => !health.valid)
    .map(({ strategy, health }) => `- ${strategy} is void: ${health.reasons.join('; ')}`);
  const notes = [...voids, ...describeThresholds(results).map((line) => `- ${line}`)];
  return [
    `${describeScenario(first)}; stream \`${first.stream.digest}\``,
    '',
    ...[headings, alignments, ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    '',
    ...(notes.length > 0 ? [...notes, ''] : []),
    concludeComparison(results),
    '',
    `*${describeMachine(first)}*`,
    '',
  ].join('\n');
}

/** One run as a Markdown section. */
export function runToMarkdown(result: RunResult): string {
  return comparisonToMarkdown({ schemaVersion: result.schemaVersion, results: [result] });
}

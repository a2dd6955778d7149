import type { Comparison, RunResult } from '../sim/result.ts';
import { blocksToMarkdown } from './block-markdown.ts';
import { columnsFor, plainHeading } from './columns.ts';
import { concludeComparison } from './conclusion.ts';
import { describeLengths, describeMachine, describeScenario } from './describe.ts';
import { publishedToMarkdown } from './published.ts';
import { describeGuarantees, describeServers } from './stores.ts';
import { describeThresholds } from './thresholds.ts';

/** A comparison as a Markdown section. */
export function comparisonToMarkdown({ results, blocks }: Comparison): string {
  const [first] = results;
  if (blocks) return [blocksToMarkdown(first, blocks), ...publishedToMarkdown(results)].join('\n');
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
  const stores = bullets([...describeServers(results), ...describeGuarantees(results)]);
  const notes = [...stores, ...voids, ...bullets(describeThresholds(results))];
  return [
    `${describeScenario(first)}; ${describeLengths(results) ?? `stream \`${first.stream.digest}\``}`,
    '',
    ...[headings, alignments, ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    '',
    ...publishedToMarkdown(results),
    ...(notes.length > 0 ? [...notes, ''] : []),
    concludeComparison(results),
    '',
    `*${describeMachine(first)}*`,
    '',
  ].join('\n');
}

function bullets(lines: readonly string[]): string[] {
  return lines.map((line) => `- ${line}`);
}

/** One run as a Markdown section. */
export function runToMarkdown(result: RunResult): string {
  return comparisonToMarkdown({ schemaVersion: result.schemaVersion, results: [result] });
}

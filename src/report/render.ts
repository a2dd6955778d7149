import type { Comparison, RunResult } from '../sim/result.ts';
import { toCsv } from './csv.ts';
import { comparisonToMarkdown, runToMarkdown } from './markdown.ts';
import { recordOf } from './run-record.ts';
import type { Style } from './style.ts';
import { renderComparison, renderRun } from './table.ts';

export const FORMATS = ['table', 'json', 'markdown', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

export function renderRunAs(format: Format, result: RunResult, style: Style): string {
  switch (format) {
    case 'table':
      return renderRun(result, style);
    case 'json':
      return toJson(result);
    case 'markdown':
      return runToMarkdown(result);
    case 'csv':
      return toCsv([recordOf(result)]);
  }
}

export function renderComparisonAs(format: Format, comparison: Comparison, style: Style): string {
  switch (format) {
    case 'table':
      return renderComparison(comparison, style);
    case 'json':
      return toJson(comparison);
    case 'markdown':
      return comparisonToMarkdown(comparison);
    case 'csv':
      return toCsv(comparison.results.map(recordOf));
  }
}

export function toJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

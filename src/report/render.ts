import type { Comparison, RunResult } from '../sim/result.ts';
import type { Sweep } from '../sim/sweep-result.ts';
import { toCsv } from './csv.ts';
import type { ResultFormat, SweepFormat } from './formats.ts';
import { toHlog } from './hlog.ts';
import { bundledAssets } from './html/assets.ts';
import { comparisonToHtml } from './html/comparison-page.ts';
import { runToHtml } from './html/run-page.ts';
import { sweepToHtml } from './html/sweep-page.ts';
import { comparisonToMarkdown, runToMarkdown } from './markdown.ts';
import { blockRecordOf, recordOf } from './run-record.ts';
import type { Style } from './style.ts';
import { renderSweep, sweepToCsv, sweepToMarkdown } from './sweep.ts';
import { renderComparison, renderRun } from './table.ts';
import { toJson } from './to-json.ts';

export function renderRunAs(format: ResultFormat, result: RunResult, style: Style): string {
  switch (format) {
    case 'table':
      return renderRun(result, style);
    case 'json':
      return toJson(result);
    case 'markdown':
      return runToMarkdown(result);
    case 'csv':
      return toCsv([recordOf(result)]);
    case 'html':
      return runToHtml(result, bundledAssets());
    case 'hlog':
      return toHlog([result]);
  }
}

export function renderComparisonAs(
  format: ResultFormat,
  comparison: Comparison,
  style: Style,
): string {
  switch (format) {
    case 'table':
      return renderComparison(comparison, style);
    case 'json':
      return toJson(comparison);
    case 'markdown':
      return comparisonToMarkdown(comparison);
    case 'csv':
      // One table of one kind of line. Blocks are repeated for the sake of statistics: those who want
      // other ones than ours get every run, from which all the rest is computed.
      return toCsv(comparison.blocks?.runs.map(blockRecordOf) ?? comparison.results.map(recordOf));
    case 'html':
      return comparisonToHtml(comparison, bundledAssets());
    case 'hlog':
      return toHlog(comparison.results);
  }
}

export function renderSweepAs(format: SweepFormat, sweep: Sweep, style: Style): string {
  switch (format) {
    case 'table':
      return renderSweep(sweep, style);
    case 'json':
      return toJson(sweep);
    case 'markdown':
      return sweepToMarkdown(sweep);
    case 'csv':
      return sweepToCsv(sweep);
    case 'html':
      return sweepToHtml(sweep, bundledAssets());
  }
}

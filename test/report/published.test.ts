import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { comparisonToHtml } from '../../src/report/html/comparison-page.ts';
import { comparisonToMarkdown } from '../../src/report/markdown.ts';
import { renderComparison } from '../../src/report/table.ts';
import type { Comparison } from '../../src/sim/result.ts';
import { blocksOf } from '../support/measured-blocks.ts';
import { measuredResult } from '../support/measured-results.ts';
import { resultOf, storedResult } from '../support/results.ts';

const SCENARIO = { preset: 'seed3', ratePerSecond: null, durationNs: 10e9 };
const SEED3: Comparison = {
  schemaVersion: 1,
  results: [
    resultOf('compare-and-swap', {
      scenario: SCENARIO,
      stream: { requests: 30_000_000, digest: 'a'.repeat(64) },
      outcomes: { reserved: 40_000, soldOut: 29_960_000 },
      responseTimeNs: { mean: 25_312 },
      throughput: { completedPerSecond: 2_999_999 },
    }),
    storedResult('pg-version', {
      scenario: SCENARIO,
      stream: { requests: 1088, digest: 'b'.repeat(64) },
      outcomes: { reserved: 1000, soldOut: 0, contended: 80, failed: 8 },
      responseTimeNs: { mean: 152_654_000 },
      throughput: { completedPerSecond: 454.4 },
    }),
  ],
};
const PUBLISHED = ['9,307', '85.97', '300,800', '713', '513.71', '10,302', '4,992', '161.47'];
const PHASE_4 = ['119,738', '2,958', '265.96', '62,724'];

const ASSETS = { script: '', style: '' };
const reports: Readonly<Record<string, (comparison: Comparison) => string>> = {
  table: (comparison) => renderComparison(comparison, { color: false, width: 100 }),
  markdown: comparisonToMarkdown,
  html: (comparison) => comparisonToHtml(comparison, ASSETS),
};

/** A comparison that came from no preset, or another. */
function otherwise(preset: string | undefined): Comparison {
  const results = SEED3.results.map(({ scenario, ...result }) => {
    const { preset: _, ...others } = scenario;
    return { ...result, scenario: preset === undefined ? others : { ...others, preset } };
  });
  return { ...SEED3, results };
}

describe('the published test', () => {
  for (const [format, report] of Object.entries(reports)) {
    test(`its columns and figures are in the ${format}, and why they cannot be compared`, () => {
      const text = report(SEED3);
      for (const figure of [...PUBLISHED, ...PHASE_4]) assert.ok(text.includes(figure), figure);
      assert.match(text, /cannot be compared with ours/);
      assert.match(text, /bytes a second/);
      assert.match(text, /36\.6 of 80/);
    });

    test(`nothing of it is in the ${format} of another scenario`, () => {
      for (const preset of [undefined, 'onsale']) {
        assert.doesNotMatch(report(otherwise(preset)), /published|cannot be compared with/i);
      }
    });

    test(`the ${format} says that each strategy got as many requests as it answered`, () => {
      const text = report(SEED3).replaceAll('\n', ' ');
      assert.match(
        text,
        /each strategy got as much as it answered in 10s: from 1,088 to 30,000,000/,
      );
      assert.doesNotMatch(text, /the same for every strategy/);
    });

    test(`in blocks it is in the ${format} as well`, () => {
      const results = ['compare-and-swap', 'event-lock'].map((name) => {
        const result = measuredResult(name, { intervals: 12 });
        return { ...result, scenario: { ...result.scenario, preset: 'seed3' } };
      });
      assert.match(report(blocksOf(results)), /cannot be compared with ours/);
    });
  }

  test('requests are all that were answered, latency is their mean, throughput is requests a second', () => {
    const rows = comparisonToMarkdown(SEED3);
    assert.match(rows, /^\| compare-and-swap \| 30,000,000 \| 0\.0253 \| 2,999,999 \|$/m);
    assert.match(rows, /^\| pg-version \| 1,088 \| 152\.65 \| 454 \|$/m);
  });

  test('its table fits into 80 columns', () => {
    for (const line of renderComparison(SEED3, { color: false, width: 80 }).split('\n')) {
      assert.ok(line.length <= 80, line);
    }
  });

  test('of nothing that was timed there is no latency', () => {
    const [first] = SEED3.results;
    const untimed = { ...first, responseTimeNs: { ...first?.responseTimeNs, count: 0 } };
    const text = comparisonToMarkdown({ ...SEED3, results: [untimed] } as Comparison);
    assert.match(text, /^\| compare-and-swap \| 30,000,000 \| - \|/m);
  });
});

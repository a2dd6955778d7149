import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatShort } from '../../src/report/format.ts';
import { comparisonToHtml } from '../../src/report/html/comparison-page.ts';
import { runToHtml } from '../../src/report/html/run-page.ts';
import { sweepToHtml } from '../../src/report/html/sweep-page.ts';
import { blocksOf, sweepOf } from '../support/measured-blocks.ts';
import { measuredResult } from '../support/measured-results.ts';
import { ASSETS, CAUGHT, chartsOf, compared, GOOD, leadOf, VOID } from '../support/pages.ts';

describe('a page of blocks', () => {
  const threshold = { threshold: 'p99<1ms', metric: 'p99', unit: 'ns', reason: null } as const;
  const comparison = blocksOf([GOOD, VOID]);
  const { blocks } = comparison;
  const pageOf = (changes: Partial<typeof blocks>, results = comparison.results): string =>
    comparisonToHtml({ schemaVersion: 1, results, blocks: { ...blocks, ...changes } }, ASSETS);

  test('tells of each threshold once', () => {
    const runs = blocks.runs.map((run) => {
      return run.counted ? { ...run, thresholds: [{ ...threshold, value: 2e6, ok: false }] } : run;
    });
    assert.equal(pageOf({ runs }).match(/Threshold p99&lt;1ms: broken by/g)?.length, 1);
  });

  test('shows small ratios with their digits', () => {
    const tiny = { ratio: 0.0041, low: 0.0038, high: 0.0045, blocks: 5, verdict: 'worse' } as const;
    const strategies = blocks.strategies.map((each) => {
      return { ...each, ratios: { ...each.ratios, completedPerSecond: tiny } };
    });
    const page = pageOf({ strategies });
    assert.match(page, /0\.0041 \[0\.0038, 0\.0045\] worse/);
    assert.doesNotMatch(page, />0\.00 /);
  });

  test('calls nobody better who broke a promise in any block', () => {
    const better = { ratio: 3, low: 2.9, high: 3.1, blocks: 5, verdict: 'better' } as const;
    const ratios = { completedPerSecond: better, grantedPerSecond: better };
    const strategies = blocks.strategies.map((each) =>
      each.strategy === 'event-lock' ? { ...each, ratios: { ...each.ratios, ...ratios } } : each,
    );
    assert.match(pageOf({ strategies }), /By requests\/s, 1 strategy better than compare-and-swap/);
    const runs = blocks.runs.map((run, index) => {
      const broken = index < strategies.length && run.strategy === 'event-lock';
      return broken ? { ...run, brokenPromises: ['noOversell'] as const } : run;
    });
    assert.match(
      pageOf({ strategies, runs }),
      /By requests\/s, 0 strategies better than .* 0 tied; 1 not ranked/,
    );
  });

  test('in which only a discarded block was completed tells what that has proven', () => {
    const runs = blocks.runs
      .filter(({ counted }) => !counted)
      .map((run) =>
        run.strategy === 'event-lock'
          ? {
              ...run,
              verdict: 'oversold' as const,
              oversold: 7,
              brokenPromises: ['noOversell'] as const,
            }
          : run,
      );
    const page = pageOf({ blocks: 0, runs }, []);
    assert.equal(leadOf(page)[0], 'bad');
    assert.match(page, /Event-lock is not ranked: oversold in 1 of 1 run, 7 tickets/);
    assert.match(page, /No block that counts was completed/);
  });

  test('says of what is of one block only that it is', () => {
    assert.equal(pageOf({}).match(/Of one run each, in the first block that counts/g)?.length, 3);
    assert.match(pageOf({}), /<p class="about">[^<]*seed 42[,;]/);
  });
});

test('nobody who broke a promise is called the fastest, though it is in the chart', () => {
  const quick = { ...CAUGHT, throughput: { ...CAUGHT.throughput, completedPerSecond: 1e9 } };
  const page = compared(GOOD, { ...VOID, health: GOOD.health }, quick);
  assert.doesNotMatch(page, /(Most|Highest|fastest|first)[^.<]*: check-then-act/);
  const chart = chartsOf(page).get('throughput-chart');
  assert.ok(chart?.kind === 'dots' && chart.rows.includes('check-then-act'));
});

test('peaks are told in the intervals that are drawn: 2 runs, 100 ms and 25 ms', () => {
  const fine = { ...measuredResult('event-lock'), series: { ...GOOD.series, intervalMs: 25 } };
  const page = compared(GOOD, fine);
  const chart = chartsOf(page).get('completed');
  assert.ok(chart);
  const peaks = chart.series.map(({ values }) => Math.max(...values.map((value) => value ?? 0)));
  const said =
    /id="completed-summary">Highest peak: [\w-]+ \(([^)]+)\); lowest: [\w-]+ \(([^)]+)\)/.exec(
      page,
    );
  assert.deepEqual(said?.slice(1), [Math.max(...peaks), Math.min(...peaks)].map(formatShort));
});

test('of fewer than 100 requests none is called one in a hundred', () => {
  const few = { ...GOOD, responseTimeNs: { ...GOOD.responseTimeNs, count: 99 } };
  assert.match(runToHtml(GOOD, ASSETS), /one in a hundred at least/);
  assert.doesNotMatch(runToHtml(few, ASSETS), /one in a hundred at least/);
});

test('a knee is marked on its point, also where a rate of max puts points at their places', () => {
  const sweep = sweepOf('rate', GOOD);
  const max = { value: 'max', x: null };
  const curves = sweep.curves.map((curve) => {
    return {
      ...curve,
      points: curve.points.map((point, i) => (i === 3 ? { ...point, ...max } : point)),
    };
  });
  const values = sweep.values.map((value, i) => (i === 3 ? max.value : value));
  for (const each of [sweep, { ...sweep, values, curves }]) {
    const chart = chartsOf(sweepToHtml(each, ASSETS)).get('response');
    assert.ok(chart?.kind === 'lines' && chart.marks?.length === 2);
    for (const { x } of chart.marks) assert.equal(chart.at.indexOf(x), 2);
  }
});

test('a chart of void runs that never sold out still has a sentence: 2 runs', () => {
  const unsold = { ...VOID, throughput: { ...VOID.throughput, timeToSellOutMs: null } };
  assert.match(compared(unsold, unsold), /id="stock-summary">No run that counts sold out\./);
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { comparisonToHtml } from '../../src/report/html/comparison-page.ts';
import { lookOf } from '../../src/report/html/look.ts';
import { dataBlock, html } from '../../src/report/html/markup.ts';
import { runToHtml } from '../../src/report/html/run-page.ts';
import { sweepToHtml } from '../../src/report/html/sweep-page.ts';
import { commonIntervalMs, inIntervals } from '../../src/report/html/thin.ts';
import { decodeHdr } from '../../src/stats/hdr.ts';
import type { TimeSeries } from '../../src/stats/time-series.ts';
import fc from '../support/fast-check.ts';
import { blocksOf, sweepOf } from '../support/measured-blocks.ts';
import { measuredResult } from '../support/measured-results.ts';
import { ASSETS, CAUGHT, chartsOf, compared, GOOD, leadOf, VOID } from '../support/pages.ts';
import { incompleteResult } from '../support/results.ts';

describe('markup', () => {
  test('whatever is put into a template is text: 200 strings in text and attributes', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { text: made } = html`<p title="${text}">${text}</p>`;
        const inside = made.slice('<p title="'.length, -'</p>'.length);
        assert.equal(inside.match(/[<>"]/g)?.join(''), '">');
        const unescaped = inside.split('">').map((part) =>
          part.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => {
            return { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' }[name] as string;
          }),
        );
        assert.deepEqual(unescaped, [text, text]);
      }),
      { numRuns: 200 },
    );
  });

  test('no data ends its block early, and it reads as it was: 200 strings', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { text: made } = dataBlock('d', { text: `</script>${text}` });
        assert.equal(made.match(/<\/script>/g)?.length, 1);
        const json = made.slice(made.indexOf('>') + 1, made.lastIndexOf('<'));
        assert.deepEqual(JSON.parse(json), { text: `</script>${text}` });
      }),
      { numRuns: 200 },
    );
  });
});

describe('a page', () => {
  test('allows its own script and nothing else, and names no address', () => {
    const page = runToHtml(GOOD, ASSETS);
    const hash = createHash('sha256').update(ASSETS.script).digest('base64');
    assert.ok(page.includes(`default-src &#39;none&#39;; script-src &#39;sha256-${hash}&#39;;`));
    assert.doesNotMatch(page, /https?:|\ssrc=|url\(|@import/);
  });

  test('has for every chart a heading, a sentence and a table with all of its numbers', () => {
    const pages = [
      compared(GOOD, CAUGHT, VOID),
      comparisonToHtml(blocksOf([GOOD, VOID]), ASSETS),
      runToHtml(GOOD, ASSETS),
      sweepToHtml(sweepOf('threads', GOOD), ASSETS),
      sweepToHtml(sweepOf('rate', GOOD), ASSETS),
    ];
    for (const page of pages) {
      const figures = page.match(/<figure.*?<\/figure>/gs) ?? [];
      assert.ok(figures.length >= 2);
      for (const figure of figures) {
        assert.match(
          figure,
          /<h3 id="[\w-]+-title">[^<]+<\/h3>\n<p class="summary"[^>]*>[^<]+\.<\/p>/,
        );
        const [chart] = chartsOf(figure).values();
        assert.ok(chart);
        const rows = figure.match(/<tr><th scope="row">/g)?.length;
        assert.equal(rows, chart.kind === 'lines' ? chart.at.length : chart.rows.length);
        const cells = figure.match(/<td>/g)?.length;
        assert.equal(cells, (rows ?? 0) * chart.series.length);
        for (const series of chart.series) assert.equal(series.values.length, rows);
      }
    }
  });

  test('has no id twice and no link to nowhere', () => {
    for (const page of [compared(GOOD, CAUGHT, VOID), runToHtml(GOOD, ASSETS)]) {
      const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
      assert.equal(new Set(ids).size, ids.length);
      for (const [, id] of page.matchAll(/(?:href="#|aria-labelledby=")([^"]+)"/g)) {
        assert.ok(ids.includes(id), id);
      }
    }
  });

  test('tells how it was made: command, digest, warm-up, machine', () => {
    for (const page of [compared(GOOD, CAUGHT), runToHtml(GOOD, ASSETS)]) {
      assert.ok(page.includes(GOOD.command));
      assert.ok(page.includes(GOOD.stream.digest));
      assert.ok(page.includes('3 private sales'));
      assert.ok(page.includes(GOOD.environment.cpu));
    }
  });
});

describe('the verdict', () => {
  test('comes first, in words, and is red only where a promise was broken by one that gave it', () => {
    const broken = { ...CAUGHT, strategy: 'event-lock' };
    const cases: [string, string, RegExp][] = [
      [compared(GOOD, CAUGHT), 'good', /Check-then-act sold 3 tickets that did not exist/],
      [compared(GOOD, broken), 'bad', /Event-lock sold 3 tickets that did not exist/],
      [compared(GOOD, measuredResult('check-then-act')), 'doubt', /was not caught/],
      [compared(VOID), 'doubt', /event-lock sold every ticket at most once/i],
      [runToHtml(GOOD, ASSETS), 'good', /compare-and-swap: every ticket sold at most once/],
      [runToHtml(CAUGHT, ASSETS), 'bad', /sold 3 tickets that did not exist/],
      [runToHtml(incompleteResult('rw-lock', 'interrupted'), ASSETS), 'doubt', /cut short/],
      [compared(), 'doubt', /Nothing was run/],
    ];
    for (const [page, mood, says] of cases) {
      const [found, , text = ''] = leadOf(page);
      assert.equal(found, mood, text);
      assert.match(text, says);
      assert.ok(page.indexOf('class="lead') < page.indexOf('<nav'));
    }
  });

  test('a broken threshold is told with it and listed', () => {
    const threshold = { threshold: 'p99<5us', metric: 'p99', value: 22_000, unit: 'ns' as const };
    const held = { ...GOOD, thresholds: [{ ...threshold, ok: false, reason: null }] };
    const page = runToHtml(held, ASSETS);
    assert.deepEqual(leadOf(page).slice(0, 2), ['doubt', 'exact, but a threshold is broken']);
    assert.match(page, /<code>p99&lt;5us<\/code>.*broken.*22us/s);
  });
});

describe('figures that are void', () => {
  test('are shown and marked, and never ranked', () => {
    const page = compared(GOOD, CAUGHT, VOID);
    assert.match(page, /event-lock is void: the generator fell behind/);
    const throughput = chartsOf(page).get('throughput-chart');
    assert.ok(throughput?.kind === 'dots' && throughput.rows.includes('event-lock (void)'));
    const summaries = [...page.matchAll(/class="summary"[^>]*>([^<]*)/g)].map(([, text]) => text);
    assert.equal(summaries.filter((text) => text?.includes('event-lock')).length, 0);
  });

  test('of a sweep are left out of its curves, with the reason told', () => {
    const page = sweepToHtml(sweepOf('threads', GOOD), ASSETS);
    const points = chartsOf(page)
      .get('throughput')
      ?.series.find(({ drawn, name }) => {
        return drawn === 'points' && name === 'event-lock';
      });
    assert.equal(points?.values.at(-1), null);
    assert.match(page, /event-lock at threads 8: 3 of 3 runs void: 8 threads on 2 cores/);
  });
});

test('a run that never began claims nothing: no charts, no times, no kept promises', () => {
  const times = { ...GOOD.responseTimeNs, count: 0 };
  const run = { ...incompleteResult('rw-lock', 'open fails'), responseTimeNs: times };
  const page = runToHtml(run, ASSETS);
  assert.equal(chartsOf(page).size, 0);
  assert.match(page, /nothing was timed/);
  assert.match(page, /No promise of the strategy was seen to be broken until then/);
});

test('percentiles are those of the histograms, and go no further than there are requests', () => {
  const chart = chartsOf(runToHtml(GOOD, ASSETS)).get('percentiles');
  assert.ok(chart?.kind === 'lines');
  const granted = chart.series.find(({ name }) => name === 'granted');
  const histogram = decodeHdr(GOOD.histograms.responseTimeNs.reserved as string);
  chart.at.forEach((oneIn, place) => {
    const expected = oneIn > 1000 ? null : Math.round(histogram.quantile(1 - 1 / oneIn));
    assert.equal(granted?.values[place], expected, `one in ${oneIn}`);
  });
});

test('the fitted curve goes through the law at the measured points', () => {
  const sweep = sweepOf('threads', GOOD);
  const chart = chartsOf(sweepToHtml(sweep, ASSETS)).get('throughput');
  assert.ok(chart?.kind === 'lines');
  const curve = chart.series.find(({ drawn }) => drawn === 'curve');
  // The fixture's medians follow its own law, so that the two meet.
  sweep.curves[0]?.points.forEach(({ x, completedPerSecond }) => {
    const value = curve?.values[chart.at.indexOf(x as number)];
    assert.equal(value, Math.round(completedPerSecond?.median ?? 0));
  });
});

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

test('joining intervals loses no request and keeps the last levels and the highest percentiles', () => {
  const column = fc.array(fc.nat(1000), { minLength: 1, maxLength: 600 });
  fc.assert(
    fc.property(column, fc.integer({ min: 1, max: 9 }), (counts, factor) => {
      const series: TimeSeries = {
        intervalMs: 25,
        offered: counts,
        completed: counts,
        granted: counts,
        refused: counts,
        stockLeft: counts,
        queue: counts,
        p50Ns: counts.map((count) => (count % 3 === 0 ? null : count)),
        p99Ns: counts.map(() => null),
      };
      const joined = inIntervals(series, 25 * factor);
      assert.equal(joined.offered.length, Math.ceil(counts.length / factor));
      assert.equal(sumOf(joined.offered), sumOf(counts));
      assert.equal(joined.stockLeft.at(-1), counts.at(-1));
      const known = series.p50Ns.filter((value) => value !== null);
      const kept = joined.p50Ns.filter((value) => value !== null);
      assert.equal(Math.max(0, ...kept), Math.max(0, ...known));
      assert.ok(joined.p99Ns.every((value) => value === null));
      assert.ok(inIntervals(series, commonIntervalMs([series])).offered.length <= 160);
    }),
  );
});

test('the first 24 series differ in colour or stroke, and dots without strokes still differ', () => {
  const looks = Array.from({ length: 24 }, (_, number) => lookOf(number));
  const lines = looks.map(({ color, stroke }) => `${color} ${stroke}`);
  assert.equal(new Set(lines).size, 24);
  const dots = looks
    .slice(0, 16)
    .map(({ color, marker, hollow }) => `${color} ${marker} ${hollow}`);
  assert.equal(new Set(dots).size, 16);
});

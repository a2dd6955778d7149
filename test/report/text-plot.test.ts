import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Plot, type PlotSeries, plotInText } from '../../src/report/text-plot.ts';
import fc from '../support/fast-check.ts';

function plotOf(series: readonly PlotSeries[], changes: Partial<Plot> = {}): Plot {
  const xs = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x)))];
  return {
    series,
    xTicks: xs.toSorted((a, b) => a - b).map((x) => ({ x, label: String(x) })),
    markLabel: 'knee',
    yLogarithmic: false,
    formatY: (y) => String(y),
    ...changes,
  };
}

const line = (...ys: readonly number[]): PlotSeries => ({
  points: ys.map((y, i) => ({ x: i + 1, y })),
});

test('two lines that cross, as they look', () => {
  assert.deepEqual(plotInText(plotOf([line(0, 8), line(8, 0)]), 28), [
    '   8 ┤  B              A',
    '     │   b            a',
    '     │    b          a',
    '     │     b        a',
    '   6 ┤      b      a',
    '     │       b    a',
    '     │        b  a',
    '     │         ba',
    '   4 ┤',
    '     │         ab',
    '     │        a  b',
    '     │       a    b',
    '   2 ┤      a      b',
    '     │     a        b',
    '     │    a          b',
    '     │   a            b',
    '   0 ┤  A              B',
    '     └──┬──────────────┬──',
    '        1              2',
  ]);
});

test('a place to the left of all that was measured has no label: a scale of logarithms and one of steps', () => {
  for (const [xs, first] of [
    [[1, 10], 0],
    [[3, 4], 2],
  ] as const) {
    const series = [{ points: xs.map((x) => ({ x, y: 1 })) }];
    const xTicks = [first, ...xs].map((x) => ({ x, label: `at${x}` }));
    const labels = plotInText(plotOf(series, { xTicks }), 60).at(-1)?.trim().split(/ +/);
    assert.deepEqual(
      labels,
      xs.map((x) => `at${x}`),
    );
  }
});

test('no line is wider than it may be, and each point is seen: up to 4 lines of 2 to 9 points', () => {
  const lineOf = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), {
    minLength: 2,
    maxLength: 9,
  });
  const plots = fc.record({
    lines: fc.array(lineOf, { minLength: 1, maxLength: 4 }),
    width: fc.integer({ min: 40, max: 120 }),
    yLogarithmic: fc.boolean(),
    mark: fc.integer({ min: 1, max: 2 }),
  });
  fc.assert(
    fc.property(plots, ({ lines, width, yLogarithmic, mark }) => {
      const series = lines.map((ys) => ({ ...line(...ys), mark }));
      const plot = plotOf(series, { yLogarithmic, formatY: (y) => y.toExponential(0) });
      const text = plotInText(plot, width);
      assert.ok(text.every((each) => each.length <= width && !each.endsWith(' ')));
      const letters = ['A', 'B', 'C', 'D'].slice(0, lines.length);
      const all = text.slice(0, -1).join('');
      for (const letter of letters) assert.ok(all.includes(letter) || all.includes('#'), letter);
      assert.match(text.at(-1) ?? '', lines.length === 1 ? /^ *knee +A$/ : /^ *knee +#$/);
    }),
  );
});

test('a curve takes the place of straight lines, and is not drawn where it leaves the plot', () => {
  const points = [1, 4, 8].map((x) => ({ x, y: 10 }));
  const text = plotInText(plotOf([{ points, curve: (x) => (x < 3 ? 5 : 999) }]), 60);
  const [middle] = text.filter((each) => each.includes(' 5 ┤'));
  assert.match(middle ?? '', /a{9}/);
  assert.ok(!/a/.test(text[0] ?? ''), text[0]);
  assert.match(text[0] ?? '', /A.*A.*A/);
});

test('the axis is double where it should be, with the ticks on it', () => {
  const text = plotInText(plotOf([line(1, 2, 3, 4)], { doubleAbove: 2 }), 60);
  assert.match(text.at(-2) ?? '', /└──┬─+┬═+╤═+╤══$/);
});

test('labels that would overlap are left out', () => {
  const points = [1, 1.01, 2].map((x) => ({ x, y: 1 }));
  const text = plotInText(plotOf([{ points }]), 60);
  assert.match(text.at(-1) ?? '', /^ +1 +2$/);
});

test('one place is no plot', () => {
  assert.deepEqual(plotInText(plotOf([line(5), line(7)]), 80), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Load } from '../../bench/loads.ts';
import { conclude, MIN_ROUNDS, orderOf, pairedRatio } from '../../bench/paired-ratio.ts';
import { compareBuilds } from '../../bench/turns.ts';
import { randomStream } from '../../src/base/random.ts';

const ROUNDS = 12;

/** Rounds on a machine of which the speed may drift, and of which every measurement is off by up to a twentieth. */
function measured(seed: string, effect: number, drifts = true): { ours: number[]; base: number[] } {
  const { nextDouble } = randomStream(seed, 'rounds');
  const noise = (): number => 0.95 + nextDouble() * 0.1;
  const speeds = Array.from({ length: ROUNDS }, () => (drifts ? 500 + 1000 * nextDouble() : 1000));
  return {
    ours: speeds.map((speed) => speed * effect * noise()),
    base: speeds.map((speed) => speed * noise()),
  };
}

function ratioOf({ ours, base }: { ours: readonly number[]; base: readonly number[] }) {
  const { next: random } = randomStream('1', 'resamples');
  return pairedRatio(ours, base, { resamples: 500, confidence: 0.95, random });
}

for (const drifts of [false, true]) {
  const machine = drifts ? 'a machine that drifts' : 'a steady machine';
  test(`on ${machine} equal builds rarely seem to differ, and builds that differ by 15 % mostly do: 200 comparisons of each`, () => {
    const seen = { equal: 0, faster: 0, slower: 0 };
    for (let seed = 0; seed < 200; seed++) {
      const say = (effect: number) =>
        conclude(ratioOf(measured(`${seed}`, effect, drifts)), 'more');
      if (say(1) !== 'no difference seen') seen.equal++;
      if (say(1.15) === 'faster') seen.faster++;
      if (say(0.85) === 'slower') seen.slower++;
    }
    // One in 20 is what 95 % leave.
    assert.ok(seen.equal <= 20, `seeds 0 to 199: ${JSON.stringify(seen)}`);
    assert.ok(seen.faster > 180 && seen.slower > 180, `seeds 0 to 199: ${JSON.stringify(seen)}`);
  });
}

test('the interval holds the ratio, and does not change with the unit: 50 comparisons', () => {
  for (let seed = 0; seed < 50; seed++) {
    const rounds = measured(`${seed}`, 1.05);
    const found = ratioOf(rounds);
    const { low = Number.NaN, high = Number.NaN } = found.interval ?? {};
    assert.ok(low <= found.ratio && found.ratio <= high, `seed ${seed}`);
    const doubled = { ours: rounds.ours.map((x) => x * 2), base: rounds.base.map((x) => x * 2) };
    assert.deepEqual(ratioOf(doubled), found, `seed ${seed}`);
  }
});

test('rounds that all say the same give an interval of no width', () => {
  const base = [10, 20, 40, 80, 160, 320];
  assert.deepEqual(ratioOf({ ours: base.map((value) => value * 2), base }), {
    ratio: 2,
    interval: { low: 2, high: 2 },
  });
});

test(`below ${MIN_ROUNDS} rounds there is a ratio, and nothing is concluded`, () => {
  const found = ratioOf({ ours: [2, 2, 2, 2, 2], base: [1, 1, 1, 1, 1] });
  assert.deepEqual(found, { ratio: 2 });
  assert.equal(conclude(found, 'more'), 'too few rounds to tell');
});

test('more is better of a rate, less of a time', () => {
  const more = { ratio: 1.2, interval: { low: 1.1, high: 1.3 } };
  const less = { ratio: 0.8, interval: { low: 0.7, high: 0.9 } };
  assert.equal(conclude(more, 'more'), 'faster');
  assert.equal(conclude(more, 'less'), 'slower');
  assert.equal(conclude(less, 'more'), 'slower');
  assert.equal(conclude(less, 'less'), 'faster');
  assert.equal(
    conclude({ ratio: 1, interval: { low: 1, high: 1.2 } }, 'more'),
    'no difference seen',
  );
});

test('two builds are measured in turn, in every other round the other way about, and paired round by round', async () => {
  const order: string[] = [];
  const load: Load = {
    name: 'a load',
    says: 'nothing',
    unit: 'ns',
    better: 'less',
    async measure({ main, round }) {
      order.push(`${main}${round}`);
      return main === 'A' ? 100 + round : 2 * (100 + round);
    },
  };
  const asked = { loads: [load], rounds: 6, smoke: false };
  const { rows } = await compareBuilds(
    { base: 'A', this: 'B' },
    asked,
    new AbortController().signal,
  );
  assert.deepEqual(order.join(' '), 'A0 B0 B1 A1 A2 B2 B3 A3 A4 B4 B5 A5');
  const [[, , base, ours, ratio, low, high, conclusion] = []] = rows;
  assert.deepEqual(
    [base, ours].map((cell) => typeof cell === 'object' && cell.rounds?.[5]),
    [105, 210],
  );
  for (const cell of [ratio, low, high]) assert.deepEqual(cell, { value: 2, unit: 'ratio' });
  assert.equal(conclusion, 'slower');
  assert.deepEqual(orderOf(2), orderOf(0));
});

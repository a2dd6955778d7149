// How many tickets can have been left: the tree against looking at every operation at every moment.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operationsByEvent } from '../../src/audit/history.ts';
import { StockBounds } from '../../src/audit/stock-bounds.ts';
import { randomStream } from '../../src/base/random.ts';
import { historyOf, type Told } from '../support/histories.ts';

const HISTORIES = process.env['ONSALE_LONG'] ? 50_000 : 2000;
const CAPACITY = 6;
const END = 12;
/** All moments at which something can change, and one between any two of them. */
const MOMENTS = Array.from({ length: 2 * END + 4 }, (_, half) => half / 2 - 1);

function boundsOf(told: readonly Told[]): StockBounds {
  const history = historyOf(CAPACITY, told);
  return new StockBounds(history, operationsByEvent(history)[0] as Uint32Array, CAPACITY);
}

/** The fewest and the most that can have been left at a moment; at one of a change, before it or after. */
function plainBounds(told: readonly Told[], atNs: number): readonly [least: number, most: number] {
  let [least, most] = [CAPACITY, CAPACITY];
  for (const { kind, ending, quantity = 1, span } of told) {
    if (ending === 'soldOut') continue;
    const begun = span[0] <= atNs ? quantity : 0;
    const over = span[1] < atNs && ending !== 'indeterminate' ? quantity : 0;
    least -= kind === 'reserve' ? begun : -over;
    most -= kind === 'reserve' ? over : -begun;
  }
  return [least, most];
}

function randomTold(next: () => number): Told[] {
  const whole = (below: number): number => Math.floor(next() * below);
  return Array.from({ length: whole(9) }, (): Told => {
    const startNs = whole(END);
    const kind = whole(3) === 0 ? 'cancel' : 'reserve';
    const lost = whole(6) === 0;
    const endNs = lost ? Number.POSITIVE_INFINITY : Math.min(END, startNs + whole(5));
    const answered = kind === 'cancel' ? 'cancelled' : whole(4) === 0 ? 'soldOut' : 'reserved';
    const ending = lost ? 'indeterminate' : answered;
    return { kind, ending, span: [startNs, endNs], quantity: 1 + whole(3) };
  });
}

test(`${HISTORIES} random histories have the bounds of the definition, at every moment`, () => {
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const { next } = randomStream(`${seed}`, 'bounds');
    const told = randomTold(next);
    const bounds = boundsOf(told);
    const what = `seed ${seed}: ${JSON.stringify(told)}`;
    const plain = MOMENTS.map((atNs) => ({ atNs, bounds: plainBounds(told, atNs) }));
    const worst = Math.max(0, ...plain.map((each) => -each.bounds[1]));
    assert.equal(bounds.worstSurplus, worst, what);
    const startNs = Math.floor(next() * END);
    const endNs = startNs + Math.floor(next() * 4);
    const during = plain.filter(({ atNs }) => atNs >= startNs && atNs <= endNs);
    const lowest = Math.min(...during.map((each) => each.bounds[0]));
    assert.equal(bounds.lowest(startNs, endNs), lowest, `${startNs} to ${endNs}, ${what}`);
    for (let left = -4; left <= CAPACITY + 4; left++) {
      const asked = `${left} from ${startNs} to ${endNs}, ${what}`;
      const isIn = ({ bounds: [least, most] }: (typeof plain)[0]): boolean => {
        return least <= left && left <= most;
      };
      assert.equal(bounds.allows(left, startNs, endNs), during.some(isIn), asked);
      const last = plain.findLast((each) => each.atNs < startNs && isIn(each));
      // What is so between two moments is so until the second.
      assert.equal(bounds.lastAllowed(left, startNs), last && Math.floor(last.atNs + 0.5), asked);
    }
  }
});

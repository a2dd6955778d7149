// Real sales in blocks. How the blocks are evaluated is tested on made-up ones, in summarize-blocks.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type BlockComparison,
  type BlockOptions,
  compare,
  InputError,
  resolveScenario,
  type Scenario,
} from '../../src/index.ts';

const LONG = process.env['ONSALE_LONG'] !== undefined;
const SMALL = resolveScenario({ fields: { rate: 'max', requests: '2000', tickets: '100' } });
const PAIR = ['compare-and-swap', 'event-lock'];

async function inBlocks(
  strategies: readonly string[],
  blocks: BlockOptions,
  scenario: Scenario,
): Promise<BlockComparison> {
  const { blocks: compared } = await compare({ strategies, scenario, blocks });
  assert.ok(compared);
  return compared;
}

test('each block runs all once and the baseline twice, on one stream of its own: 2 blocks after 1', async () => {
  const strategies = ['check-then-act', 'event-lock'];
  const { results, blocks } = await compare({ strategies, scenario: SMALL, blocks: { count: 2 } });
  assert.ok(blocks);
  const { runs } = blocks;
  // The order is drawn from the seed, and another one in each block.
  assert.deepEqual(
    runs.map(({ block, place, strategy, control }) => [block, place, control ? 'A/A' : strategy]),
    [
      [1, 1, 'A/A'],
      [1, 2, 'check-then-act'],
      [1, 3, 'event-lock'],
      [2, 1, 'event-lock'],
      [2, 2, 'A/A'],
      [2, 3, 'check-then-act'],
      [3, 1, 'event-lock'],
      [3, 2, 'check-then-act'],
      [3, 3, 'A/A'],
    ],
  );
  for (const block of [1, 2, 3]) {
    const own = runs.filter((run) => run.block === block);
    assert.equal(new Set(own.map(({ digest }) => digest)).size, 1);
    for (const run of own) assert.deepEqual([run.seed, run.counted], [`42.${block}`, block > 1]);
  }
  assert.equal(new Set(runs.map(({ digest }) => digest)).size, 3, 'another stream in each block');
  // The first that promises not to oversell, and never the control.
  assert.deepEqual([blocks.blocks, blocks.discardedBlocks, blocks.baseline], [2, 1, 'event-lock']);
  assert.equal(blocks.strategies.at(-1)?.control, true);
  // The results are those of the first block that counts.
  assert.deepEqual(
    results.map(({ strategy }) => strategy),
    strategies,
  );
  for (const { scenario, stream, command } of results) {
    assert.equal(scenario.seed, '42.2');
    assert.match(command, /--seed 42\.2/);
    assert.equal(stream.digest, runs.find(({ block }) => block === 2)?.digest);
  }
});

test('an interruption keeps the complete blocks, and no run of the other: in the second of 5', async () => {
  const abort = new AbortController();
  const { results, blocks } = await compare({
    strategies: ['event-lock'],
    // So slow that it is watched: a progress report comes every 200 ms.
    scenario: resolveScenario({ fields: { rate: '4000', requests: '2400', tickets: '100' } }),
    blocks: { count: 5, discard: 0 },
    signal: abort.signal,
    onProgress({ part }) {
      assert.match(part ?? '', /^block [12] of 5$/);
      if (part === 'block 2 of 5') abort.abort();
    },
  });
  assert.equal(blocks?.blocks, 1);
  assert.deepEqual(
    blocks?.runs.map(({ block, verdict }) => [block, verdict]),
    [
      [1, 'exact'],
      [1, 'exact'],
    ],
  );
  assert.equal(results.length, 1);
});

test('an interruption before anything was run leaves nothing, and says so', async () => {
  const signal = AbortSignal.abort();
  const { results, blocks } = await compare({
    strategies: PAIR,
    scenario: SMALL,
    blocks: { count: 2 },
    signal,
  });
  assert.deepEqual([results.length, blocks?.blocks, blocks?.runs.length], [0, 0, 0]);
});

describe('blocks that cannot be are refused', () => {
  const REFUSED: readonly (readonly [string, readonly string[], BlockOptions, RegExp])[] = [
    ['one block', PAIR, { count: 1 }, /blocks\.count must be .* from 2 to 1000; got 1/],
    ['half a block', PAIR, { count: 2.5 }, /got 2\.5/],
    [
      'more than all discarded',
      PAIR,
      { count: 2, discard: 101 },
      /blocks\.discard .* 0 to 100; got 101/,
    ],
    [
      'an unknown baseline',
      PAIR,
      { count: 2, baseline: 'event-lok' },
      /--baseline .*compared: compare-and-swap, event-lock; got "event-lok"; did you mean "event-lock"\?/,
    ],
    ['a baseline that is not compared', PAIR, { count: 2, baseline: 'rw-lock' }, /got "rw-lock"/],
    ['only the control', ['check-then-act'], { count: 2 }, /none of check-then-act/],
  ];
  for (const [what, strategies, blocks, message] of REFUSED) {
    test(what, async () => {
      await assert.rejects(compare({ strategies, scenario: SMALL, blocks }), (error) => {
        assert.ok(error instanceof InputError);
        assert.match(error.message, message);
        return true;
      });
    });
  }

  test('a seed that the blocks make too long for sim run: 199 characters, 1,001 blocks', async () => {
    const scenario = resolveScenario({ fields: { requests: '9', seed: 'x'.repeat(199) } });
    const comparing = compare({ strategies: PAIR, scenario, blocks: { count: 1000 } });
    await assert.rejects(comparing, /--seed must be a text of 1 to 195 characters/);
  });

  test('a stream that is to be saved', async () => {
    const comparing = compare({
      strategies: PAIR,
      scenario: SMALL,
      blocks: { count: 2 },
      traceOut: 'x',
    });
    await assert.rejects(comparing, /--trace-out saves one stream/);
  });
});

/**
 * Intervals at 95 % cover 1 in 18 or more of 20 repetitions with a probability of 92 %. So a campaign
 * that falls short is repeated once: both do so by chance once in 170 times.
 */
const CAMPAIGNS = 2;
const REPETITIONS = 20;
const MUST_COVER = 18;

if (LONG) {
  test("the A/A control's interval covers 1 in at least 18 of 20 repetitions of 10 blocks", async (t) => {
    const coveredBy: number[] = [];
    for (let campaign = 1; campaign <= CAMPAIGNS; campaign++) {
      let covered = 0;
      for (let repetition = 1; repetition <= REPETITIONS; repetition++) {
        const seed = `aa-${campaign}-${repetition}`;
        const fields = { seed, requests: '100000' };
        const scenario = resolveScenario({ scenario: 'many-events', fields });
        const { strategies } = await inBlocks(['compare-and-swap'], { count: 10 }, scenario);
        const ratio = strategies.at(-1)?.ratios.completedPerSecond;
        if (ratio?.verdict === 'tie') covered++;
        t.diagnostic(`${seed}: ${ratio?.low.toFixed(3)} to ${ratio?.high.toFixed(3)}`);
      }
      coveredBy.push(covered);
      if (covered >= MUST_COVER) return;
    }
    assert.fail(`covered in ${coveredBy.join(' and then ')} of ${REPETITIONS}`);
  });
}

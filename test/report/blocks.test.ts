import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { concludeBlocks, describeBlocks } from '../../src/report/block-conclusion.ts';
import { renderComparisonAs } from '../../src/report/render.ts';
import type { BlockComparison } from '../../src/sim/block-comparison.ts';
import type { Comparison } from '../../src/sim/result.ts';
import { catalog } from '../../src/store/catalog.ts';
import { comparisonOf } from '../support/blocks.ts';
import { resultOf } from '../support/results.ts';
import { openSchema } from '../support/schemas.ts';

const PLAIN = { color: false, width: 100 };
const COLOR = { color: true, width: 100 };

/** Two that differ from the baseline, one that does not, and the control. */
const FOUR: BlockComparison = comparisonOf({
  speeds: {
    'compare-and-swap': () => 1,
    batch: (block) => 1.5 + block / 100,
    'event-lock': (block) => (block % 2 === 0 ? 1.1 : 0.9),
    'rw-lock': () => 0.5,
  },
  control: (block) => (block % 2 === 0 ? 1.02 : 0.98),
});

function whole(blocks: BlockComparison): Comparison {
  const results = blocks.blocks === 0 ? [] : [resultOf('compare-and-swap')];
  return { schemaVersion: 1, results, blocks };
}

function oversoldIn(blocks: readonly number[], strategy: string): BlockComparison {
  return comparisonOf({
    speeds: { 'compare-and-swap': () => 1, [strategy]: () => 3, 'event-lock': () => 2 },
    change: (run) =>
      blocks.includes(run.block) && run.strategy === strategy
        ? { ...run, verdict: 'oversold', brokenPromises: ['noOversell'], oversold: 7 }
        : run,
  });
}

describe('the conclusion', () => {
  test('names who is better, who ties and who is worse, each with its interval', () => {
    const [ranking, control] = concludeBlocks(FOUR);
    assert.match(
      ranking as string,
      /^By requests completed per second: better than compare-and-swap: batch \(1\.55 \[1\.5\d, 1\.5\d\] times\); a tie with compare-and-swap: event-lock \(.*\); worse than compare-and-swap: rw-lock \(0\.50 \[0\.50, 0\.50\] times\)\.$/,
    );
    assert.match(
      control as string,
      /^The A\/A control, .* came to 1\.00 \[.*\]: a tie, as it should be\.$/,
    );
  });

  test('names the best first, in each group', () => {
    const speeds = {
      base: () => 1,
      second: () => 2,
      first: () => 3,
      last: () => 0.1,
      third: () => 0.5,
    };
    for (const model of ['saturating', 'open'] as const) {
      const [ranking] = concludeBlocks(comparisonOf({ model, speeds }));
      assert.match(ranking as string, /first .* second .* third .* last /);
    }
  });

  test('warns when the baseline differs from itself, of differences as small as that', () => {
    const noisy = comparisonOf({ speeds: { base: () => 1 }, control: () => 0.87 });
    assert.match(
      concludeBlocks(noisy).at(-1) as string,
      /^WARNING: .* 0\.87 \[0\.87, 0\.87\], which leaves out 1: .* differences below 13 %/,
    );
  });

  test('ranks nobody who broke a promise, be it in a discarded block', () => {
    const [fault, ranking] = concludeBlocks(oversoldIn([1], 'batch'));
    assert.equal(
      fault,
      'Batch is not ranked: oversold in 1 of 9 runs, 7 tickets that did not exist.',
    );
    assert.doesNotMatch(ranking as string, /batch/);
    assert.match(ranking as string, /better than compare-and-swap: event-lock/);
  });

  test('ranks no control of the catalogue, caught or not', () => {
    const [fault, ranking] = concludeBlocks(oversoldIn([], 'check-then-act'));
    assert.match(fault as string, /^Check-then-act, the control, was not caught in 9 runs/);
    assert.doesNotMatch(ranking as string, /check-then-act/);
  });

  test('ranks who refused wrongly but never said it would not, and says so', () => {
    const undersold = comparisonOf({
      speeds: { 'compare-and-swap': () => 1, escrow: () => 2 },
      change: (run) => (run.strategy === 'escrow' ? { ...run, verdict: 'undersold' } : run),
    });
    const [fault, ranking] = concludeBlocks(undersold);
    assert.equal(fault, 'Escrow was undersold in 9 of 9 runs, which it does not rule out.');
    assert.match(ranking as string, /better than compare-and-swap: escrow/);
  });

  test('says where too few valid blocks are left', () => {
    const few = comparisonOf({ blocks: 3, speeds: { base: () => 1, other: () => 2 } });
    const [ranking, control] = concludeBlocks(few);
    assert.match(
      ranking as string,
      /too few valid blocks for an interval \(6 are needed\): other\.$/,
    );
    assert.match(control as string, /too few valid blocks/);
    const table = renderComparisonAs('table', whole(few), PLAIN);
    assert.match(table, /^other +exact +0 +0 +2M /m);
    assert.doesNotMatch(table, /^ratios/m);
  });

  test('ranks by response time where the schedule sets the rate, and says why', () => {
    const open = comparisonOf({ model: 'open', speeds: { base: () => 1, other: () => 2 } });
    assert.match(
      describeBlocks(open),
      /ranked by p99 of the response time, since the schedule sets/,
    );
    assert.match(concludeBlocks(open)[0] as string, /p99 .*better than base: other \(0\.50/);
  });

  test('says that there is nothing where no block was completed', () => {
    const none = comparisonOf({ blocks: -1, speeds: { base: () => 1 } });
    assert.match(concludeBlocks(none).join(), /No block that counts was completed/);
    for (const format of ['table', 'markdown'] as const) {
      assert.match(
        renderComparisonAs(format, whole(none), PLAIN),
        /^No block that counts was completed.*\n$/,
      );
    }
  });
});

const VOID: BlockComparison = comparisonOf({
  speeds: { 'compare-and-swap': () => 1, batch: () => 2 },
  change: (run) =>
    run.strategy === 'batch' && run.block > 2
      ? { ...run, valid: false, reasons: ['too late'] }
      : run,
});

test('void runs are named: the first five in a table, all in Markdown', () => {
  const table = renderComparisonAs('table', whole(VOID), PLAIN);
  assert.match(table, /^void: block 3, batch: too late$/m);
  assert.match(table, /\(and 2 more void runs\)/);
  const markdown = renderComparisonAs('markdown', whole(VOID), PLAIN);
  assert.equal(markdown.match(/^- void: block \d, batch: too late$/gm)?.length, 7);
});

test('every strategy and the control have a line in both tables, and its figures and marks', () => {
  const table = renderComparisonAs('table', whole(FOUR), PLAIN);
  assert.match(table, /^batch +exact +0 +0 +1\.55M +311k +515ns +14\.1us$/m);
  assert.match(table, /^batch +1\.55 \[1\.5\d, 1\.5\d\] \+ +1\.55 .*\+ +0\.64 .*\+ +0\.64 .*\+$/m);
  assert.match(table, /^rw-lock +0\.50 .* - +0\.50 .* - +2\.00 .* - +2\.00 .* -$/m);
  assert.match(table, /^A\/A control +1\.00 \[.*\] =/m);
  assert.match(table, /seed 42\n/);
  const markdown = renderComparisonAs('markdown', whole(FOUR), PLAIN);
  assert.match(
    markdown,
    /^\| batch \| exact \| 0 \| 0 \| 1\.55M \| 1\.55 \[1\.5\d, 1\.5\d\] \+ \|/m,
  );
  const lengths = markdown
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').length);
  assert.deepEqual(new Set(lengths), new Set([14]));
});

test('CSV has one line for each run, those of the discarded block among them', () => {
  const [header, ...lines] = renderComparisonAs('csv', whole(FOUR), PLAIN).trimEnd().split('\r\n');
  assert.equal(lines.length, FOUR.runs.length);
  assert.match(
    header as string,
    /^block,counted,place,strategy,control,seed,.*metrics\.responseP99Ns/,
  );
  assert.match(lines[0] as string, /^1,false,1,compare-and-swap,false,42\.1,/);
});

test('tables fit in 100 columns: every strategy, ratios of a million, all verdicts, long names', () => {
  const speeds = Object.fromEntries(
    [...catalog.map(({ name }) => name), 'x'.repeat(50)].map((name, index) => [
      name,
      (block: number) => 1000 ** ((index % 5) - 2) * (1 + (block % 3) / 7),
    ]),
  );
  const wide = comparisonOf({
    speeds,
    change: (run) => (run.block % 2 ? { ...run, verdict: 'inconsistent', oversold: 1e9 } : run),
  });
  for (const line of renderComparisonAs('table', whole(wide), PLAIN).split('\n')) {
    assert.ok(line.length <= 100, line);
  }
});

test('what is better is green, what is worse is red, and a control that differs is red either way', () => {
  const table = renderComparisonAs('table', whole(FOUR), COLOR);
  const esc = String.fromCharCode(27);
  assert.ok(table.includes(`${esc}[31m0.50 [0.50, 0.50] -`));
  assert.ok(table.includes(`${esc}[32m1.55 [`));
  const noisy = comparisonOf({ speeds: { base: () => 1 }, control: () => 2 });
  const warned = renderComparisonAs('table', whole(noisy), COLOR);
  assert.ok(warned.includes(`${esc}[31m2.00 [2.00, 2.00] +`));
  assert.ok(warned.includes(`${esc}[33mWARNING`));
});

const printed = (blocks: BlockComparison): unknown =>
  JSON.parse(renderComparisonAs('json', { ...whole(blocks), results: [] }, PLAIN));

describe('the JSON of blocks', () => {
  const { validate } = openSchema('result');

  for (const [name, blocks] of Object.entries({
    'four strategies': FOUR,
    'void runs': VOID,
    'no block': comparisonOf({ blocks: -1, speeds: { base: () => 1 } }),
    'a broken promise': oversoldIn([3], 'batch'),
    'nothing granted': comparisonOf({
      speeds: { base: () => 1, other: () => 2 },
      change: (run) => ({ ...run, metrics: { ...run.metrics, grantedPerSecond: 0 } }),
    }),
    'the open model': comparisonOf({ model: 'open', speeds: { base: () => 1 } }),
  })) {
    test(`is as the schema says: ${name}`, () => {
      assert.ok(validate(printed(blocks)), JSON.stringify(validate.errors));
    });
  }

  test('is refused with a part missing, or one more', () => {
    const paths = [
      'blocks',
      'blocks.strategies.1',
      'blocks.strategies.1.means',
      'blocks.strategies.1.ratios',
      'blocks.strategies.1.ratios.responseP99Ns',
      'blocks.runs.0',
      'blocks.runs.0.metrics',
    ];
    for (const path of paths) {
      for (const key of Object.keys(partOf(printed(FOUR), path))) {
        const lacking = printed(FOUR);
        Reflect.deleteProperty(partOf(lacking, path), key);
        assert.equal(validate(lacking), false, `without ${path}.${key}`);
      }
      const more = printed(FOUR);
      Object.assign(partOf(more, path), { more: 1 });
      assert.equal(validate(more), false, `${path} with one more`);
    }
  });
});

/** A part of a value by its path. */
function partOf(value: unknown, path: string): object {
  return path
    .split('.')
    .reduce((part, key) => (part as Record<string, object>)[key] as object, value as object);
}

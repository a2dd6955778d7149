import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { toCsv } from '../../src/report/csv.ts';
import { comparisonToMarkdown, runToMarkdown } from '../../src/report/markdown.ts';
import { renderComparisonAs, renderRunAs } from '../../src/report/render.ts';
import { recordOf } from '../../src/report/run-record.ts';
import { renderComparison, renderRun } from '../../src/report/table.ts';
import { toJson } from '../../src/report/to-json.ts';
import type { Comparison, RunResult } from '../../src/sim/result.ts';
import { incompleteResult, oversoldResult, resultOf } from '../support/results.ts';

const PLAIN = { color: false, width: 100 };
const COLOR = { color: true, width: 100 };
const WIDTH = 100;
const HOURS_NS = 14.2 * 3600e9;
const HUGE = 123_456_789_012;
// Not as a literal pattern: linters take a control character in one for a slip.
const ESCAPE = new RegExp(String.fromCharCode(27));

const SMALL: Comparison = {
  schemaVersion: 1,
  results: [
    oversoldResult(12),
    resultOf('compare-and-swap'),
    resultOf('rw-lock', {
      throughput: { timeToSellOutMs: null },
      contention: { retries: 0, waits: 12_345 },
    }),
  ],
};

/** The largest of everything, under the longest name of the catalogue. */
const EXTREME: RunResult = resultOf('fetch-and-subtract', {
  scenario: {
    clients: 10_000_000,
    ratePerSecond: 100_000_000,
    events: 1_048_576,
    ticketsPerEvent: 2 ** 30,
    threads: 256,
    workInsideNs: 1e9,
    workOutsideNs: 1e9,
  },
  stream: { requests: HUGE },
  outcomes: {
    reserved: HUGE,
    soldOut: HUGE,
    contended: HUGE,
    dropped: HUGE,
    failed: HUGE,
    cancelled: HUGE,
    browsed: HUGE,
  },
  tickets: { capacity: HUGE, granted: HUGE, returned: HUGE },
  audit: {
    verdict: 'inconsistent',
    oversold: HUGE,
    duplicateTickets: HUGE,
    lostReceipts: HUGE,
    unsold: HUGE,
    falseSoldOut: HUGE,
    brokenPromises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut'],
  },
  throughput: {
    offeredPerSecond: HUGE,
    completedPerSecond: HUGE,
    grantedPerSecond: HUGE,
    timeToSellOutMs: HOURS_NS / 1e6,
  },
  responseTimeNs: { p50: HOURS_NS, p90: HOURS_NS, p99: HOURS_NS, p999: HOURS_NS, max: HOURS_NS },
  serviceTimeNs: { p50: HOURS_NS, p90: HOURS_NS, p99: HOURS_NS, p999: HOURS_NS, max: HOURS_NS },
  contention: { retries: HUGE, waits: HUGE },
  fairness: { jainIndex: 0.123456789, inversions: HUGE, mostOvertaken: HUGE, longestWaitNs: HUGE },
  health: { valid: false, reasons: [`the generator could not keep up: ${HUGE} of ${HUGE} late`] },
});
/** As extreme, with times that take the most room. */
const { strategy: _, schemaVersion: __, command: ___, ...EXTREMES } = EXTREME;
const MINUTES: RunResult = resultOf('fetch-and-subtract', {
  ...EXTREMES,
  throughput: {
    ...EXTREME.throughput,
    completedPerSecond: 12_345,
    grantedPerSecond: 12_345,
    timeToSellOutMs: 851_000,
  },
  responseTimeNs: { p50: 851e9, p99: 851e9, max: 851e9 },
  contention: { retries: 12_345, waits: 12_345 },
});

function assertNarrow(text: string): void {
  for (const line of stripVTControlCharacters(text).split('\n')) {
    assert.ok(line.length <= WIDTH, `${line.length} columns: ${line}`);
  }
}

test('a small comparison, without colour', () => {
  const text = renderComparison(SMALL, PLAIN);
  assert.equal(
    text,
    `1,000 requests as fast as possible, 100 clients, 2 events of 50 tickets, 2 threads, seed 42
stream 0123456789ab, the same for every strategy

                          over       goodput   sold resp. resp. resp.   re-        Jain
strategy         verdict  sold req/s      /s out in   p50   p99   max tries waits index
check-then-act   oversold   12  1.5M    200k  500us 800ns  22us   2ms     7     0 0.500
compare-and-swap exact       0  1.5M    200k  500us 800ns  22us   2ms     7     0 0.500
rw-lock          exact       0  1.5M    200k      - 800ns  22us   2ms     0 12.3k 0.500

Check-then-act sold 12 tickets that did not exist; the other 2 sold every ticket at most once and
refused nobody wrongly.
Test CPU, 2 cores, Node v20.19.0, onsale abc1234
`,
  );
});

test('with colour a comparison is the same text, its verdicts red and green', () => {
  const text = renderComparison(SMALL, COLOR);
  assert.equal(stripVTControlCharacters(text), renderComparison(SMALL, PLAIN));
  assert.ok(text.includes('\u001b[31moversold\u001b[39m'));
  assert.ok(text.includes('\u001b[32mexact\u001b[39m'));
  assert.doesNotMatch(renderComparison(SMALL, PLAIN), ESCAPE);
});

test('an exact verdict on void figures, and a run that was cut short, are yellow', () => {
  const late = resultOf('rw-lock', { health: { valid: false, reasons: ['late'] } });
  assert.ok(renderRun(late, COLOR).includes('\u001b[33mexact\u001b[39m'));
  const cut = incompleteResult('rw-lock', 'interrupted');
  assert.ok(renderRun(cut, COLOR).includes('\u001b[33mincomplete\u001b[39m'));
});

test('one run, without colour', () => {
  assert.equal(
    renderRun(oversoldResult(12), PLAIN),
    `check-then-act
verdict        oversold: sold 12 tickets that did not exist
promises       broken: noOversell
tickets        100 on sale, 112 granted
requests       112 reserved, 888 soldOut
throughput     1.5M requests/s of 1.5M offered, 200k tickets/s, sold out in 500us
response time  p50 800ns  p90 1.5us  p99 22us  p99.9 310us  max 2ms
  reserved     p50 800ns  p90 1.5us  p99 22us  p99.9 310us  max 2ms
  soldOut      p50 800ns  p90 1.5us  p99 22us  p99.9 310us  max 2ms
queue delay    p50 800ns  p90 1.5us  p99 22us  p99.9 310us  max 2ms
service time   p50 800ns  p90 1.5us  p99 22us  p99.9 310us  max 2ms
contention     7 retries, 0 waits
fairness       Jain index 0.500, 3 inversions, passed by 2 at most, longest wait 9us
figures        valid
measured with  littles-law 1 %
scenario       1,000 requests as fast as possible, 100 clients, 2 events of 50 tickets, 2 threads,
               seed 42
stream         0123456789ab
machine        Test CPU, 2 cores, Node v20.19.0, onsale abc1234
again          sim run --strategy compare-and-swap --seed 42
`,
  );
});

test('one run with colour is the same text', () => {
  const text = renderRun(EXTREME, COLOR);
  assert.equal(stripVTControlCharacters(text), renderRun(EXTREME, PLAIN));
});

test('one retry is one retry', () => {
  const text = renderRun(resultOf('x', { contention: { retries: 1, waits: 1 } }), PLAIN);
  assert.match(text, /^contention +1 retry, 1 wait$/m);
});

for (const [what, result] of [
  ['hours and 12 digits', EXTREME],
  ['minutes and 12 digits', MINUTES],
  ['a seed of 200 characters', resultOf('x', { scenario: { seed: 'x'.repeat(200) } })],
  [
    'a processor of 120 characters',
    resultOf('x', { environment: { cpu: 'Some Processor '.repeat(8).trim() } }),
  ],
] as const) {
  test(`no line of a run is over ${WIDTH} columns: ${what}`, () => {
    assertNarrow(renderRun(result, COLOR));
  });

  test(`no line of a comparison is over ${WIDTH} columns: ${what}`, () => {
    assertNarrow(
      renderComparison({ schemaVersion: 1, results: [result, ...SMALL.results] }, COLOR),
    );
  });
}

test('void figures are explained below the table', () => {
  const late = resultOf('rw-lock', { health: { valid: false, reasons: ['too late', 'too slow'] } });
  assert.match(
    renderComparison({ schemaVersion: 1, results: [late] }, PLAIN),
    /^rw-lock is void: too late; too slow$/m,
  );
});

test('CSV has a column for each figure of each check, and no list that cannot be read', () => {
  const csv = renderRunAs('csv', resultOf('rw-lock'), PLAIN);
  assert.match(csv, /,health\.checks\.littles-law\.value,health\.checks\.littles-law\.ok,/);
  assert.doesNotMatch(csv, /\[object/);
});

test('nothing was run', () => {
  const nothing: Comparison = { schemaVersion: 1, results: [] };
  assert.equal(renderComparison(nothing, COLOR), 'Nothing was run.\n');
  assert.equal(comparisonToMarkdown(nothing), 'Nothing was run.\n');
});

test('a small comparison in Markdown', () => {
  assert.equal(
    comparisonToMarkdown(SMALL),
    `1,000 requests as fast as possible, 100 clients, 2 events of 50 tickets, 2 threads, seed 42; stream \`${'0123456789abcdef'.repeat(4)}\`

| strategy | verdict | over sold | req/s | goodput /s | sold out in | resp. p50 | resp. p99 | resp. max | retries | waits | Jain index |
| :-- | :-- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |
| check-then-act | oversold | 12 | 1.5M | 200k | 500us | 800ns | 22us | 2ms | 7 | 0 | 0.500 |
| compare-and-swap | exact | 0 | 1.5M | 200k | 500us | 800ns | 22us | 2ms | 7 | 0 | 0.500 |
| rw-lock | exact | 0 | 1.5M | 200k | - | 800ns | 22us | 2ms | 0 | 12.3k | 0.500 |

Check-then-act sold 12 tickets that did not exist; the other 2 sold every ticket at most once and refused nobody wrongly.

*Test CPU, 2 cores, Node v20.19.0, onsale abc1234*
`,
  );
});

test('void figures are marked in Markdown, and explained', () => {
  const text = runToMarkdown(resultOf('x', { health: { valid: false, reasons: ['too late'] } }));
  assert.match(text, /^\| x \| exact \(void\) \|/m);
  assert.match(text, /^- x is void: too late$/m);
});

test('every format ends with exactly one line end, and Markdown, JSON and CSV are never coloured', () => {
  for (const format of ['table', 'json', 'markdown', 'csv'] as const) {
    for (const text of [
      renderRunAs(format, EXTREME, COLOR),
      renderComparisonAs(format, SMALL, COLOR),
    ]) {
      assert.match(text, /[^\n]\n$/);
      if (format !== 'table') assert.doesNotMatch(text, ESCAPE);
    }
  }
});

test('JSON and CSV hold all of a comparison', () => {
  assert.deepEqual(JSON.parse(renderComparisonAs('json', SMALL, COLOR)), SMALL);
  assert.equal(renderComparisonAs('csv', SMALL, COLOR), toCsv(SMALL.results.map(recordOf)));
  assert.equal(renderRunAs('json', EXTREME, COLOR), toJson(EXTREME));
});

for (const width of [100, 80, 60, 40]) {
  test(`a comparison leaves out columns rather than break its lines: ${width} columns`, () => {
    const results = [oversoldResult(12), resultOf('fetch-and-subtract')];
    const text = renderComparison({ schemaVersion: 1, results }, { color: false, width });
    for (const line of text.split('\n')) assert.ok(line.length <= width, line);
    const room = /no room for (.*)\)/s.exec(text)?.[1]?.replaceAll('\n', ' ');
    assert.equal(room === undefined, width === 100);
    if (room !== undefined) assert.match(room, /Jain index$/);
  });
}

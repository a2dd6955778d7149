import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Report, renderReport, reportToJson } from '../../bench/report.ts';
import {
  type Cell,
  inRounds,
  median,
  renderSection,
  type Section,
  single,
} from '../../bench/section.ts';

const SECTION: Section = {
  title: 'Two locks',
  headings: ['lock', 'time', 'requests/s'],
  rows: [
    ['mutex', single('ns', 12.34), inRounds('per second', [3e6, 1e6, 2e6])],
    ['a longer name', single('ns', 1234), 'skipped'],
  ],
  note: 'Nobody else was about.',
};

const REPORT: Report = {
  schemaVersion: 1,
  smoke: true,
  environment: {
    node: 'v20.19.0',
    cpu: 'a processor',
    cores: 2,
    commit: 'abc1234',
    memoryBytes: 8e9,
    os: 'Linux 6.1',
    date: '2027-05-01T00:00:00.000Z',
  },
  sections: { locks: SECTION },
};

test('a section in Markdown: the median of several rounds with the least and the most, columns aligned', () => {
  assert.equal(
    renderSection(SECTION),
    `## Two locks

| lock          |   time | requests/s |
| :------------ | -----: | ---------: |
| mutex         | 12.3ns | 2M (1M-3M) |
| a longer name | 1.23us |    skipped |

Nobody else was about.
`,
  );
});

function shown(cell: Cell): string {
  const lines = renderSection({ title: '', headings: ['x'], rows: [[cell]] }).split('\n');
  return (lines.at(-2) ?? '').slice(2, -2).trim();
}

test('figures by unit, as people read them: 6 units', () => {
  const cells = [
    single('ns', 250e6),
    single('per second', 12_300_000),
    single('bytes', 1_071_297),
    single('count', 1_234_567),
    single('ratio', 0.5),
    single('share', 0.1234),
  ];
  assert.deepEqual(cells.map(shown), ['250ms', '12.3M', '1.07MB', '1,234,567', '0.50', '12.3 %']);
});

test('the JSON of a report is the report: each figure a number with its unit, and every round', () => {
  const read = JSON.parse(reportToJson(REPORT)) as Report;
  assert.deepEqual(read, REPORT);
  assert.deepEqual(read.sections['locks']?.rows[0]?.[2], {
    value: 2e6,
    unit: 'per second',
    rounds: [3e6, 1e6, 2e6],
  });
});

test('a report in Markdown begins with the machine, says of a smoke run what it is, and holds every section', () => {
  const text = renderReport(REPORT);
  assert.match(text, /^# Benchmarks\n\na processor, 2 cores, 8GB of memory, Linux 6\.1, Node v20/);
  assert.match(text, /onsale abc1234, 2027-05-01T00:00:00\.000Z\n\nA smoke run:/);
  assert.ok(text.endsWith(`${renderSection(SECTION)}\n`));
  assert.doesNotMatch(renderReport({ ...REPORT, smoke: false }), /smoke/);
});

test('the median is the middle value, and of an even number the mean of two', () => {
  assert.equal(median([9, 1, 4]), 4);
  assert.equal(median([9, 1, 4, 2]), 3);
  assert.equal(median([]), Number.NaN);
});

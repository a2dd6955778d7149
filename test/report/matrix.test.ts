import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderMatrix } from '../../src/report/matrix.ts';
import type { DetectionMatrix, MatrixRow, Trial } from '../../src/sim/matrix.ts';

const PLAIN = { color: false, width: 100 };

function trial(checker: Trial['checker'], more: Partial<Trial> = {}): Trial {
  return {
    checker,
    required: false,
    caught: false,
    finding: null,
    effort: 20_000,
    unit: checker === 'contract' ? 'rules' : 'requests',
    durationMs: 512.3,
    ...more,
  };
}

function matrixOf(
  rows: readonly MatrixRow[],
  more: Partial<DetectionMatrix> = {},
): DetectionMatrix {
  return {
    schemaVersion: 1,
    command: 'sim mutants',
    rows,
    missed: 0,
    falseAlarms: 0,
    flagged: 0,
    interrupted: false,
    durationMs: 90_000,
    environment: { node: 'v20.19.0', cpu: 'Test CPU', cores: 2, commit: 'abc1234' },
    ...more,
  };
}

const CAUGHT = { required: true, caught: true, finding: 'oversold: broke noOversell' };

function mutant(...trials: readonly Trial[]): MatrixRow {
  return {
    strategy: 'shared-receipt',
    kind: 'mutant',
    summary: 'One receipt for all.',
    source: 'seed system 3',
    trials,
  };
}

function correct(...trials: readonly Trial[]): MatrixRow {
  return { strategy: 'event-lock', kind: 'correct', summary: 'A lock.', source: 'a book', trials };
}

test('what was caught, what need not be, and what is clean', () => {
  const table = renderMatrix(
    'table',
    matrixOf([
      mutant(trial('contract'), trial('audit', CAUGHT)),
      {
        ...mutant(trial('contract', { caught: true, effort: 14 }), trial('audit', CAUGHT)),
        strategy: 'other',
      },
      correct(trial('contract'), trial('audit')),
    ]),
    PLAIN,
  );
  assert.match(table, /^shared-receipt +- +20k 512ms$/m);
  assert.match(table, /^other +\(14 512ms\) +20k 512ms$/m);
  assert.match(table, /^event-lock +clean +clean$/m);
  assert.match(
    table,
    /^2 known bugs, each caught by every checker that has to; 1 correct strategy, none flagged; in 1\.5min\.$/m,
  );
});

test('what was missed and what was flagged wrongly is named, also in Markdown', () => {
  const rows = [
    mutant(trial('contract'), trial('audit', { required: true })),
    correct(
      trial('contract'),
      trial('audit', { caught: true, finding: 'undersold: broke noFalseSoldOut' }),
    ),
  ];
  const matrix = matrixOf(rows, { missed: 1, falseAlarms: 1 });
  const table = renderMatrix('table', matrix, PLAIN);
  assert.match(table, /^shared-receipt +- +MISSED$/m);
  assert.match(table, /^event-lock +clean +FALSE ALARM$/m);
  assert.match(table, /^shared-receipt was missed by audit$/m);
  assert.match(table, /event-lock was flagged by audit \(undersold: broke noFalseSoldOut\)/);
  const markdown = renderMatrix('markdown', matrix, PLAIN);
  assert.match(markdown, /\| shared-receipt \| - \| MISSED \|/);
  assert.match(markdown, /- \*\*shared-receipt\*\*: One receipt for all\. \*\(seed system 3\)\*/);
});

test('for programs: one line for each trial, or all of it as JSON', () => {
  const matrix = matrixOf([mutant(trial('contract'), trial('audit', CAUGHT))]);
  const lines = renderMatrix('csv', matrix, PLAIN).trim().split('\r\n');
  assert.equal(lines.length, 3);
  assert.match(lines[2] ?? '', /^shared-receipt,mutant,audit,true,true,/);
  assert.deepEqual(JSON.parse(renderMatrix('json', matrix, PLAIN)), matrix);
});

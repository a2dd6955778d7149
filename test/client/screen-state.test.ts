import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogList } from '../../src/client/app/log-screen.ts';
import { menuFor } from '../../src/client/app/run-app.ts';
import {
  clamp,
  listState,
  moved,
  progressBar,
  refreshed,
  typed,
} from '../../src/client/terminal/list-state.ts';

test('the cursor stays on its row while others come and go', () => {
  const state = moved(listState(['a', 'b', 'c'], false), 1);
  assert.deepEqual(refreshed(state, ['x', 'a', 'b'], false), { keys: ['x', 'a', 'b'], cursor: 2 });
  assert.deepEqual(refreshed(state, ['a', 'c'], false), { keys: ['a', 'c'], cursor: 1 });
  assert.deepEqual(refreshed(state, [], false), { keys: [], cursor: 0 });
});

test('whoever follows stays at the end, and whoever has gone up does not', () => {
  const end = listState(['a', 'b'], true);
  assert.equal(refreshed(end, ['a', 'b', 'c'], true).cursor, 2);
  assert.equal(refreshed(moved(end, -1), ['a', 'b', 'c'], true).cursor, 0);
  assert.equal(refreshed(listState([], true), ['a', 'b', 'c'], true).cursor, 2);
});

test('one step goes round at the ends, a page ends there', () => {
  const state = listState(['a', 'b', 'c'], false);
  assert.equal(moved(state, -1).cursor, 2);
  assert.equal(moved(moved(state, -1), 1).cursor, 0);
  assert.equal(moved(state, -10).cursor, 0);
  assert.equal(moved(state, 10).cursor, 2);
  assert.equal(moved(listState([], false), 1).cursor, 0);
});

test('a number is typed digit by digit, and never above its bound', () => {
  assert.equal(typed(1, 2, 50, true), 2);
  assert.equal(typed(2, 5, 50, false), 25);
  assert.equal(typed(25, 9, 50, false), 9);
  assert.equal(typed(1, 9, 5, true), 5);
  assert.equal(typed(1, 0, 5, true), 1);
  assert.equal(clamp(0, 5), 1);
});

test('a bar is empty at first and full at last', () => {
  assert.deepEqual(
    [0, 1, 2, 4].map((done) => progressBar(done, 2, 4)),
    ['░░░░', '██░░', '████', '████'],
  );
});

test('the menu offers what somebody may do', () => {
  assert.deepEqual(menuFor({ role: 'customer' }), [
    'events',
    'reservations',
    'log',
    'logout',
    'help',
    'quit',
  ]);
  assert.deepEqual(menuFor({ role: 'organizer' }), [
    'events',
    'create',
    'edit',
    'delete',
    'totals',
    'log',
    'logout',
    'help',
    'quit',
  ]);
  assert.deepEqual(menuFor({ role: 'admin' }), [
    'events',
    'delete',
    'totals',
    'log',
    'logout',
    'help',
    'quit',
  ]);
  assert.ok(menuFor(undefined).includes('login') && !menuFor(undefined).includes('logout'));
});

test('the log is shown from a level on, cut to the width, and cannot paint the terminal', () => {
  const lines = ['debug', 'info', 'warn', 'error'].map((level) =>
    JSON.stringify({
      level,
      time: '2027-01-02T03:04:05.678Z',
      msg: `said\u001b[2J ${'x'.repeat(90)}`,
    }),
  );
  const list = new LogList({ lines });
  assert.equal(list.view(40).rows.length, 4);
  list.keys['w']?.();
  const { rows, note } = list.view(40);
  assert.deepEqual(
    rows.map(({ label }) => label.slice(0, 14)),
    ['03:04:05 warn ', '03:04:05 error'],
  );
  assert.match(note, /^from warn on/);
  for (const { label } of rows) {
    assert.equal(label.length, 40);
    assert.doesNotMatch(label, /\p{Cc}/u);
  }
});

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openClientLog } from '../../src/client/client-log.ts';
import { SessionStore, stateFolder } from '../../src/client/session-store.ts';
import { withFolder } from '../support/folder.ts';

const URL = 'http://127.0.0.1:8080';
const SESSION = {
  token: 'secret',
  expiresAt: '2027-01-01T00:00:00Z',
  account: { id: 'a', name: 'ada', role: 'customer' },
};

test('a log-in is kept for each service, readable for its owner only, and nothing else is left', () => {
  withFolder((folder) => {
    const inner = join(folder, 'onsale');
    const store = new SessionStore(inner, URL);
    assert.equal(store.load(), undefined);
    store.save({ ...SESSION, token: 'older' });
    store.save(SESSION);
    assert.deepEqual(store.load(), SESSION);
    assert.equal(new SessionStore(inner, 'http://127.0.0.1:9090').load(), undefined);
    const [file = '', ...others] = readdirSync(inner);
    assert.deepEqual(others, []);
    assert.equal(statSync(join(inner, file)).mode & 0o777, 0o600);
    assert.equal(statSync(inner).mode & 0o777, 0o700);
    store.forget();
    assert.equal(store.load(), undefined);
  });
});

test('a file that is damaged is nobody’s log-in', () => {
  withFolder((folder) => {
    const store = new SessionStore(folder, URL);
    store.save(SESSION);
    const path = join(folder, readdirSync(folder)[0] ?? '');
    for (const text of ['', '{', 'null', '{"token":7}']) {
      writeFileSync(path, text);
      assert.equal(store.load(), undefined);
    }
  });
});

test('what guests reserve is remembered, the newest first: 101 of them', () => {
  withFolder((folder) => {
    const store = new SessionStore(folder, URL);
    for (let at = 0; at <= 100; at++) store.remember(`r-${at}`);
    const ids = store.guestReservations();
    assert.equal(ids.length, 100);
    assert.deepEqual(ids.slice(0, 2), ['r-100', 'r-99']);
  });
});

test('state lies where XDG says, if that is absolute', () => {
  assert.equal(stateFolder({ XDG_STATE_HOME: '/x' }, '/home/a'), '/x/onsale');
  assert.equal(stateFolder({ XDG_STATE_HOME: 'x' }, '/home/a'), '/home/a/.local/state/onsale');
  assert.equal(stateFolder({}, '/home/a'), '/home/a/.local/state/onsale');
});

test('the log has levels: all to the view, from one on to the file, which others cannot read', () => {
  withFolder((folder) => {
    const file = join(folder, 'client.log');
    const log = openClientLog(file, 'warn');
    log.debug({ a: 1 }, 'first');
    log.warn({ a: 2 }, 'second');
    log.close();
    assert.equal(log.lines.length, 2);
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).msg),
      ['second'],
    );
    assert.equal(JSON.parse(lines[0] ?? '').level, 'warn');
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });
});

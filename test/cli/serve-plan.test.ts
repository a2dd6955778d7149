import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { type StartFacts, startNotes } from '../../src/cli/serve-notes.ts';
import { type ServePlan, servePlan } from '../../src/cli/serve-plan.ts';
import { checkThenAct } from '../../src/store/memory/check-then-act.ts';
import { compareAndSwap } from '../../src/store/memory/compare-and-swap.ts';

function plan(argv: Readonly<Record<string, unknown>> = {}, cores = 2): ServePlan {
  return servePlan(argv, cores);
}

test('without a word a server is for this machine, keeps its books in a folder, and lets guests buy', () => {
  const { settings, instances, tokenTtlMs, guestsByDefault, console } = plan();
  assert.equal(settings.host, '127.0.0.1');
  assert.equal(settings.port, 8080);
  assert.equal(settings.strategy, 'compare-and-swap');
  assert.deepEqual(settings.keeping, {
    kind: 'folder',
    folder: 'onsale-data/books',
    durability: 'fsync',
  });
  assert.deepEqual(settings.terms, { holdTtlMs: 120_000, maxPerRequest: 10, guests: 'all' });
  assert.deepEqual([instances, tokenTtlMs, guestsByDefault, console], [1, 900_000, true, false]);
});

test('as many threads accept as there are cores, 4 at most, unless it is said: 1, 2, 16 cores', () => {
  const threads = [1, 2, 16].map((cores) => plan({}, cores).settings.threads);
  assert.deepEqual(threads, [1, 2, 4]);
  assert.equal(plan({ threads: '7' }, 2).settings.threads, 7);
});

test('where others can come guests may do nothing, unless it is said', () => {
  for (const host of ['0.0.0.0', '::', '10.0.0.7', 'shop.example', '127.example']) {
    assert.equal(plan({ host }).settings.terms.guests, 'none', host);
  }
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) {
    assert.equal(plan({ host }).settings.terms.guests, 'all', host);
  }
  const open = plan({ host: '0.0.0.0', guests: 'buy' });
  assert.deepEqual([open.settings.terms.guests, open.guestsByDefault], ['buy', false]);
});

test('books are kept in memory, in a folder or in PostgreSQL', () => {
  assert.deepEqual(plan({ memory: true }).settings.keeping, { kind: 'memory' });
  const folder = plan({ data: 'x', durability: 'async' }).settings.keeping;
  assert.deepEqual(folder, { kind: 'folder', folder: 'x/books', durability: 'async' });
  const [url, redis] = ['postgres://me:secret@db/x', 'redis://cache'];
  const both = plan({ postgres: url, redis, instances: '3' });
  assert.deepEqual(both.settings.keeping, { kind: 'postgres', url, redis });
  assert.equal(both.instances, 3);
});

describe('what is wrong is refused in one line', () => {
  const CASES: readonly (readonly [Readonly<Record<string, unknown>>, RegExp])[] = [
    [{ port: '65536' }, /^--port must be a whole number from 0 to 65535; got "65536"$/],
    [{ host: '127.0.0.1:80/x' }, /^--host must be a name or an address, without a port; got/],
    [{ threads: '0' }, /^--threads must be .* got "0"$/],
    [{ guests: 'some' }, /^--guests must be one of none, buy, all; got "some"/],
    [{ durability: 'sync' }, /^--durability must be one of fsync, async, none; .*"fsync"\?$/],
    [{ 'hold-ttl': '1.5' }, /^--hold-ttl must be /],
    [{ 'max-tickets': '1073741825' }, /^--max-tickets must be .* to 1073741824; got/],
    [{ memory: true, data: 'x' }, /^--memory and --data exclude each other$/],
    [{ memory: true, durability: 'none' }, /^--memory and --durability exclude each other$/],
    [{ memory: true, postgres: 'postgres://x' }, /^--memory and --postgres exclude each other$/],
    [{ postgres: 'postgres://x', data: 'y' }, /^--postgres and --data exclude each other$/],
    [{ postgres: 'mysql://u:secret@x' }, /^--postgres must be a URL that begins with postgres/],
    [{ redis: 'redis://x' }, /^--redis needs --postgres/],
    [{ instances: '2' }, /^--instances needs --postgres/],
    [{ data: '' }, /^--data needs the name of a folder; got ""$/],
    [{ 'sample-events': '1001' }, /^--sample-events must be .* to 1000; got "1001"$/],
    [{ 'sample-events': '1', events: 'x' }, /^--sample-events and --events exclude each other$/],
    [{ seed: 'x' }, /^--seed needs --sample-events/],
    [{ port: ['1', '2'] }, /^--port is given twice; give it once$/],
  ];
  for (const [argv, message] of CASES) {
    test(JSON.stringify(argv), () => {
      assert.throws(
        () => plan(argv),
        (error) =>
          error instanceof InputError &&
          message.test(error.message) &&
          !/\n|secret/.test(error.message),
      );
    });
  }
});

describe('what a server says when it starts', () => {
  const facts: StartFacts = {
    plan: plan(),
    strategy: compareAndSwap,
    secret: { secret: 'never-shown', from: 'folder' },
    url: 'http://127.0.0.1:8080',
    acceptors: 2,
    notes: ['a note'],
    admin: undefined,
    loaded: undefined,
  };
  const said = (more: Partial<StartFacts> = {}) => startNotes({ ...facts, ...more }).join('\n');

  test('the strategy and its promises, the books, the threads, who may buy, and where to read on', () => {
    assert.deepEqual(startNotes(facts), [
      'compare-and-swap sells; it promises noOversell, noLostReceipt, noFalseSoldOut, noStaleRead',
      'the books are in ./onsale-data; a sale that was acknowledged survives the loss of power: it is on disk before it is acknowledged',
      '2 threads accept connections',
      'a note',
      'guests may buy, and make events, without an account, since only this machine can come',
      'requests and answers are described at http://127.0.0.1:8080/docs',
    ]);
  });

  test('a warning when it sells twice, and when it listens to others without TLS', () => {
    assert.match(said({ strategy: checkThenAct }), /^WARNING: check-then-act sells tickets twice/m);
    const others = said({ plan: plan({ host: '0.0.0.0' }) });
    assert.match(others, /^WARNING: 0\.0\.0\.0 may be reached by others/m);
    assert.match(others, /^nobody may buy without an account/m);
    assert.doesNotMatch(said(), /WARNING/);
  });

  test('no secret and no URL with its password; a password that was made up, once', () => {
    const postgres = plan({
      postgres: 'postgres://me:hidden@db:5/x',
      redis: 'redis://:hidden@r:6',
    });
    const text = said({ plan: postgres, secret: { secret: 'never-shown', from: 'this start' } });
    assert.match(text, /^the books are in PostgreSQL at db:5, behind Redis at r:6$/m);
    assert.match(text, /^log-ins end with this server/m);
    assert.doesNotMatch(text, /hidden|never-shown/);
    const named = plan({ admin: 'ada' });
    const made = said({ plan: named, admin: { outcome: 'made', password: 'pa55' } });
    assert.match(made, /^ada is admin, with the password pa55 \(not shown again\)$/m);
    assert.doesNotMatch(said({ plan: named, admin: { outcome: 'there already' } }), /password/);
  });
});

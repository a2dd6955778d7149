// What becomes of a run whose strategy fails. Each of these must end by itself, or soon after an
// abort, and say which worker failed and how; the limit of a test only keeps a hang from going on.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type RunResult, resolveScenario } from '../../src/index.ts';
import { coldRun } from '../support/cold-run.ts';
import { type StrategyModules, strategyModules } from '../support/strategy-modules.ts';

const LIMIT = { timeout: 20_000 };

let modules: StrategyModules;
before(() => {
  modules = strategyModules();
});
after(() => modules.remove());

function sell(
  strategy: string,
  { signal, fields = {} }: { signal?: AbortSignal; fields?: Readonly<Record<string, string>> } = {},
): Promise<RunResult> {
  const scenario = resolveScenario({
    fields: { requests: '20000', rate: 'max', threads: '3', tickets: '10000', ...fields },
  });
  return coldRun({ strategy, scenario, signal });
}

function assertIncomplete(result: RunResult, reason: RegExp): void {
  assert.equal(result.audit.verdict, 'incomplete');
  assert.equal(result.health.valid, false);
  const { reasons } = result.health;
  assert.ok(
    reasons.some((each) => reason.test(each)),
    `no ${reason} in: ${reasons.join('; ')}`,
  );
}

test('a reserve that throws ends the run, and the worker is named: 3 threads', LIMIT, async () => {
  const strategy = modules.write(
    'throws',
    `
    if (calls() === 50) throw new Error('out of paper');
    return grant();`,
  );
  const result = await sell(strategy);
  assertIncomplete(result, /^worker \d: out of paper$/);
  assert.equal(result.health.reasons.length, 1, result.health.reasons.join('; '));
  assert.equal(result.audit.oversold, 0);
});

test('what was granted before a worker threw stays in the result', LIMIT, async () => {
  const strategy = modules.write(
    'throws-late',
    `
    if (calls() === 101) throw new Error('out of paper');
    return grant();`,
  );
  const { outcomes, tickets } = await sell(strategy);
  assert.ok(outcomes.reserved >= 98, `${outcomes.reserved} grants`);
  assert.equal(tickets.granted, outcomes.reserved);
});

test('a worker that throws while it holds a lock frees those who wait for it', LIMIT, async () => {
  const strategy = modules.write(
    'throws-inside',
    `
    mutex.lock();
    if (calls() === 50) throw new Error('out of paper');
    const ticket = grant();
    mutex.unlock();
    return ticket;`,
  );
  assertIncomplete(await sell(strategy), /^worker \d: out of paper$/);
});

test('a worker that exits while it holds a lock frees those who wait for it', LIMIT, async () => {
  const strategy = modules.write(
    'exits-inside',
    `
    mutex.lock();
    if (calls() === 50) process.exit(3);
    const ticket = grant();
    mutex.unlock();
    return ticket;`,
  );
  const result = await sell(strategy);
  assertIncomplete(result, /^worker \d: .*exit.*3/);
  // Told by the lock, not ended from outside after the grace that a stop allows.
  for (const reason of result.health.reasons) {
    assert.match(reason, /exit.*3|the mutex was abandoned: worker \d died holding it/);
  }
});

test('a worker that exits is named, also when nobody waits for it', LIMIT, async () => {
  const strategy = modules.write(
    'exits',
    `
    if (calls() === 50) process.exit(3);
    return grant();`,
  );
  assertIncomplete(await sell(strategy), /^worker \d: .*exit.*3/);
});

test(
  "a worker that dies in the middle of a client's request frees that client: 1 client",
  LIMIT,
  async () => {
    const strategy = modules.write(
      'exits-alone',
      `
    if (calls() === 50) process.exit(3);
    return grant();`,
    );
    // In the closed model every other thread waits for the one client.
    const result = await sell(strategy, {
      fields: { clients: '1', requests: '2000', mix: 'reserve=50,cancel=50' },
    });
    assertIncomplete(result, /^worker \d: .*exit.*3/);
  },
);

for (const [what, reserve] of [
  ['in the sale', 'if (calls() === 50) for (;;); return grant();'],
  ['while warming up', 'for (;;);'],
] as const) {
  test(
    `a worker that loops for ever is ended after an abort, and named: ${what}`,
    LIMIT,
    async () => {
      const strategy = modules.write('loops', reserve);
      const controller = new AbortController();
      const scenario = resolveScenario({
        fields: { requests: '20000', rate: 'max', threads: '2' },
      });
      let last = -1;
      let stuck = 0;
      const result = await coldRun({
        strategy,
        scenario,
        signal: controller.signal,
        onProgress: ({ completed }) => {
          // On a busy machine it takes a while until the sale begins: as long as nothing moves.
          stuck = completed === last && (completed > 0 || what !== 'in the sale') ? stuck + 1 : 0;
          last = completed;
          // Of what is warmed up with nobody tells: long enough for all to have begun.
          if (stuck === (what === 'in the sale' ? 3 : 25)) controller.abort();
        },
      });
      assertIncomplete(result, /^worker \d.*: ended, not having stopped within a second$/);
      assert.equal(result.health.reasons[0], 'interrupted');
    },
  );
}

for (const [answer, shown] of [
  ['undefined', 'undefined'],
  ['Number.NaN', 'NaN'],
  ['-99', '-99'],
  ['1.5', '1.5'],
  ["'7'", "'7'"],
  ['5n', '5n'],
  ['2 ** 31', '2147483648'],
  ['Promise.resolve(0)', 'a promise'],
] as const) {
  test(
    `a reserve that returns what is neither ticket nor refusal is told: ${answer}`,
    LIMIT,
    async () => {
      const strategy = modules.write('answers', `return ${answer};`);
      assertIncomplete(
        await sell(strategy),
        new RegExp(`^worker \\d: reserve must return .*; got ${shown}$`),
      );
    },
  );
}

test('a strategy that fails to open is named with its worker', LIMIT, async () => {
  const strategy = modules.write(
    'opens',
    'return grant();',
    "get reserve() { throw new Error('no key'); },",
  );
  assertIncomplete(await sell(strategy), /^worker \d: open of opens fails: no key$/);
});

for (const [name, others, got] of [
  ['lacks', 'reserve: undefined,', 'reserve is undefined'],
  ['misnames', 'cancel: 5,', 'cancel is 5'],
  ['is-mute', 'available: undefined,', 'available is undefined'],
] as const) {
  test(`a reserver without all its functions is told: ${others}`, LIMIT, async () => {
    const strategy = modules.write(name, 'return grant();', others);
    const told = `^worker \\d: open of ${name} must return an object with the functions reserve, cancel, available, close; ${got}$`;
    assertIncomplete(await sell(strategy), new RegExp(told));
  });
}

for (const [what, open, got] of [
  ['nothing', 'open() {},', 'got undefined'],
  ['a promise', 'async open() { return {}; },', 'got a promise'],
] as const) {
  test(`an open that returns ${what} is told`, LIMIT, async () => {
    const strategy = modules.write('opens-nothing', 'return grant();');
    const text = readFileSync(strategy, 'utf8').replace(/open\(context\).*/s, `${open} };`);
    writeFileSync(strategy, text);
    const told = `^worker \\d: open of opens-nothing must return an object .*; ${got}$`;
    assertIncomplete(await sell(strategy), new RegExp(told));
  });
}

for (const [clerk, told] of [
  ['', /^clerk: openClerk of mine must return an object with the function serve; got undefined$/],
  ["throw new Error('no key');", /^clerk: openClerk of mine fails: no key$/],
  [
    'return { serve: async () => false };',
    /^clerk: serve must return true or false; got a promise$/,
  ],
] as const) {
  test(`a clerk that does not serve is told: openClerk() { ${clerk} }`, LIMIT, async () => {
    const strategy = modules.write('mine', 'return grant();');
    const text = readFileSync(strategy, 'utf8');
    writeFileSync(
      strategy,
      text.replace('open(context)', `openClerk() { ${clerk} },\n  open(context)`),
    );
    assertIncomplete(await sell(strategy), told);
  });
}

for (const answer of ['Number.NaN', 'undefined', '-1', '0.5', "'7'", 'Promise.resolve(1)']) {
  test(`an available that returns no number of tickets is told: ${answer}`, LIMIT, async () => {
    const strategy = modules.write('counts', 'return grant();', `available: () => ${answer},`);
    const result = await sell(strategy, { fields: { mix: 'reserve=50,browse=50' } });
    assertIncomplete(result, /^worker \d: available must return how many tickets there are; got /);
  });
}

test('a strategy that fails to say how many words it needs is refused', LIMIT, async () => {
  const strategy = modules.write('sizes', 'return grant();');
  const text = readFileSync(strategy, 'utf8').replace(
    '() => MUTEX_WORDS',
    '(size) => size.none.at',
  );
  writeFileSync(strategy, text);
  await assert.rejects(sell(strategy), /^InputError: ownWords of sizes fails: Cannot read/);
});

test('a strategy that fails to close makes the run incomplete', LIMIT, async () => {
  const strategy = modules.write(
    'closes',
    'return grant();',
    `close() { if (real) throw new Error('jammed'); },`,
  );
  assertIncomplete(await sell(strategy), /^worker \d: jammed$/);
});

test(
  'a grant that nobody had time to record makes no false sold-out: a worker dies with the fifth of 5 tickets',
  LIMIT,
  async () => {
    const strategy = modules.write(
      'takes-and-dies',
      `
    const ticket = grant();
    if (calls() === 5) process.exit(3);
    return ticket;`,
    );
    const result = await sell(strategy, { fields: { events: '1', tickets: '5' } });
    assertIncomplete(result, /^worker \d: /);
    assert.equal(result.audit.falseSoldOut, 0);
  },
);

test('an oversell is proven even though a worker died', LIMIT, async () => {
  const strategy = modules.write(
    'oversells-and-dies',
    `
    if (calls() === 200) throw new Error('out of paper');
    return inventory.issue(event, quantity);`,
  );
  const result = await sell(strategy, { fields: { events: '1', tickets: '5' } });
  assertIncomplete(result, /^worker \d: /);
  assert.ok(result.audit.oversold > 0);
  assert.deepEqual(result.audit.brokenPromises, ['noOversell']);
});

test(
  'a strategy that sells one ticket twice is inconsistent or oversold, never exact',
  LIMIT,
  async () => {
    const strategy = modules.write('repeats', 'return calls() % 7;');
    const { audit } = await sell(strategy, { fields: { requests: '1000' } });
    // Oversold, too: it never runs out, as the last customer finds.
    assert.equal(audit.verdict, 'oversold');
    assert.equal(audit.duplicateTickets > 0, true);
    assert.deepEqual(audit.brokenPromises, ['noOversell']);
  },
);

test(
  'a promise that does not exist is refused, also one that every object inherits',
  LIMIT,
  async () => {
    const strategy = modules.write('promises', 'return grant();');
    const text = readFileSync(strategy, 'utf8').replace('noOversell', 'toString');
    const path = strategy.replace('promises.mjs', 'inherited.mjs');
    writeFileSync(path, text);
    await assert.rejects(sell(path), /must list its promises among/);
  },
);

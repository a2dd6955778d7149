// What becomes of a run whose sellers are served by a clerk: to its end, cut short, and when threads
// die. Each run must end by itself; the limit of a test only keeps a hang from going on.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { currentEpoch, systemClock } from '../../src/base/clock.ts';
import { type RunResult, resolveScenario } from '../../src/index.ts';
import { singleWriter } from '../../src/store/memory/single-writer.ts';
import type { ClerkTask, SalePlan } from '../../src/workers/protocol.ts';
import { contextOf } from '../../src/workers/sale-context.ts';
import { allocateSale, attachSale } from '../../src/workers/sale-memory.ts';
import { coldRun } from '../support/cold-run.ts';
import { failuresOf } from '../support/failures.ts';
import { inOneOf } from '../support/in-one-of.ts';

const LIMIT = { timeout: 120_000 };
/** A thread that is a clerk and no more; it counts as dead when it leaves. */
const CLERK_THREAD = `
  import { workerData } from 'node:worker_threads';
  const { task, sources } = workerData;
  const { clerk } = await import(sources + 'clerk.js');
  const { attachSale } = await import(sources + 'sale-memory.js');
  const { singleWriter } = await import(sources + '../store/memory/single-writer.js');
  await clerk(task);
  attachSale(task.memory, task.plan, singleWriter).crew.markDead(task.plan.threads);
`;
const SINGLE_WRITER = new URL('../../src/store/memory/single-writer.js', import.meta.url).href;

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'onsale-clerks-'));
});
after(() => rmSync(folder, { recursive: true }));

/** Statements that a thread runs at the points named; they see `context`, `calls` and `real`. */
interface Acts {
  /** At the beginning of a seller's `calls`th reservation in the sale itself. */
  readonly seller?: string;
  /** When a reservation is answered; sees `startMs`, when it began. */
  readonly answered?: string;
  /** When the clerk opens. */
  readonly opening?: string;
  /** When the clerk decides its `calls`th grant. */
  readonly grant?: string;
}

/** The single-writer strategy with something added; its file's URL. */
function write(name: string, acts: Acts): string {
  const { seller = '', answered = '', opening = '', grant = '' } = acts;
  const text = `
import { singleWriter } from ${JSON.stringify(SINGLE_WRITER)};
const { ownWords } = singleWriter;
export default {
  ...singleWriter,
  name: ${JSON.stringify(name)},
  describeWord: undefined,
  ownWords: (size) => ownWords(size) + 16,
  open(context) {
    const { words, own, size } = context;
    const reserver = singleWriter.open(context);
    const stamp = own + ownWords(size);
    const real = size.members > 1;
    let calls = 0;
    return {
      ...reserver,
      reserve(event, quantity, client) {
        if (!real) return reserver.reserve(event, quantity, client);
        calls++;
        ${seller}
        const startMs = context.nowMs();
        const answer = reserver.reserve(event, quantity, client);
        ${answered}
        return answer;
      },
    };
  },
  openClerk(context) {
    const { words, own, size } = context;
    const stamp = own + ownWords(size);
    let calls = 0;
    const work = () => {
      calls++;
      ${grant}
      context.work();
    };
    ${opening}
    return singleWriter.openClerk({ ...context, work });
  },
};
`;
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, text);
  return pathToFileURL(path).href;
}

function sell(
  strategy: string,
  fields: Readonly<Record<string, string>> = {},
  options: Partial<Parameters<typeof coldRun>[0]> = {},
): Promise<RunResult> {
  const scenario = resolveScenario({
    fields: { requests: '5000', rate: 'max', threads: '3', tickets: '10000', ...fields },
  });
  return coldRun({ strategy, scenario, ...options });
}

/** The run is incomplete for all these reasons, and for none but these and those it `may` have. */
function assertIncomplete(
  { audit, health }: RunResult,
  reasons: readonly RegExp[],
  may: readonly RegExp[] = [],
): void {
  assert.equal(audit.verdict, 'incomplete');
  assert.deepEqual([audit.oversold, audit.duplicateTickets], [0, 0]);
  for (const expected of reasons) {
    assert.ok(
      health.reasons.some((reason) => expected.test(reason)),
      health.reasons.join('; '),
    );
  }
  const known = [...reasons, ...may];
  const others = health.reasons.filter((reason) => !known.some((each) => each.test(reason)));
  assert.deepEqual(others, []);
}

for (const threads of ['1', '2', '5']) {
  test(`sells exactly what there is through a clerk: sellers: ${threads}`, LIMIT, async () => {
    const fields = { threads, events: '3', tickets: '50', mix: 'reserve=80,cancel=10,browse=10' };
    const { audit, health, outcomes, stream } = await sell('single-writer', fields);
    assert.deepEqual(failuresOf(health), []);
    assert.equal(audit.verdict, 'exact');
    const served = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
    assert.equal(served, stream.requests);
  });
}

test("the clerk's time counts from the opening, as the sellers' does", LIMIT, async () => {
  const strategy = write('stamps', {
    grant: 'words.store(stamp, context.nowMs());',
    answered: `
      const decidedMs = words.load(stamp);
      if (answer >= 0 && (decidedMs < startMs || decidedMs > context.nowMs())) {
        throw new Error('decided at ' + decidedMs + ', asked at ' + startMs);
      }`,
  });
  const { health } = await sell(strategy, { threads: '1', requests: '500' });
  assert.deepEqual(failuresOf(health), []);
});

test(
  'an abort in the middle of a slow sale ends every thread by itself: 3 sellers',
  LIMIT,
  async () => {
    await inOneOf(5, async () => {
      const controller = new AbortController();
      const result = await sell(
        'single-writer',
        // A seller finishes the 64 requests it has claimed: together some 100 ms, of the second it has.
        { workInside: '500us' },
        {
          signal: controller.signal,
          onProgress: ({ completed }) => {
            if (completed > 0) controller.abort();
          },
        },
      );
      assertIncomplete(result, [/^interrupted$/]);
      assert.ok(result.outcomes.reserved > 0 && result.outcomes.reserved < 5000);
    });
  },
);

test('an abort before the opening ends every thread by itself: 3 sellers', LIMIT, async () => {
  await inOneOf(5, async () => {
    const result = await sell('single-writer', {}, { signal: AbortSignal.abort() });
    assertIncomplete(result, [/^interrupted$/]);
  });
});

test('the clerk serves a seller that saw the opening just before the stop that the clerk saw', async (t) => {
  const plan: SalePlan = {
    strategy: 'single-writer',
    events: 1,
    ticketsPerEvent: 5,
    clients: 1,
    threads: 1,
    requests: 10,
    model: 'saturating',
    cancels: false,
    workInsideNs: 0,
    workOutsideNs: 0,
    kernel: 'js',
    records: false,
    measures: true,
    expectedNs: 0,
    warmsUp: false,
  };
  const task: ClerkTask = { plan, memory: allocateSale(plan, singleWriter), epoch: currentEpoch() };
  const sale = attachSale(task.memory, plan, singleWriter);
  sale.control.stop();
  const sources = new URL('../../src/workers/', import.meta.url).href;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(CLERK_THREAD)}`), {
    workerData: { task, sources },
  });
  t.after(() => worker.terminate());
  const ended = new Promise((resolve) => {
    worker.once('exit', resolve);
  });
  await new Promise((resolve) => {
    worker.once('online', resolve);
  });
  const contention = { retries: 0, waits: 0 };
  const clock = systemClock(task.epoch);
  const seller = singleWriter.open(contextOf(plan, singleWriter, sale, 0, clock, contention));
  assert.equal(seller.reserve(0, 2, 0), 0);
  seller.close();
  assert.equal(await ended, 0);
});

const TOLD = /^worker \d: the clerk's desk was abandoned: worker 3 died holding it$/;

test('sellers hear of it when the clerk throws, and it is named: 3 sellers', LIMIT, async () => {
  const strategy = write('clerk-throws', {
    grant: "if (calls === 50) throw new Error('out of ink');",
  });
  const result = await sell(strategy);
  assertIncomplete(result, [/^clerk: out of ink$/, TOLD]);
  assert.ok(result.outcomes.reserved >= 46 && result.outcomes.reserved <= 49);
});

test('sellers hear of it when the clerk exits, and it is named: 3 sellers', LIMIT, async () => {
  const strategy = write('clerk-exits', { grant: 'if (calls === 50) process.exit(3);' });
  assertIncomplete(await sell(strategy), [/^clerk: .*exit.*3/, TOLD]);
});

test('a clerk that fails to open is named', LIMIT, async () => {
  const strategy = write('clerk-opens', { opening: "throw new Error('no key');" });
  const result = await sell(strategy);
  // A seller that is stopped before it asks has nothing to hear of.
  assertIncomplete(result, [/^clerk: openClerk of clerk-opens fails: no key$/], [TOLD]);
  assert.equal(result.outcomes.reserved, 0);
});

test('a clerk that loops for ever is ended after an abort, and named', LIMIT, async () => {
  const strategy = write('clerk-loops', { grant: 'if (calls === 50) for (;;);' });
  const controller = new AbortController();
  const result = await sell(
    strategy,
    { threads: '2' },
    {
      signal: controller.signal,
      onProgress: ({ completed }) => {
        if (completed > 0) controller.abort();
      },
    },
  );
  assert.equal(result.health.reasons[0], 'interrupted');
  assert.match(result.health.reasons.at(-1) as string, /clerk.*: ended, not having stopped/);
});

for (const [how, dies, reason] of [
  ['throws', "throw new Error('out of paper')", /^worker 1: out of paper$/],
  ['exits', 'process.exit(3)', /^worker 1: .*exit.*3/],
] as const) {
  test(
    `the clerk serves the others to their end when a seller ${how}: 3 sellers`,
    LIMIT,
    async () => {
      const strategy = write(`seller-${how}`, {
        seller: `if (context.self === 1 && calls === 20) ${dies};`,
      });
      const result = await sell(strategy);
      assertIncomplete(result, [reason]);
      assert.ok(result.outcomes.reserved >= 19);
    },
  );
}

test('the clerk leaves when its last seller dies: 1 seller', LIMIT, async () => {
  const strategy = write('last-seller-exits', { seller: 'if (calls === 20) process.exit(3);' });
  assertIncomplete(await sell(strategy, { threads: '1' }), [/^worker 0: .*exit.*3/]);
});

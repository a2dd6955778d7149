import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Crew } from '../../src/store/crew.ts';
import { Layout } from '../../src/store/layout.ts';
import { MAX_SUSPECTS, SuspectLog } from '../../src/store/refusals.ts';
import { Tally } from '../../src/store/tally.ts';
import { allocateWords } from '../../src/store/words.ts';
import { BATCH_SUSPECTS, RefusalWatch } from '../../src/workers/refusal-watch.ts';
import { Books } from '../support/books.ts';
import fc from '../support/fast-check.ts';

const SUSPECT = { event: 0, quantity: 1, startNs: 10, endNs: 20 };

interface WatchTerms {
  readonly tickets: number;
  readonly crewSize: number;
  readonly cancels: boolean;
  readonly log: SuspectLog;
}

/** The watch of member 0, and what it watches. */
function openWatch(terms: Partial<WatchTerms> = {}) {
  const { tickets = 10, crewSize = 2, cancels = false } = terms;
  const log = terms.log ?? new SuspectLog(SuspectLog.allocate());
  const layout = new Layout();
  const at = { crew: Crew.reserve(layout, crewSize), tally: Tally.reserve(layout, 1) };
  const words = allocateWords(layout.words);
  const crew = new Crew(words, at.crew, crewSize);
  const tally = new Tally(words, at.tally, 1);
  const context = { log, tally, crew, self: 0, ticketsPerEvent: tickets, cancels };
  const open = (): RefusalWatch => new RefusalWatch(context);
  return { log, crew, tally, open, watch: open() };
}

function watchBatch(watch: RefusalWatch, suspect: typeof SUSPECT = SUSPECT): void {
  for (let i = 0; i < BATCH_SUSPECTS; i++) watch.watch(suspect);
}

describe('without cancels', () => {
  test('what is still free after the grace period is settled, and forgotten: 2 batches', () => {
    const { watch, log } = openWatch();
    watchBatch(watch);
    assert.equal(watch.settled, 0);
    watchBatch(watch);
    assert.equal(watch.settled, BATCH_SUSPECTS);
    watch.finish();
    assert.deepEqual([watch.settled, log.length], [BATCH_SUSPECTS, BATCH_SUSPECTS]);
  });

  test('nothing is settled while another thread is still at what it did then', () => {
    const { open, crew } = openWatch();
    // Its own chunk does not matter: what it has done itself, it has done.
    crew.pass(0);
    crew.pass(1);
    const watch = open();
    for (let batch = 0; batch < 3; batch++) watchBatch(watch);
    assert.equal(watch.settled, 0);
    crew.pass(1);
    // The first look after that puts all aside, the next one settles it.
    watchBatch(watch);
    assert.equal(watch.settled, 0);
    watchBatch(watch);
    assert.equal(watch.settled, 4 * BATCH_SUSPECTS);
  });

  test('a thread that finished and began anew meanwhile holds up nothing', () => {
    const { open, crew } = openWatch();
    crew.pass(1);
    const watch = open();
    crew.pass(1);
    crew.pass(1);
    watchBatch(watch);
    crew.pass(1);
    crew.pass(1);
    watchBatch(watch);
    assert.equal(watch.settled, BATCH_SUSPECTS);
  });

  test('what the tally no longer clears is kept for the audit', () => {
    const { watch, log, tally } = openWatch({ tickets: 1 });
    watchBatch(watch);
    tally.add(0, 1);
    watchBatch(watch);
    watch.finish();
    assert.deepEqual([watch.settled, log.length], [0, 2 * BATCH_SUSPECTS]);
    assert.deepEqual(log.suspect(0), SUSPECT);
  });

  test('exactly enough is enough, one less is not: 3 of 10 left', () => {
    for (const [quantity, settled] of [
      [3, BATCH_SUSPECTS],
      [4, 0],
    ] as const) {
      const { watch, tally } = openWatch({ tickets: 10 });
      tally.add(0, 7);
      watchBatch(watch, { ...SUSPECT, quantity });
      watchBatch(watch, { ...SUSPECT, quantity });
      assert.equal(watch.settled, settled);
    }
  });
});

test('with cancels every suspect is kept at once', () => {
  const { watch, log } = openWatch({ cancels: true });
  for (let i = 1; i <= 3 * BATCH_SUSPECTS; i++) {
    watch.watch(SUSPECT);
    if (log.length !== i) assert.fail(`${log.length} of ${i} suspects are kept`);
  }
  watch.finish();
  assert.deepEqual([watch.settled, log.length], [0, 3 * BATCH_SUSPECTS]);
});

test('what the log has no room for is counted as forgotten: 3 suspects', () => {
  const memory = SuspectLog.allocate();
  // Filling it takes seconds: the first word says how many entries there are.
  new Int32Array(memory, 0, 1)[0] = MAX_SUSPECTS - 1;
  const { watch } = openWatch({ cancels: true, log: new SuspectLog(memory) });
  for (let i = 0; i < 4; i++) watch.watch(SUSPECT);
  assert.equal(watch.forgotten, 3);
});

test('finishing twice keeps nothing twice', () => {
  const { watch, log } = openWatch();
  watch.watch(SUSPECT);
  watch.finish();
  watch.finish();
  assert.equal(log.length, 1);
});

// Threads 1 and 2 sell in chunks, step by step; thread 0 is refused, now and then, so often that its
// watch has to settle. However the steps fall, as many refusals are false as there truly were.
const CREW = 3;
const TICKETS = 6;
const turn = fc.record({
  member: fc.nat({ max: CREW - 1 }),
  quantity: fc.integer({ min: 1, max: 3 }),
});

test('settled and audited together are all false refusals, none more: random interleavings', () => {
  fc.assert(
    fc.property(fc.array(turn, { minLength: 5, maxLength: 60 }), (turns) => {
      const books = new Books({ ticketsPerEvent: TICKETS, workers: CREW });
      const log = books.suspects[0] as SuspectLog;
      const { watch, tally, crew } = openWatch({ tickets: TICKETS, crewSize: CREW, log });
      const grants: { startNs: number; quantity: number }[] = [];
      const refusals: { endNs: number; quantity: number }[] = [];
      const steps = Array.from({ length: CREW }, () => 0);
      let nowNs = 0;
      const finishing: ((() => void) | undefined)[] = [];
      const sizes: number[] = [];
      for (const { member, quantity } of turns) {
        nowNs++;
        if (member === 0) {
          refusals.push({ endNs: nowNs, quantity });
          // As the loop does: only what the tally leaves free is watched at all.
          if (TICKETS - tally.held(0) < quantity) continue;
          watchBatch(watch, { event: 0, quantity, startNs: nowNs, endNs: nowNs });
          continue;
        }
        // A chunk of two grants, in steps: begin, count, record; begin, count, record and finish.
        const step = steps[member] as number;
        steps[member] = (step + 1) % 6;
        if (step === 0) crew.pass(member);
        if (step % 3 === 0) {
          const grant = { startNs: nowNs, quantity };
          grants.push(grant);
          finishing[member] = () => {
            const facts = { ...grant, ticket: grants.indexOf(grant) * 4, endNs: nowNs };
            books.grant(facts, member);
          };
          sizes[member] = quantity;
        } else if (step % 3 === 1) {
          tally.add(0, sizes[member] as number);
        } else {
          finishing[member]?.();
          finishing[member] = undefined;
          if (step === 5) crew.pass(member);
        }
      }
      // All finish what they have begun, as threads do at the end.
      for (const finish of finishing) finish?.();
      watch.finish();
      const truly = refusals.filter(({ endNs, quantity }) => {
        const begun = grants.filter(({ startNs }) => startNs <= endNs);
        return begun.reduce((left, grant) => left - grant.quantity, TICKETS) >= quantity;
      });
      const { audit } = books.audit({ settledFalseSoldOut: watch.settled });
      assert.equal(audit.falseSoldOut, truly.length * BATCH_SUSPECTS);
    }),
    { numRuns: 100 },
  );
});

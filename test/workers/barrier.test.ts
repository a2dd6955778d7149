import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Barrier, type Parties } from '../../src/workers/barrier.ts';
import { StagedWords } from '../support/staged-words.ts';

const BARRIER_URL = new URL('../../src/workers/barrier.js', import.meta.url).href;

/**
 * Meets the others so often, and notes for each round how many had come before it was let through: its
 * word of the notes counts a round before it meets, so all words say so much or one more.
 */
const THREAD = `
  import { parentPort, workerData } from 'node:worker_threads';
  const { Barrier } = await import(workerData.url);
  const { gate, notes, self, rounds, parties, leaves } = workerData;
  const counts = new Int32Array(notes);
  const stop = new Int32Array(workerData.stop);
  const barrier = Barrier.attach(gate, { ...parties, abandoned: () => Atomics.load(stop, 0) === 1 });
  let early = 0;
  let met = 0;
  for (let round = 1; round <= rounds; round++) {
    if (round === leaves) { Atomics.store(stop, 0, 1); break; }
    Atomics.store(counts, self, round);
    if (!barrier.meet()) break;
    met++;
    for (let other = 0; other < parties.count; other++) {
      const theirs = Atomics.load(counts, other);
      if (theirs < round || theirs > round + 1) early++;
    }
  }
  parentPort.postMessage({ early, met });
`;

interface Seen {
  /** How often somebody else was not there, or gone already. */
  readonly early: number;
  /** How many rounds it got through. */
  readonly met: number;
}

const workers: Worker[] = [];
after(() => Promise.all(workers.map((worker) => worker.terminate())));

function meetInThreads(
  rounds: number,
  parties: Omit<Parties, 'abandoned'>,
  leaves?: number,
): Promise<Seen[]> {
  const shared = {
    url: BARRIER_URL,
    gate: Barrier.allocate(),
    notes: new SharedArrayBuffer(4 * parties.count),
    stop: new SharedArrayBuffer(4),
    rounds,
    parties,
  };
  const url = new URL(`data:text/javascript,${encodeURIComponent(THREAD)}`);
  return Promise.all(
    Array.from({ length: parties.count }, (_, self) => {
      const workerData = { ...shared, self, leaves: self === 0 ? leaves : undefined };
      const worker = new Worker(url, { workerData });
      workers.push(worker);
      return new Promise<Seen>((resolve, reject) => {
        worker.on('message', resolve);
        worker.on('error', reject);
      });
    }),
  );
}

for (const [count, spins] of [
  [2, true],
  [2, false],
  [4, false],
] as const) {
  const how = spins ? 'waiting busily' : 'asleep';
  test(`nobody is let through before all have come: ${count} threads ${how}, 300 rounds`, async () => {
    const seen = await meetInThreads(300, { count, atOnce: 2, spins });
    assert.deepEqual(
      seen,
      Array.from({ length: count }, () => ({ early: 0, met: 300 })),
    );
  });
}

test('who waits for somebody who has left is let go: 3 threads, one leaves in round 20', async () => {
  const seen = await meetInThreads(1000, { count: 3, atOnce: 2, spins: true }, 20);
  assert.deepEqual(
    seen.map(({ met }) => met),
    [19, 19, 19],
  );
});

function staged(parties: Partial<Parties> = {}) {
  const gate = Barrier.allocate();
  const words = new StagedWords(gate);
  const all = { count: 2, atOnce: 2, spins: true, abandoned: () => false, ...parties };
  return {
    words,
    mine: new Barrier(words, all),
    other: Barrier.attach(gate, { ...all, atOnce: 1 }),
  };
}

test('one alone waits for nobody', () => {
  const { mine } = staged({ count: 1, atOnce: 1 });
  assert.equal(mine.meet(), true);
  assert.equal(mine.meet(), true);
});

test('who comes last lines up with those who wait', () => {
  const { words, mine, other } = staged();
  let turns = 0;
  words.turn = () => {
    if (++turns === 5) other.meet();
  };
  assert.equal(mine.meet(), true);
  assert.equal(turns, 5, 'it went on without the other, or waited when it was there');
});

test('nobody comes to a barrier that is abandoned, or stays there', () => {
  let abandoned = true;
  const { words, mine } = staged({ abandoned: () => abandoned, spins: false });
  assert.equal(mine.meet(), false);
  abandoned = false;
  words.turn = () => {
    abandoned = true;
  };
  assert.equal(mine.meet(), false);
});

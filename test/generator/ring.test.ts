import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { emptyRequest, REQUEST_WORDS } from '../../src/generator/request.ts';
import { allocateRing, RingReader, RingWriter, stopRing } from '../../src/generator/ring.ts';
import { BLOCK_REQUESTS, BLOCK_WORDS, RING_BLOCKS } from '../../src/generator/ring-layout.ts';
import { AtomicWords } from '../../src/store/words.ts';
import fc from '../support/fast-check.ts';
import { isWhole, numberedSource } from '../support/numbered-requests.ts';
import type { RingThreadData, RingThreadReport } from '../support/ring-thread.ts';
import { ScriptedWords } from '../support/scripted-words.ts';

const CAPACITY = RING_BLOCKS * BLOCK_REQUESTS;
const CHUNKS = [1, 2, 4, 8, 16, 32, 64];

/** Publishes all of `requests` numbered requests; waits whenever the ring says so. */
function publishAll(words: AtomicWords, requests: number, window?: number): void {
  const writer = new RingWriter(words);
  const source = numberedSource(requests);
  const block = new Int32Array(BLOCK_WORDS);
  for (let count = BLOCK_REQUESTS; count === BLOCK_REQUESTS; ) {
    assert.ok(writer.awaitSlot(window));
    count = source.fill(block);
    writer.publish(block, count);
  }
}

/** Places in the stream of the requests left in the claimed chunk. */
function readChunk(reader: RingReader): number[] {
  const request = emptyRequest();
  const places: number[] = [];
  while (reader.read(request)) {
    assert.ok(isWhole(request), `request ${request.client} is not as it was written`);
    places.push(request.client);
  }
  return places;
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** One writer and some readers, each a thread, on one ring of `requests` requests. */
async function transfer(
  requests: number,
  readers: number,
  chunk: number,
): Promise<{ reports: RingThreadReport[]; taken: Int32Array }> {
  const ring = allocateRing();
  const taken = new SharedArrayBuffer(Math.max(1, requests) * 4);
  const read = { role: 'read', chunk } as const;
  const jobs: RingThreadData['job'][] = [
    ...Array.from({ length: readers }, () => read),
    { role: 'write', requests },
  ];
  const workers = jobs.map((job) => threadFor({ ring, taken, job }));
  try {
    const reports = await Promise.all(workers.map(reportOf));
    return { reports: reports.slice(0, readers), taken: new Int32Array(taken) };
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function threadFor(workerData: RingThreadData): Worker {
  return new Worker(new URL('../support/ring-thread.js', import.meta.url), { workerData });
}

function reportOf(worker: Worker): Promise<RingThreadReport> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.on('message', (message: RingThreadReport | 'ready') => {
      if (message !== 'ready') resolve(message);
    });
  });
}

for (const chunk of [1, 64]) {
  // A part of a block, whole blocks only, and three times what the ring holds.
  for (const requests of [10, 320, 3 * CAPACITY + 1]) {
    test(`3 threads take every request once, in order: ${requests} requests by ${chunk}`, {
      timeout: 20_000,
    }, async () => {
      const { reports, taken } = await transfer(requests, 3, chunk);
      assert.deepEqual(
        reports.map(({ fault }) => fault),
        [-1, -1, -1],
      );
      assert.equal(
        reports.reduce((sum, report) => sum + report.requests, 0),
        requests,
      );
      assert.equal(
        taken.findIndex((times) => times !== 1),
        -1,
      );
    });
  }
}

test('readers take every request once, in order: up to 300 requests, 4 readers, any chunk', () => {
  const turns = fc.infiniteStream(fc.nat(3));
  fc.assert(
    fc.property(fc.nat(300), fc.constantFrom(...CHUNKS), turns, (requests, chunk, order) => {
      const words = new ScriptedWords(allocateRing());
      publishAll(words, requests);
      const readers = Array.from({ length: 4 }, () => new RingReader(words, chunk));
      const places: number[] = [];
      const ended = new Set<RingReader>();
      for (const turn of order) {
        const reader = readers[turn] as RingReader;
        if (!ended.has(reader) && reader.claim()) {
          places.push(...readChunk(reader));
          reader.release();
        } else ended.add(reader);
        if (places.length === requests && ended.size > 0) break;
      }
      assert.deepEqual(places, upTo(requests));
      for (const reader of readers) assert.equal(reader.claim(), false);
    }),
  );
});

test('a chunk is whole but for the last: 100 requests by 16', () => {
  const words = new ScriptedWords(allocateRing());
  publishAll(words, 100);
  const reader = new RingReader(words, 16);
  const sizes: number[] = [];
  while (reader.claim()) sizes.push(readChunk(reader).length);
  assert.deepEqual(sizes, [16, 16, 16, 16, 16, 16, 4]);
});

test('every claim after the end is told that it is over: 0, 63, 64 and 65 requests', () => {
  for (const requests of [0, 63, 64, 65]) {
    const words = new ScriptedWords(allocateRing());
    publishAll(words, requests);
    const reader = new RingReader(words, 64);
    while (reader.claim()) reader.release();
    for (let i = 0; i < 100; i++) assert.equal(reader.claim(), false);
    assert.deepEqual(words.waits, []);
  }
});

test('a chunk that does not divide a block is refused: 3 and 128', () => {
  const words = new AtomicWords(allocateRing());
  for (const chunk of [3, 128]) {
    assert.throws(() => new RingReader(words, chunk), new RegExp(`chunk of ${chunk}`));
  }
});

test('a reader that waits is woken by the next block, and says that it waited', () => {
  const words = new ScriptedWords(allocateRing());
  const writer = new RingWriter(words);
  const reader = new RingReader(words, 64);
  const source = numberedSource(64 + 10);
  const block = new Int32Array(BLOCK_WORDS);
  const publish = () => writer.publish(block, source.fill(block));
  words.whenWaiting = (index) => {
    publish();
    assert.ok(words.notified.includes(index), 'publishing does not wake who waits');
  };
  assert.ok(reader.claim() && reader.waited);
  assert.deepEqual(readChunk(reader), upTo(64));
  publish();
  assert.ok(reader.claim() && !reader.waited);
  assert.deepEqual(readChunk(reader), upTo(74).slice(64));
});

test('a reader that waits beyond the end is woken by it: 64 requests, 5 readers', () => {
  const words = new ScriptedWords(allocateRing());
  const writer = new RingWriter(words);
  const block = new Int32Array(BLOCK_WORDS);
  writer.publish(block, numberedSource(64).fill(block));
  for (let i = 0; i < 4; i++) {
    // Each claims a block after the last one; the first of them sees the end come.
    words.whenWaiting = () => writer.publish(block, 0);
    assert.equal(new RingReader(words, 64).claim(), i === 0);
  }
  assert.equal(words.waits.length, 1);
});

test('a full ring holds its writer until the oldest block is out whole: 65,536 requests by 1', () => {
  const words = new ScriptedWords(allocateRing());
  const reader = new RingReader(words, 1);
  let released = 0;
  words.whenWaiting = () => {
    // What lies at the writer's next place is still what was written there first.
    assert.ok(reader.claim());
    assert.deepEqual(readChunk(reader), [released]);
    reader.release();
    released++;
  };
  publishAll(words, CAPACITY + 10);
  assert.equal(released, BLOCK_REQUESTS);
  assert.ok(
    words.notified.includes(words.waits[0] as number),
    'releasing does not wake the writer',
  );
});

test('one slow reader holds the writer, whatever the others have taken: 2 readers by 64', () => {
  const words = new ScriptedWords(allocateRing());
  const slow = new RingReader(words, 64);
  const fast = new RingReader(words, 64);
  let waits = 0;
  words.whenWaiting = () => {
    waits++;
    if (waits === 1) {
      assert.ok(slow.claim());
      for (let block = 1; block < RING_BLOCKS; block++) {
        assert.ok(fast.claim());
        fast.release();
      }
    } else {
      // Everything else is free, yet not overwritten: the slow one still finds its own.
      assert.deepEqual(readChunk(slow), upTo(64));
      slow.release();
    }
  };
  publishAll(words, CAPACITY + 64 - 1);
  assert.equal(waits, 2);
});

test('nothing is overwritten before it is given back: 70,000 requests, 5 readers in any order', () => {
  const choices = fc.infiniteStream(fc.nat(4));
  const windows = fc.constantFrom(1, 2, 3, RING_BLOCKS);
  fc.assert(
    fc.property(fc.constantFrom(16, 32, 64), windows, choices, (chunk, window, order) => {
      const requests = 70_000;
      const words = new ScriptedWords(allocateRing());
      const readers = Array.from({ length: 5 }, () => new RingReader(words, chunk));
      const holding = new Set<RingReader>();
      const seen = new Uint8Array(requests);
      let claims = 0;
      const giveBack = (reader: RingReader): void => {
        for (const place of readChunk(reader)) seen[place] = (seen[place] as number) + 1;
        reader.release();
        holding.delete(reader);
      };
      const step = (available: number): void => {
        const reader = readers[order.next().value as number] as RingReader;
        if (holding.has(reader)) giveBack(reader);
        else if ((claims + 1) * chunk <= available) {
          claims++;
          assert.ok(reader.claim());
          holding.add(reader);
        }
      };
      let available = 0;
      const writer = new RingWriter(words);
      const source = numberedSource(requests);
      const block = new Int32Array(BLOCK_WORDS);
      words.whenWaiting = () => step(available);
      for (let count = BLOCK_REQUESTS; count === BLOCK_REQUESTS; available += count) {
        assert.ok(writer.awaitSlot(window));
        count = source.fill(block);
        writer.publish(block, count);
      }
      for (const reader of readers) {
        if (holding.has(reader)) giveBack(reader);
        while (reader.claim()) giveBack(reader);
      }
      assert.equal(
        seen.findIndex((times) => times !== 1),
        -1,
      );
    }),
    { numRuns: 20 },
  );
});

test('the writer keeps no more blocks ahead than its window: 1, 2 and 7 blocks', () => {
  for (const window of [1, 2, 7]) {
    const words = new ScriptedWords(allocateRing());
    const writer = new RingWriter(words);
    const reader = new RingReader(words, 64);
    const block = new Int32Array(BLOCK_WORDS);
    let ahead = 0;
    words.whenWaiting = () => {
      assert.equal(ahead, window);
      assert.ok(reader.claim());
      reader.release();
      ahead--;
    };
    for (let i = 0; i < 3000; i++) {
      assert.ok(writer.awaitSlot(window));
      writer.publish(block, BLOCK_REQUESTS);
      ahead++;
    }
    assert.equal(words.waits.length, 3000 - window);
  }
});

test('stopping ends a reader that waits and wakes it up', () => {
  const words = new ScriptedWords(allocateRing());
  words.whenWaiting = (index) => {
    stopRing(words);
    assert.ok(words.notified.includes(index), 'stopping does not wake the reader');
  };
  assert.equal(new RingReader(words, 64).claim(), false);
  assert.equal(words.waits.length, 1);
});

test('stopping ends a writer that waits and wakes it up, wherever in the ring: 5 places', () => {
  for (const blocks of [1, 2, 500, RING_BLOCKS, RING_BLOCKS + 3]) {
    const words = new ScriptedWords(allocateRing());
    const writer = new RingWriter(words);
    const reader = new RingReader(words, 64);
    const block = new Int32Array(BLOCK_WORDS);
    for (let i = 0; i < blocks; i++) {
      assert.ok(writer.awaitSlot());
      writer.publish(block, BLOCK_REQUESTS);
      if (i < blocks - 1 && reader.claim()) reader.release();
    }
    words.whenWaiting = (index) => {
      stopRing(words);
      assert.ok(words.notified.includes(index), 'stopping does not wake the writer');
    };
    assert.equal(writer.awaitSlot(1), false);
    assert.ok(writer.stopped);
    assert.equal(words.waits.length, 1);
  }
});

test('a stop ends a reading thread: an empty ring', { timeout: 20_000 }, async () => {
  const ring = allocateRing();
  const worker = threadFor({ ring, taken: ring, job: { role: 'read', chunk: 1 } });
  const report = reportOf(worker);
  await once(worker, 'online');
  stopRing(new AtomicWords(ring));
  assert.equal((await report).requests, 0);
  await worker.terminate();
});

test('a stop ends a writing thread: a full ring', { timeout: 20_000 }, async () => {
  const ring = allocateRing();
  const requests = CAPACITY + 64;
  const worker = threadFor({ ring, taken: ring, job: { role: 'write', requests } });
  const report = reportOf(worker);
  // Its first message says that the ring is full: what remains for it is to wait.
  await once(worker, 'message');
  stopRing(new AtomicWords(ring));
  assert.equal((await report).requests, CAPACITY);
  await worker.terminate();
});

test('what was claimed before the stop may still be read, nothing else: 3 blocks', () => {
  const words = new ScriptedWords(allocateRing());
  publishAll(words, 3 * 64);
  const reader = new RingReader(words, 64);
  assert.ok(reader.claim());
  stopRing(words);
  assert.deepEqual(readChunk(reader), upTo(64));
  reader.release();
  assert.equal(reader.claim(), false);
  assert.equal(new RingReader(words, 64).claim(), false);
});

test('a stopped ring takes nothing in, even when it is empty', () => {
  const words = new ScriptedWords(allocateRing());
  stopRing(words);
  assert.equal(new RingWriter(words).awaitSlot(), false);
});

test('a chunk may be left unread and is read once only: 64 requests', () => {
  const words = new ScriptedWords(allocateRing());
  publishAll(words, 128);
  const reader = new RingReader(words, 64);
  const request = emptyRequest();
  assert.equal(reader.read(request), false);
  assert.ok(reader.claim() && reader.read(request));
  assert.ok(reader.claim() && reader.read(request));
  assert.equal(request.client, 64);
  assert.equal(BLOCK_WORDS, BLOCK_REQUESTS * REQUEST_WORDS);
});

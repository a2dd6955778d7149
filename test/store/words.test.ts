import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { AtomicWords, allocateWords } from '../../src/store/words.ts';

test('words begin as zero, and there are as many as asked for: 5 words', () => {
  const words = allocateWords(5);
  assert.equal(words.length, 5);
  assert.deepEqual(
    Array.from({ length: 5 }, (_, i) => words.load(i)),
    [0, 0, 0, 0, 0],
  );
});

test('what is set or stored is got and loaded', () => {
  const words = allocateWords(2);
  words.set(0, -7);
  words.store(1, 8);
  assert.deepEqual([words.get(0), words.load(0), words.get(1), words.load(1)], [-7, -7, 8, 8]);
});

test('add, sub and exchange return what the word held before', () => {
  const words = allocateWords(1);
  words.store(0, 10);
  assert.equal(words.add(0, 5), 10);
  assert.equal(words.sub(0, 3), 15);
  assert.equal(words.exchange(0, 99), 12);
  assert.equal(words.load(0), 99);
});

test('compareExchange writes only over the expected value, and returns what it found either way', () => {
  const words = allocateWords(1);
  words.store(0, 4);
  assert.equal(words.compareExchange(0, 5, 6), 4);
  assert.equal(words.load(0), 4);
  assert.equal(words.compareExchange(0, 4, 6), 4);
  assert.equal(words.load(0), 6);
});

test('wait does not sleep over another value, and gives up after its time', () => {
  const words = allocateWords(1);
  assert.equal(words.wait(0, 1), 'not-equal');
  assert.equal(words.wait(0, 0, 0), 'timed-out');
});

test('notify returns how many it woke: nobody, then one sleeping thread', async (t) => {
  const words = allocateWords(1);
  assert.equal(words.notify(0), 0);
  const sleeper = `
    const { parentPort, workerData } = require('node:worker_threads');
    parentPort.postMessage(Atomics.wait(new Int32Array(workerData), 0, 0));
  `;
  const worker = new Worker(sleeper, { eval: true, workerData: words.buffer });
  t.after(() => worker.terminate());
  const heard = new Promise<string>((resolve) => worker.once('message', resolve));
  // Nothing tells from outside when the thread sleeps, except that a notify finds it.
  const woken = await new Promise<number>((resolve) => {
    const look = (): void => {
      const count = words.notify(0);
      if (count > 0) resolve(count);
      else setImmediate(look);
    };
    look();
  });
  assert.equal(woken, 1);
  assert.equal(await heard, 'ok');
});

test('two handles on one buffer share the words, and nothing is copied', () => {
  const words = allocateWords(3);
  const others = new AtomicWords(words.buffer);
  words.add(2, 41);
  others.add(2, 1);
  assert.equal(words.load(2), 42);
  assert.equal(others.length, 3);
});

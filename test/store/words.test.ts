import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import {
  allocateMemory,
  attachWords,
  KERNELS,
  type Kernel,
} from '../../src/store/compiled-words.ts';
import type { AtomicWords } from '../../src/store/words.ts';

function allocate(kernel: Kernel, length: number): AtomicWords {
  return attachWords(allocateMemory(kernel, length));
}

for (const kernel of KERNELS) {
  describe(`reached by ${kernel}`, () => {
    test('words begin as zero, and there are no fewer than asked for: 5 words', () => {
      const words = allocate(kernel, 5);
      assert.ok(words.length >= 5);
      assert.deepEqual(
        Array.from({ length: 5 }, (_, i) => words.load(i)),
        [0, 0, 0, 0, 0],
      );
    });

    test('what is set or stored is got and loaded', () => {
      const words = allocate(kernel, 2);
      words.set(0, -7);
      words.store(1, 8);
      assert.deepEqual([words.get(0), words.load(0), words.get(1), words.load(1)], [-7, -7, 8, 8]);
    });

    test('add, sub and exchange return what the word held before', () => {
      const words = allocate(kernel, 1);
      words.store(0, 10);
      assert.equal(words.add(0, 5), 10);
      assert.equal(words.sub(0, 3), 15);
      assert.equal(words.exchange(0, 99), 12);
      assert.equal(words.load(0), 99);
    });

    test('compareExchange writes only over the expected value, and returns what it found either way', () => {
      const words = allocate(kernel, 1);
      words.store(0, 4);
      assert.equal(words.compareExchange(0, 5, 6), 4);
      assert.equal(words.load(0), 4);
      assert.equal(words.compareExchange(0, 4, 6), 4);
      assert.equal(words.load(0), 6);
    });

    test('wait does not sleep over another value, and gives up after its time', () => {
      const words = allocate(kernel, 1);
      assert.equal(words.wait(0, 1), 'not-equal');
      assert.equal(words.wait(0, 0, 0), 'timed-out');
    });

    test('notify returns how many it woke: nobody, then one sleeping thread', async (t) => {
      const words = allocate(kernel, 1);
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
      const memory = allocateMemory(kernel, 3);
      const words = attachWords(memory);
      const others = attachWords(memory);
      words.add(2, 41);
      others.add(2, 1);
      assert.equal(words.load(2), 42);
    });

    test('an index beyond the words is refused', () => {
      const words = allocate(kernel, 1);
      for (const index of [-1, words.length]) assert.throws(() => words.load(index));
    });

    test('threads that add and compare at once lose nothing: 4 threads, 20,000 times each', async () => {
      const memory = allocateMemory(kernel, 32);
      const url = new URL('../../src/store/compiled-words.js', import.meta.url).href;
      const text = `
        import { workerData } from 'node:worker_threads';
        const { attachWords } = await import(workerData.url);
        const words = attachWords(workerData.memory);
        for (let i = 0; i < 20_000; i++) {
          words.add(0, 1);
          let seen;
          do seen = words.load(16); while (words.compareExchange(16, seen, seen + 1) !== seen);
        }
      `;
      const code = new URL(`data:text/javascript,${encodeURIComponent(text)}`);
      const threads = Array.from(
        { length: 4 },
        () => new Worker(code, { workerData: { url, memory } }),
      );
      await Promise.all(threads.map((thread) => once(thread, 'exit')));
      const words = attachWords(memory);
      assert.deepEqual([words.load(0), words.load(16)], [80_000, 80_000]);
    });
  });
}

const OPERATIONS = {
  load: 0,
  store: 1,
  add: 1,
  sub: 1,
  exchange: 1,
  compareExchange: 2,
} as const;
type Operation = keyof typeof OPERATIONS;

test('every operation answers and leaves the same whoever executes it: up to 100 in a row', () => {
  const name = fc.constantFrom(...(Object.keys(OPERATIONS) as Operation[]));
  // Small numbers meet what a word holds, large ones wrap.
  const value = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer());
  const step = fc.tuple(name, fc.nat(3), fc.array(value, { minLength: 2, maxLength: 2 }));
  const [js, wasm] = [attachWords(allocateMemory('js', 4)), attachWords(allocateMemory('wasm', 4))];
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      for (const words of [js, wasm]) words.clear(0, 4);
      for (const [operation, index, values] of steps) {
        const given = values.slice(0, OPERATIONS[operation]);
        const answers = [js, wasm].map((words) => {
          const call = words[operation] as (index: number, ...values: number[]) => number;
          return call.call(words, index, ...given);
        });
        assert.equal(answers[0], answers[1], operation);
      }
      const left = [js, wasm].map((words) => [0, 1, 2, 3].map((index) => words.get(index)));
      assert.deepEqual(left[0], left[1]);
    }),
  );
});

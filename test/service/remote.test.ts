import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageChannel, Worker } from 'node:worker_threads';
import { Refusal } from '../../src/service/refusals.ts';
import { type Remote, remoteCalls } from '../../src/service/remote/remote-calls.ts';
import type { Answers } from '../support/answering-thread.ts';

const THREAD_URL = new URL('../support/answering-thread.js', import.meta.url);
const NAMES = [
  'add',
  'refuse',
  'fail',
  'answerFunction',
  'tellThenAnswer',
  'messages',
  'never',
  'die',
] as const;

interface Callee extends Remote<Answers> {
  readonly terminate: () => Promise<unknown>;
}

function callee(): Callee {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(THREAD_URL, { workerData: { port: port2 }, transferList: [port2] });
  const remote = remoteCalls<Answers>(port1, NAMES);
  return {
    ...remote,
    terminate: () => worker.terminate(),
    get waiting() {
      return remote.waiting;
    },
  };
}

function isRefusal(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Refusal && error.code === code;
}

test('100 calls of one turn are answered, each with its own answer, out of seven messages of 16 at most', async () => {
  const { calls, terminate } = callee();
  await calls.add(0, 0);
  const before = await calls.messages();
  const sums = await Promise.all(Array.from({ length: 100 }, (_, each) => calls.add(each, 1000)));
  assert.deepEqual(
    sums,
    Array.from({ length: 100 }, (_, each) => each + 1000),
  );
  // And one that asks.
  assert.equal((await calls.messages()) - before, 7 + 1);
  await terminate();
});

test('a refusal arrives as a refusal with its details, any other error with its message alone', async () => {
  const { calls, terminate } = callee();
  await assert.rejects(calls.refuse(), (error) => {
    assert.ok(error instanceof Refusal);
    assert.equal(error.code, 'sold-out');
    assert.equal(error.message, 'not enough');
    assert.deepEqual(error.details, { available: 2, asked: 3 });
    return true;
  });
  await assert.rejects(calls.fail(), { name: 'Error', message: 'out of range' });
  await terminate();
});

test('what cannot be cloned fails its own call, and none of those sent along with it', async () => {
  const { calls, terminate } = callee();
  const wrongs = [calls.add((() => {}) as unknown as number, 1), calls.answerFunction()];
  // As many as fill a message, and some more.
  const rights = Array.from({ length: 20 }, (_, each) => calls.add(each, 1));
  for (const wrong of wrongs) await assert.rejects(wrong, /could not be cloned/);
  assert.deepEqual(
    await Promise.all(rights),
    rights.map((_, each) => each + 1),
  );
  await terminate();
});

test('news arrive before the answer of the call that made them, also those nobody listened to yet', async () => {
  const remote = callee();
  const { calls, terminate } = remote;
  const heard: unknown[] = [];
  await calls.tellThenAnswer('first');
  remote.onNews((news) => heard.push(news));
  assert.deepEqual(heard, ['first']);
  await calls.tellThenAnswer('second');
  assert.deepEqual(heard, ['first', 'second']);
  await terminate();
});

test('when the other thread dies, what waits is in doubt and what comes later is refused as unavailable', async () => {
  const remote = callee();
  const { calls } = remote;
  const waiting = [calls.never(), calls.never(), calls.die()];
  for (const each of waiting) await assert.rejects(each, isRefusal('in-doubt'));
  await remote.ended;
  await assert.rejects(calls.add(1, 1), isRefusal('unavailable'));
  assert.equal(remote.waiting, 0);
});

// A thread that uses a lock as its task says, and reports by messages.
import { parentPort, workerData } from 'node:worker_threads';
import { AtomicWords } from '../../src/store/words.ts';
import { enterLockRoom, type LockRoom } from './lock-room.ts';

export type LockKind = 'mutex' | 'read' | 'write';
export type LockTask =
  | 'count'
  | 'read-and-write'
  | 'meet'
  | 'exit-holding'
  | 'sleep-holding'
  | 'queue';

export interface LockThread {
  readonly task: LockTask;
  readonly kind: LockKind;
  readonly memory: SharedArrayBuffer;
  readonly size: number;
  readonly self: number;
  readonly rounds: number;
}

const MEETING_MS = 10_000;

/** Sleeps until it is woken, whatever time it was given: a wake-up that gets lost is never made up for. */
class PatientWords extends AtomicWords {
  override wait(index: number, expected: number): 'ok' | 'not-equal' | 'timed-out' {
    return super.wait(index, expected);
  }
}

const { task, kind, memory, size, self, rounds } = workerData as LockThread;
const patient = task === 'count' || task === 'read-and-write';
const words = patient ? new PatientWords(memory) : new AtomicWords(memory);
const room = enterLockRoom(words, size, self);

// A port to the parent thread has no origin to name.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
const tell = (message: string): void => parentPort?.postMessage(message);

function lock({ mutex, rwLock }: LockRoom): void {
  if (kind === 'mutex') mutex.lock();
  else if (kind === 'read') rwLock.lockRead();
  else rwLock.lockWrite();
}

function unlock({ mutex, rwLock }: LockRoom): void {
  if (kind === 'mutex') mutex.unlock();
  else if (kind === 'read') rwLock.unlockRead();
  else rwLock.unlockWrite();
}

/** Long enough for another processor to get in between. */
function dawdle(): void {
  for (let turn = 0; turn < 30; turn++) words.spin();
}

function increment(word: number): void {
  const seen = words.get(word);
  dawdle();
  words.set(word, seen + 1);
}

function count(): void {
  for (let round = 0; round < rounds; round++) {
    lock(room);
    increment(room.left);
    unlock(room);
  }
}

function readAndWrite(): void {
  for (let round = 0; round < rounds; round++) {
    lock(room);
    if (kind === 'write') {
      increment(room.left);
      increment(room.right);
    } else {
      const left = words.get(room.left);
      dawdle();
      if (words.get(room.right) !== left) words.add(room.violations, 1);
    }
    unlock(room);
  }
}

/** Waits inside the lock until all of the crew are inside. */
function meet(): void {
  lock(room);
  const inside = words.add(room.met, 1) + 1;
  words.notify(room.met);
  let outcome = 'ok';
  for (let seen = inside; seen < size && outcome !== 'timed-out'; seen = words.load(room.met)) {
    outcome = words.wait(room.met, seen, MEETING_MS);
  }
  tell(outcome === 'timed-out' ? 'alone' : 'met');
  unlock(room);
}

function queue(): void {
  tell('queueing');
  try {
    lock(room);
    tell('locked');
  } catch (error) {
    tell((error as Error).name);
  }
}

switch (task) {
  case 'count':
    count();
    break;
  case 'read-and-write':
    readAndWrite();
    break;
  case 'meet':
    meet();
    break;
  case 'exit-holding':
    lock(room);
    tell('holding');
    process.exit(0);
    break;
  case 'sleep-holding':
    lock(room);
    tell('holding');
    words.wait(room.met, 0);
    break;
  case 'queue':
    queue();
    break;
}

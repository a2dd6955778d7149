// A thread that uses a lock as its task says, and reports by messages.
import { parentPort, workerData } from 'node:worker_threads';
import { AtomicWords } from '../../src/store/words.ts';
import { enterLockRoom, type LockKind, leave, ROOM_EVENTS, take } from './lock-room.ts';

export type LockTask =
  | 'count'
  | 'count-events'
  | 'read-and-write'
  | 'validate'
  | 'meet'
  | 'exit-holding'
  | 'sleep-holding'
  | 'queue'
  | 'line-up';

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
const patient = ['count', 'count-events', 'read-and-write', 'validate', 'line-up'].includes(task);
const words = patient ? new PatientWords(memory) : new AtomicWords(memory);
const room = enterLockRoom(words, size, self);

// A port to the parent thread has no origin to name.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
const tell = (message: string): void => parentPort?.postMessage(message);

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
    take(room, kind);
    increment(room.left);
    leave(room, kind);
  }
}

function countEvents(): void {
  for (let round = 0; round < rounds; round++) {
    const event = (self + round) % ROOM_EVENTS;
    room.lockCache.lock(event);
    increment(room.events + event);
    room.lockCache.unlock();
  }
}

function readAndWrite(): void {
  for (let round = 0; round < rounds; round++) {
    take(room, kind);
    if (kind !== 'read') {
      increment(room.left);
      increment(room.right);
    } else {
      const left = words.get(room.left);
      dawdle();
      if (words.get(room.right) !== left) words.add(room.violations, 1);
    }
    leave(room, kind);
  }
}

/** Reads without a lock, over and over, until so many reads were valid. */
function validate(): void {
  for (let valid = 0; valid < rounds; ) {
    const version = room.seqlock.begin();
    const left = words.load(room.left);
    dawdle();
    const right = words.load(room.right);
    if (!room.seqlock.validate(version)) continue;
    if (left !== right) words.add(room.violations, 1);
    valid++;
  }
}

/** Waits inside the lock until all of the crew are inside. */
function meet(): void {
  take(room, kind);
  const inside = words.add(room.met, 1) + 1;
  words.notify(room.met);
  let outcome = 'ok';
  for (let seen = inside; seen < size && outcome !== 'timed-out'; seen = words.load(room.met)) {
    outcome = words.wait(room.met, seen, MEETING_MS);
  }
  tell(outcome === 'timed-out' ? 'alone' : 'met');
  leave(room, kind);
}

function queue(): void {
  tell('queueing');
  try {
    take(room, kind);
    tell('locked');
  } catch (error) {
    tell((error as Error).name);
  }
}

/** Tells how many were inside before. */
function lineUp(): void {
  take(room, kind);
  const place = words.add(room.met, 1);
  leave(room, kind);
  tell(String(place));
}

switch (task) {
  case 'count':
    count();
    break;
  case 'count-events':
    countEvents();
    break;
  case 'read-and-write':
    readAndWrite();
    break;
  case 'validate':
    validate();
    break;
  case 'meet':
    meet();
    break;
  case 'exit-holding':
    take(room, kind);
    tell('holding');
    process.exit(0);
    break;
  case 'sleep-holding':
    take(room, kind);
    tell('holding');
    words.wait(room.met, 0);
    break;
  case 'queue':
    queue();
    break;
  case 'line-up':
    lineUp();
    break;
}

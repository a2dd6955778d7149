import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  type Deadline,
  type Produced,
  type ProduceOptions,
  produce,
} from '../../src/generator/produce.ts';
import { emptyRequest } from '../../src/generator/request.ts';
import { allocateRing, RingReader, RingWriter, stopRing } from '../../src/generator/ring.ts';
import { BLOCK_REQUESTS, BLOCK_WORDS, RING_BLOCKS } from '../../src/generator/ring-layout.ts';
import { numberedSource } from '../support/numbered-requests.ts';
import { ScriptedWords } from '../support/scripted-words.ts';

const CAPACITY = RING_BLOCKS * BLOCK_REQUESTS;
/** How many blocks lie ahead at first when there is a deadline. */
const FIRST_WINDOW = 2;
const SHA256_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** A production on a ring whose one reader takes a block whenever the writer waits. */
class Run {
  readonly words: ScriptedWords = new ScriptedWords(allocateRing());
  readonly taken: number[] = [];
  /** Blocks taken out when `ready` was called, for each call. */
  readonly readyAfter: number[] = [];
  readonly #reader: RingReader = new RingReader(this.words, BLOCK_REQUESTS);
  #blocks = 0;

  constructor() {
    this.words.whenWaiting = () => {
      assert.ok(this.takeBlock());
    };
  }

  produce(requests: number, options: ProduceOptions = {}): Produced {
    const ready = () => this.readyAfter.push(this.#blocks);
    const writer = new RingWriter(this.words);
    return produce(numberedSource(requests), writer, { ready, ...options });
  }

  takeBlock(): boolean {
    const request = emptyRequest();
    if (!this.#reader.claim()) return false;
    while (this.#reader.read(request)) this.taken.push(request.client);
    this.#reader.release();
    this.#blocks++;
    return true;
  }

  takeRest(): void {
    while (this.takeBlock());
  }
}

/** A deadline that passes when it was asked for the `blocks`-th time. */
function deadlineAfter(blocks: number): Deadline {
  let now = 0;
  return { clock: { now: () => now++ }, endNs: () => blocks };
}

const NEVER: Deadline = { clock: { now: () => 0 }, endNs: () => Number.POSITIVE_INFINITY };

function digestOf(requests: number): string {
  const hash = createHash('sha256');
  const source = numberedSource(requests);
  const block = new Int32Array(BLOCK_WORDS);
  for (let left = requests; left > 0; ) {
    const count = source.fill(block);
    hash.update(new Uint8Array(block.buffer, 0, count * 16));
    left -= count;
  }
  return hash.digest('hex');
}

test('every request is moved once and in order: 0 to 3 times the ring and 1', () => {
  for (const requests of [0, 1, 63, 64, 65, CAPACITY - 1, CAPACITY, 3 * CAPACITY + 1]) {
    const run = new Run();
    const produced = run.produce(requests);
    run.takeRest();
    assert.deepEqual(produced, { requests, digest: digestOf(requests) });
    assert.equal(run.taken.length, requests);
    assert.ok(run.taken.every((place, i) => place === i));
  }
});

test('the digest of no requests is that of no bytes', () => {
  assert.equal(new Run().produce(0).digest, SHA256_OF_NOTHING);
});

test('an observer sees every byte that counts for the digest, in order: 1,000 requests', () => {
  const hash = createHash('sha256');
  let bytes = 0;
  const observer = {
    write(piece: Uint8Array) {
      hash.update(piece);
      bytes += piece.length;
    },
  };
  const { digest } = new Run().produce(1000, { observer });
  assert.equal(bytes, 16_000);
  assert.equal(hash.digest('hex'), digest);
});

test('ready is called once, before anything was taken: 0 to 2 times the ring', () => {
  for (const requests of [0, 1, 64, CAPACITY - 1, CAPACITY, CAPACITY + 1, 2 * CAPACITY]) {
    const run = new Run();
    run.produce(requests);
    assert.deepEqual(run.readyAfter, [0], `${requests} requests`);
  }
});

test('ready is called once with a deadline, too: 0 to 1,000 requests', () => {
  for (const requests of [0, 1, 63, 64, 127, 128, 129, 192, 1000]) {
    const run = new Run();
    run.produce(requests, { deadline: NEVER });
    assert.deepEqual(run.readyAfter, [0], `${requests} requests`);
  }
});

test('ready is called once when the deadline has passed before it: 0 to 3 blocks', () => {
  for (const blocks of [0, 1, 2, 3]) {
    const run = new Run();
    run.produce(1000, { deadline: deadlineAfter(blocks) });
    assert.deepEqual(run.readyAfter, [0], `${blocks} blocks`);
  }
});

test('ready is called when all that may lie ahead does, not sooner: 1,024 and 2 blocks', () => {
  for (const [deadline, ahead] of [
    [undefined, CAPACITY],
    [NEVER, FIRST_WINDOW * BLOCK_REQUESTS],
  ] as const) {
    const run = new Run();
    let written = 0;
    let whenReady = -1;
    const observer = {
      write(bytes: Uint8Array) {
        written += bytes.length / 16;
      },
    };
    const ready = () => {
      whenReady = written;
    };
    run.produce(2 * CAPACITY, { deadline, observer, ready });
    assert.equal(whenReady, ahead);
  }
});

test('a deadline ends the stream with the digest of what came before: 0, 1 and 5 blocks', () => {
  for (const blocks of [0, 1, 5]) {
    const run = new Run();
    const produced = run.produce(100_000, { deadline: deadlineAfter(blocks) });
    run.takeRest();
    const requests = blocks * BLOCK_REQUESTS;
    assert.deepEqual(produced, { requests, digest: digestOf(requests) });
    assert.equal(run.taken.length, requests);
  }
});

test('a deadline that is not yet known does not end the stream: 1,000 requests', () => {
  const run = new Run();
  let asked = 0;
  const deadline = {
    clock: { now: () => 1e9 },
    // The sale opens while the first blocks are made.
    endNs: () => (asked++ < 10 ? Number.POSITIVE_INFINITY : 1e9),
  };
  assert.equal(run.produce(10_000, { deadline }).requests, 10 * BLOCK_REQUESTS);
});

test('a stream that ends before its deadline ends as without one: 1,000 requests', () => {
  const withDeadline = new Run().produce(1000, { deadline: NEVER });
  assert.deepEqual(withDeadline, new Run().produce(1000));
});

test('with a deadline two blocks lie ahead while no reader has to wait: 3,000 blocks', () => {
  const run = new Run();
  let written = 0;
  const observer = { write: () => void written++ };
  run.words.whenWaiting = () => {
    assert.equal(written - run.taken.length / BLOCK_REQUESTS, FIRST_WINDOW);
    assert.ok(run.takeBlock());
  };
  run.produce(3000 * BLOCK_REQUESTS, { deadline: NEVER, observer });
  assert.equal(run.words.waits.length, 3000 + 1 - FIRST_WINDOW);
});

test('with a deadline twice as much lies ahead whenever a reader had to wait, up to the ring', () => {
  const run = new Run();
  const ahead: number[] = [];
  let written = 0;
  const observer = { write: () => void written++ };
  run.words.whenWaiting = () => {
    ahead.push(written - run.taken.length / BLOCK_REQUESTS);
    assert.ok(run.takeBlock());
    // The next block finds a reader waiting, those after it do not.
    run.words.sleepers = 1;
  };
  run.produce(3 * CAPACITY, { deadline: NEVER, observer });
  const peaks = [...new Set(ahead)];
  assert.deepEqual(peaks, [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]);
});

test('a stop ends it where it is, with the digest of what was published: a full ring', () => {
  const run = new Run();
  run.words.whenWaiting = () => stopRing(run.words);
  const produced = run.produce(2 * CAPACITY);
  assert.deepEqual(produced, { requests: CAPACITY, digest: digestOf(CAPACITY) });
});

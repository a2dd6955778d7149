import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { BLOCK_REQUESTS, BLOCK_WORDS } from '../../src/generator/ring-layout.ts';
import { openTrace, TraceWriter, verifyTrace } from '../../src/generator/trace.ts';
import type { TraceHeader, TraceTerms } from '../../src/generator/trace-format.ts';
import { withFolder } from '../support/folder.ts';
import { numberedSource } from '../support/numbered-requests.ts';

/** Where the header's JSON and the records begin. */
const HEADER_AT = 48;
const RECORDS_AT = 48 + 2048;

const TERMS: TraceTerms = {
  clients: 100_000,
  events: 2 ** 20,
  seed: '42',
  ratePerSecond: 50_000,
  durationNs: 20e9,
  cancels: true,
  maxQuantity: 1023,
};

/** The records of so many numbered requests. */
function recordsOf(requests: number): Buffer {
  const source = numberedSource(requests);
  const block = new Int32Array(BLOCK_WORDS);
  const pieces: Buffer[] = [];
  for (let left = requests; left > 0; left -= BLOCK_REQUESTS) {
    pieces.push(Buffer.from(Buffer.from(block.buffer, 0, source.fill(block) * 16)));
  }
  return Buffer.concat(pieces);
}

function headerOf(records: Buffer, terms: TraceTerms = TERMS): TraceHeader {
  const digest = createHash('sha256').update(records).digest('hex');
  return { ...terms, requests: records.length / 16, digest };
}

/** Writes a trace of so many numbered requests, a block at a time. */
function save(path: string, requests: number, terms: TraceTerms = TERMS): TraceHeader {
  const records = recordsOf(requests);
  const header = headerOf(records, terms);
  const writer = new TraceWriter(path);
  for (let at = 0; at < records.length; at += 1024) writer.write(records.subarray(at, at + 1024));
  writer.finish(header);
  writer.abandon();
  return header;
}

function replay(path: string): Buffer {
  const source = openTrace(path);
  const block = new Int32Array(BLOCK_WORDS);
  const pieces: Buffer[] = [];
  try {
    for (let count = BLOCK_REQUESTS; count === BLOCK_REQUESTS; ) {
      count = source.fill(block);
      pieces.push(Buffer.from(Buffer.from(block.buffer, 0, count * 16)));
    }
  } finally {
    source.close();
  }
  return Buffer.concat(pieces);
}

/** Runs `use` with the bytes of a good trace of 3 requests and a path for a bad one. */
function withTrace(use: (good: Buffer, path: string) => void): void {
  withFolder((folder) => {
    const path = join(folder, 'good.trace');
    save(path, 3);
    use(readFileSync(path), join(folder, 'bad.trace'));
  });
}

/** Fails unless the trace is refused in one line that names the file and matches `why`. */
function assertRefused(path: string, why: RegExp, what: string): void {
  assert.throws(
    () => verifyTrace(path),
    (error) => {
      assert.ok(error instanceof InputError, `${what}: ${String(error)}`);
      assert.match(error.message, why, what);
      assert.ok(error.message.includes(path) && !error.message.includes('\n'), what);
      return true;
    },
    what,
  );
}

/** Saves 3 requests under a header that no run would write, and checks that it is refused. */
function assertHeaderRefused(header: unknown): void {
  withFolder((folder) => {
    const path = join(folder, 'odd.trace');
    const writer = new TraceWriter(path);
    writer.write(recordsOf(3));
    writer.finish(header as TraceHeader);
    assertRefused(path, /./, `header ${JSON.stringify(header)}`);
  });
}

test('a trace gives back what was saved, bit for bit: 0 to 70,000 requests', () => {
  withFolder((folder) => {
    for (const requests of [0, 1, 63, 64, 65, 1000, 65_536, 70_000]) {
      const path = join(folder, `${requests}.trace`);
      const header = save(path, requests);
      assert.deepEqual(verifyTrace(path), header);
      assert.ok(replay(path).equals(recordsOf(requests)), `${requests} requests`);
    }
  });
});

test('a trace is laid out as documented: 1 request', () => {
  withFolder((folder) => {
    const path = join(folder, 'one.trace');
    const header = save(path, 1);
    const bytes = readFileSync(path);
    assert.equal(bytes.toString('latin1', 0, 8), 'ONSALETR');
    assert.deepEqual([bytes.readUInt32LE(8), bytes.readUInt32LE(12)], [1, 2048]);
    assert.deepEqual(JSON.parse(bytes.toString('utf8', HEADER_AT, RECORDS_AT)), header);
    assert.ok(bytes.subarray(RECORDS_AT).equals(recordsOf(1)));
  });
});

test('terms survive, whatever their kind: closed, saturating, half a request a second', () => {
  withFolder((folder) => {
    const path = join(folder, 'any.trace');
    for (const ratePerSecond of [null, 'max', 0.5] as const) {
      const terms = { ...TERMS, ratePerSecond, durationNs: 0 };
      const header = save(path, 2, terms);
      assert.deepEqual(verifyTrace(path), header);
    }
  });
});

test('a seed of any 200 characters leaves the records alone: 3 alphabets', () => {
  withFolder((folder) => {
    // Two or three bytes each in UTF-8, and six each as an escape in JSON.
    for (const letter of ['ß', '票', '\u0001']) {
      const path = join(folder, 'seed.trace');
      const header = save(path, 3, { ...TERMS, seed: letter.repeat(200) });
      assert.deepEqual(verifyTrace(path), header);
    }
  });
});

test('bytes are saved as they come, in pieces of any size: 100,000 requests', () => {
  withFolder((folder) => {
    const path = join(folder, 'pieces.trace');
    const records = recordsOf(100_000);
    const writer = new TraceWriter(path);
    for (let at = 0, size = 1; at < records.length; at += size, size = (size * 3) % 70_001) {
      writer.write(records.subarray(at, at + size));
    }
    writer.finish(headerOf(records));
    assert.ok(replay(path).equals(records));
  });
});

test('a writer may reuse its bytes: 2 blocks in one buffer', () => {
  withFolder((folder) => {
    const path = join(folder, 'reuse.trace');
    const records = recordsOf(128);
    const block = Buffer.alloc(1024);
    const writer = new TraceWriter(path);
    for (const at of [0, 1024]) {
      records.copy(block, 0, at);
      writer.write(block);
    }
    writer.finish(headerOf(records));
    assert.ok(replay(path).equals(records));
  });
});

test('files that are no traces are refused: missing, a folder, empty, foreign', () => {
  withFolder((folder) => {
    assertRefused(join(folder, 'missing'), /cannot read/, 'missing');
    mkdirSync(join(folder, 'folder'));
    assertRefused(join(folder, 'folder'), /./, 'folder');
    writeFileSync(join(folder, 'empty'), '');
    assertRefused(join(folder, 'empty'), /is not a trace/, 'empty');
    writeFileSync(join(folder, 'foreign'), 'time,client\n'.repeat(200));
    assertRefused(join(folder, 'foreign'), /is not a trace/, 'foreign');
  });
});

test('a trace of another format is refused, naming both: version 2', () => {
  withTrace((good, path) => {
    good.writeUInt32LE(2, 8);
    writeFileSync(path, good);
    assertRefused(path, /format 2; this version reads 1/, 'version 2');
  });
});

test('a trace that was cut short is refused: at every one of 2,144 bytes', () => {
  withTrace((good, path) => {
    assert.equal(good.length, RECORDS_AT + 48);
    for (let size = 0; size < good.length; size++) {
      writeFileSync(path, good.subarray(0, size));
      assertRefused(path, /./, `${size} bytes`);
      if (size > 16) assertRefused(path, /cut short/, `${size} bytes`);
    }
  });
});

test('a trace with more after its end is refused: 1 byte and 1 record', () => {
  withTrace((good, path) => {
    for (const extra of [1, 16]) {
      writeFileSync(path, Buffer.concat([good, Buffer.alloc(extra)]));
      assertRefused(path, /too long/, `${extra} bytes`);
    }
  });
});

test('a trace with one wrong bit in its records is refused: each of 384 bits', () => {
  withTrace((good, path) => {
    for (let bit = RECORDS_AT * 8; bit < good.length * 8; bit++) {
      assertBitRefused(good, path, bit, /damaged/);
    }
  });
});

test('a trace with one wrong bit before its header is refused: each of 384 bits before it', () => {
  withTrace((good, path) => {
    for (let bit = 0; bit < HEADER_AT * 8; bit++) assertBitRefused(good, path, bit, /./);
  });
});

// Records are safe by their digest, but a sale for 1,000 clients is no sale for 9,000.
test('a trace with one wrong bit in its header is refused: each of 16,384 bits', () => {
  withTrace((good, path) => {
    for (let bit = HEADER_AT * 8; bit < RECORDS_AT * 8; bit++) {
      assertBitRefused(good, path, bit, /./);
    }
  });
});

function assertBitRefused(good: Buffer, path: string, bit: number, why: RegExp): void {
  const bad = Buffer.from(good);
  const at = bit >>> 3;
  bad[at] = (bad[at] as number) ^ (1 << (bit & 7));
  writeFileSync(path, bad);
  assertRefused(path, why, `bit ${bit & 7} of byte ${at}`);
}

test('a trace whose header is not JSON is refused: 4 texts', () => {
  withTrace((good, path) => {
    for (const text of ['', '{', 'clients: 1000', '{"clients":1000}}']) {
      good.write(text.padEnd(2048), HEADER_AT, 'latin1');
      writeFileSync(path, good);
      assertRefused(path, /damaged/, text);
    }
  });
});

test('a trace whose header is JSON of something else is refused: 5 values', () => {
  for (const header of [null, 3, 'trace', [], {}]) assertHeaderRefused(header);
});

test('a trace whose header lacks anything is refused: each of 9 fields', () => {
  const header = headerOf(recordsOf(3));
  for (const name of Object.keys(header)) assertHeaderRefused({ ...header, [name]: undefined });
});

test('a trace whose header makes no sense is refused: 9 values', () => {
  for (const change of [
    { clients: 0 },
    { clients: '1000' },
    { events: 2 ** 20 + 1 },
    { seed: 42 },
    { ratePerSecond: 'fast' },
    { durationNs: -1 },
    { maxQuantity: 1024 },
    { requests: -1 },
    { requests: 2.5 },
  ]) {
    assertHeaderRefused({ ...headerOf(recordsOf(3)), ...change });
  }
});

// Whoever replays keeps an entry for each client and event of the header, and none beyond.
test('a trace is refused when its records ask for more than its header: 3 requests', () => {
  const header = headerOf(recordsOf(3));
  // The third request comes from client 2, for event 2 and 2 tickets.
  for (const change of [{ clients: 2 }, { events: 2 }, { maxQuantity: 1 }, { cancels: false }]) {
    assertHeaderRefused({ ...header, ...change });
  }
});

test('replaying a trace that was cut since its check stops with the place: 65 requests', () => {
  withFolder((folder) => {
    const path = join(folder, 'cut.trace');
    save(path, 65);
    writeFileSync(path, readFileSync(path).subarray(0, -1));
    assert.throws(() => replay(path), {
      name: 'InputError',
      message: `${path} is cut short: it ends at byte ${RECORDS_AT + 65 * 16 - 1}`,
    });
  });
});

test('a trace has its name only when it is complete: 70,000 requests', () => {
  withFolder((folder) => {
    const path = join(folder, 'whole.trace');
    const records = recordsOf(70_000);
    const writer = new TraceWriter(path);
    for (let at = 0; at < records.length; at += 1024) {
      writer.write(records.subarray(at, at + 1024));
    }
    assert.ok(!readdirSync(folder).includes('whole.trace'));
    writer.finish(headerOf(records));
    assert.deepEqual(readdirSync(folder), ['whole.trace']);
  });
});

test('an abandoned trace leaves nothing behind, neither new nor in place of an old one', () => {
  withFolder((folder) => {
    const path = join(folder, 'old.trace');
    const abandoned = new TraceWriter(path);
    abandoned.write(recordsOf(64));
    abandoned.abandon();
    assert.deepEqual(readdirSync(folder), []);
    const header = save(path, 5);
    const second = new TraceWriter(path);
    second.write(recordsOf(64));
    second.abandon();
    assert.deepEqual(readdirSync(folder), ['old.trace']);
    assert.deepEqual(verifyTrace(path), header);
  });
});

test('a finished trace replaces an old one, and abandoning it then does nothing', () => {
  withFolder((folder) => {
    const path = join(folder, 'new.trace');
    save(path, 5);
    const header = save(path, 7);
    assert.deepEqual(verifyTrace(path), header);
    assert.deepEqual(readdirSync(folder), ['new.trace']);
  });
});

test('a trace that cannot take its name is abandoned as any other: a folder is in the way', () => {
  withFolder((folder) => {
    const path = join(folder, 'taken');
    const writer = new TraceWriter(path);
    mkdirSync(path);
    assert.throws(() => writer.finish(headerOf(recordsOf(0))), {
      code: /EISDIR|ENOTEMPTY|EEXIST|EPERM/,
    });
    writer.abandon();
    assert.deepEqual(readdirSync(folder), ['taken']);
  });
});

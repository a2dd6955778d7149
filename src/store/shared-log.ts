/** What a log keeps in each entry: so many 32-bit integers, then so many floats of 64 bits. */
export interface EntryShape {
  readonly ints: number;
  readonly floats: number;
}

// One line: the number of published entries, alone.
const HEADER_BYTES = 64;
const GROWTH_ENTRIES = 4096;

/** Most entries a log can hold: 2^25 of 48 bytes are 1.6 GB, the most we want to ask of a machine. */
const MAX_LOG_ENTRIES: number = 2 ** 25;

/**
 * An append-only log in shared memory, written by one thread and read by any. It takes address space
 * for its largest size at once, but memory only as it grows.
 *
 * Layout: a header of 64 bytes (entry count), then entries of `ints` Int32 padded to 8 bytes and
 * `floats` Float64.
 */
export class SharedLog {
  readonly buffer: SharedArrayBuffer;
  readonly #shape: EntryShape;
  readonly #entryBytes: number;
  readonly #header: Int32Array;
  #ints: Int32Array;
  #floats: Float64Array;
  #capacity: number;

  /** Attaches to a log allocated with the same shape. */
  constructor(buffer: SharedArrayBuffer, shape: EntryShape) {
    this.buffer = buffer;
    this.#shape = shape;
    this.#entryBytes = entryBytes(shape);
    this.#header = new Int32Array(buffer, 0, 1);
    this.#ints = new Int32Array(buffer, 0, 0);
    this.#floats = new Float64Array(buffer, 0, 0);
    this.#capacity = 0;
    this.#view();
  }

  static allocate(shape: EntryShape, maxEntries: number = MAX_LOG_ENTRIES): SharedLog {
    const entries = Math.max(GROWTH_ENTRIES, Math.min(maxEntries, MAX_LOG_ENTRIES));
    const bytes = (count: number): number => HEADER_BYTES + count * entryBytes(shape);
    const options = { maxByteLength: bytes(entries) };
    return new SharedLog(new SharedArrayBuffer(bytes(GROWTH_ENTRIES), options), shape);
  }

  /** How many entries are published. */
  get length(): number {
    return this.#header[0] as number;
  }

  /** Appends one entry; its index. Only the log's one writer may call it. */
  append(ints: readonly number[], floats: readonly number[]): number {
    const index = this.length;
    if (index === this.#capacity) this.#grow();
    const intAt = this.#intAt(index);
    const floatAt = this.#floatAt(index);
    for (let i = 0; i < this.#shape.ints; i++) this.#ints[intAt + i] = ints[i] as number;
    for (let i = 0; i < this.#shape.floats; i++) this.#floats[floatAt + i] = floats[i] as number;
    // Readers come after the writer by other means (a client's word, the end of the thread), so a plain
    // write will do.
    this.#header[0] = index + 1;
    return index;
  }

  /** Replaces one integer of a published entry. Only the log's one writer may call it. */
  amendInt(index: number, field: number, value: number): void {
    this.#ints[this.#intAt(index) + field] = value;
  }

  /** Replaces one float of a published entry. Only the log's one writer may call it. */
  amendFloat(index: number, field: number, value: number): void {
    this.#floats[this.#floatAt(index) + field] = value;
  }

  int(index: number, field: number): number {
    if (index >= this.#capacity) this.#view();
    return this.#ints[this.#intAt(index) + field] as number;
  }

  float(index: number, field: number): number {
    if (index >= this.#capacity) this.#view();
    return this.#floats[this.#floatAt(index) + field] as number;
  }

  #grow(): void {
    const entries = Math.min(this.#capacity * 2, this.#fitting(this.buffer.maxByteLength));
    if (entries <= this.#capacity) {
      throw new Error(
        `one thread can record ${this.#capacity} entries of a kind: sell fewer tickets`,
      );
    }
    this.buffer.grow(HEADER_BYTES + entries * this.#entryBytes);
    this.#view();
  }

  // Views of a fixed length: those that follow a growing buffer cost ten times as much to access.
  #view(): void {
    const bytes = this.buffer.byteLength;
    this.#ints = new Int32Array(this.buffer, 0, bytes / 4);
    this.#floats = new Float64Array(this.buffer, 0, bytes / 8);
    this.#capacity = this.#fitting(bytes);
  }

  #fitting(bytes: number): number {
    return Math.floor((bytes - HEADER_BYTES) / this.#entryBytes);
  }

  #intAt(index: number): number {
    return (HEADER_BYTES + index * this.#entryBytes) / 4;
  }

  #floatAt(index: number): number {
    return (HEADER_BYTES + (index + 1) * this.#entryBytes) / 8 - this.#shape.floats;
  }
}

function entryBytes({ ints, floats }: EntryShape): number {
  return Math.ceil(ints / 2) * 8 + floats * 8;
}

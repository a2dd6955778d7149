const FIRST_STATES = 1 << 12;
const INTS_PER_STATE = 12;
/** What is full becomes so many times as large. */
const GROWTH = 1.5;
/** Of the hash table's places so many are used at most: beyond, looking up takes longer. */
const LOAD = 0.6;

/**
 * States that a search has seen, each a row of 32-bit numbers of any length, numbered as they came.
 * Beside each it keeps two numbers: the state that it was reached from, and how.
 */
export class StateTable {
  #rows: Int32Array = new Int32Array(FIRST_STATES * INTS_PER_STATE);
  #end = 0;
  /** Where each state's row begins, and where the last one ends. */
  #starts: Float64Array = new Float64Array(FIRST_STATES + 1);
  #parents: Int32Array = new Int32Array(FIRST_STATES);
  #moves: Int32Array = new Int32Array(FIRST_STATES);
  #hashes: Int32Array = new Int32Array(FIRST_STATES);
  /** Open addressing: a state's number plus one, or zero. */
  #places: Int32Array = new Int32Array(FIRST_STATES * 2);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Bytes that the table takes. */
  get bytes(): number {
    const { byteLength: rows } = this.#rows;
    const perState = this.#starts.byteLength + 3 * this.#parents.byteLength;
    return rows + perState + this.#places.byteLength;
  }

  get rows(): Int32Array {
    return this.#rows;
  }

  first(state: number): number {
    return this.#starts[state] as number;
  }

  lengthOf(state: number): number {
    return (this.#starts[state + 1] as number) - (this.#starts[state] as number);
  }

  parent(state: number): number {
    return this.#parents[state] as number;
  }

  /** How a state was reached from its parent. */
  move(state: number): number {
    return this.#moves[state] as number;
  }

  /** Adds the first `length` numbers of `row` as a state. False if it is there already. */
  add(row: Int32Array, length: number, parent: number, move: number): boolean {
    const hash = hashOf(row, length);
    let place = this.#placeOf(hash);
    for (let known = this.#places[place] as number; known !== 0; ) {
      if (this.#hashes[known - 1] === hash && this.#equals(known - 1, row, length)) return false;
      place = (place + 1) % this.#places.length;
      known = this.#places[place] as number;
    }
    this.#places[place] = this.#count + 1;
    this.#append(row, length, parent, move, hash);
    if (this.#count > this.#places.length * LOAD) this.#rehash();
    return true;
  }

  #placeOf(hash: number): number {
    return (hash >>> 0) % this.#places.length;
  }

  #equals(state: number, row: Int32Array, length: number): boolean {
    const first = this.first(state);
    if (this.lengthOf(state) !== length) return false;
    for (let i = 0; i < length; i++) if (this.#rows[first + i] !== row[i]) return false;
    return true;
  }

  #append(row: Int32Array, length: number, parent: number, move: number, hash: number): void {
    if (this.#end + length > this.#rows.length) this.#rows = enlarged(this.#rows);
    if (this.#count === this.#parents.length) {
      this.#parents = enlarged(this.#parents);
      this.#moves = enlarged(this.#moves);
      this.#hashes = enlarged(this.#hashes);
      const starts = new Float64Array(this.#parents.length + 1);
      starts.set(this.#starts);
      this.#starts = starts;
    }
    for (let i = 0; i < length; i++) this.#rows[this.#end + i] = row[i] as number;
    this.#end += length;
    this.#parents[this.#count] = parent;
    this.#moves[this.#count] = move;
    this.#hashes[this.#count] = hash;
    this.#count++;
    this.#starts[this.#count] = this.#end;
  }

  #rehash(): void {
    this.#places = new Int32Array(this.#places.length * 2);
    for (let state = 0; state < this.#count; state++) {
      let place = this.#placeOf(this.#hashes[state] as number);
      while (this.#places[place] !== 0) place = (place + 1) % this.#places.length;
      this.#places[place] = state + 1;
    }
  }
}

function enlarged(array: Int32Array): Int32Array {
  const larger = new Int32Array(Math.ceil(array.length * GROWTH));
  larger.set(array);
  return larger;
}

/** MurmurHash3's mixing (Appleby), a number at a time. */
function hashOf(row: Int32Array, length: number): number {
  let hash = length;
  for (let i = 0; i < length; i++) {
    let part = Math.imul(row[i] as number, 0xcc9e2d51);
    part = (part << 15) | (part >>> 17);
    hash ^= Math.imul(part, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

// What goes over a connection to PostgreSQL, message by message: a type, a length, and the rest (PostgreSQL
// documentation, 55.7 Message Formats). Just enough to tell statements and answers apart.

/** Type and length. */
const HEAD_BYTES = 5;
const LENGTH_BYTES = 4;

/** Cuts what comes into whole messages. */
export class MessageReader {
  #rest: Buffer = Buffer.alloc(0);
  /** The first message of a client has no type. */
  #typed: boolean;

  constructor(typed: boolean) {
    this.#typed = typed;
  }

  *read(bytes: Buffer): Generator<Buffer> {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const head = this.#typed ? HEAD_BYTES : LENGTH_BYTES;
      if (this.#rest.length < head) return;
      const length = this.#rest.readInt32BE(head - LENGTH_BYTES) + head - LENGTH_BYTES;
      if (this.#rest.length < length) return;
      yield this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      this.#typed = true;
    }
  }
}

export function typeOf(message: Buffer): string {
  return String.fromCharCode(message[0] as number);
}

/** The texts at the beginning of a message, each of which ends with a zero. */
export function textsOf(message: Buffer, count: number): string[] {
  return message.subarray(HEAD_BYTES).toString('latin1').split('\0', count);
}

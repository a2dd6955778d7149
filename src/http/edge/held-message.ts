import { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Whom a body is shown, once all of it is there. */
export interface BodyReader {
  /** Whether it is taken; else it is read from the stream, as any other. */
  takes(body: Buffer): boolean;
}

const NOTHING: Buffer = Buffer.alloc(0);

/** A request whose body can be had in one piece, without the stream that it otherwise is. */
export class HeldMessage extends IncomingMessage {
  #reader: BodyReader | undefined;
  #held: Buffer;

  constructor(socket: Socket) {
    super(socket);
    this.#reader = undefined;
    this.#held = NOTHING;
  }

  /** To be called before any of the body has come; its size must be bounded already. */
  holdFor(reader: BodyReader): void {
    this.#reader = reader;
  }

  /** Where the parser puts the body. */
  override push(chunk: Buffer | null): boolean {
    const reader = this.#reader;
    if (reader === undefined) return super.push(chunk);
    if (chunk !== null) {
      this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
      return true;
    }
    const body = this.#held;
    this.#held = NOTHING;
    this.#reader = undefined;
    if (!reader.takes(body)) {
      if (body.length > 0) super.push(body);
      return super.push(null);
    }
    // Has Node know that somebody reads: it would do so itself at the end, to throw the body away.
    this.read(0);
    return false;
  }
}

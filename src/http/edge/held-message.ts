import { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Whom a body is shown, once all of it is there. */
export interface BodyReader {
  /** Whether it is taken; else it is read from the stream, as any other. */
  takes(body: Buffer): boolean;
}

/** A request whose body can be had in one piece, without the stream that it otherwise is. */
export class HeldMessage extends IncomingMessage {
  #reader: BodyReader | undefined;
  /** Put together once: byte by byte, to do so for each would copy gigabytes. */
  #pieces: Buffer[] | undefined;

  constructor(socket: Socket) {
    super(socket);
    this.#reader = undefined;
    this.#pieces = undefined;
  }

  /** To be called before any of the body has come; its size must be bounded already. */
  holdFor(reader: BodyReader): void {
    this.#reader = reader;
    this.#pieces = [];
  }

  /** Where the parser puts the body. */
  override push(chunk: Buffer | null): boolean {
    const reader = this.#reader;
    const pieces = this.#pieces;
    if (reader === undefined || pieces === undefined) return super.push(chunk);
    if (chunk !== null) {
      pieces.push(chunk);
      return true;
    }
    this.#reader = undefined;
    this.#pieces = undefined;
    const [first] = pieces;
    const body = first !== undefined && pieces.length === 1 ? first : Buffer.concat(pieces);
    if (!reader.takes(body)) {
      if (body.length > 0) super.push(body);
      return super.push(null);
    }
    // Has Node know that somebody reads: it would do so itself at the end, to throw the body away.
    this.read(0);
    return false;
  }
}

// One purchase request in 16 bytes, as it lies in the ring and in a trace file (little-endian):
//
//   word 0  intended start in nanoseconds, lower 32 bits
//   word 1  intended start in nanoseconds, upper 32 bits
//   word 2  client
//   word 3  event (20 bits) | quantity (10 bits) | kind (2 bits)
//
// Intended starts count from the opening of the sale. Cancels and browses carry quantity 0: a cancel
// gives back what its client was granted last, so its event is 0 too.

/** What a request asks for. */
export const KIND = { reserve: 0, cancel: 1, browse: 2 } as const;
export type KindName = keyof typeof KIND;

export const REQUEST_WORDS = 4;
export const REQUEST_BYTES: number = REQUEST_WORDS * 4;

/** Most events, quantity and clients that the record has bits for. */
export const MAX_EVENTS: number = 2 ** 20;
export const MAX_QUANTITY: number = 2 ** 10 - 1;
export const MAX_CLIENTS: number = 2 ** 31 - 1;
/** Most requests of one stream: positions in it are 32-bit words. */
export const MAX_REQUESTS = 2_000_000_000;

const TWO_TO_32 = 2 ** 32;

/** One request, decoded. Readers fill the same object again and again. */
export interface Request {
  intendedNs: number;
  client: number;
  event: number;
  quantity: number;
  kind: number;
}

export function emptyRequest(): Request {
  return { intendedNs: 0, client: 0, event: 0, quantity: 0, kind: KIND.reserve };
}

/** Writes `request` as the four words from `at` on. */
export function writeRequest(words: Int32Array, at: number, request: Request): void {
  const upper = Math.floor(request.intendedNs / TWO_TO_32);
  words[at] = (request.intendedNs - upper * TWO_TO_32) | 0;
  words[at + 1] = upper;
  words[at + 2] = request.client;
  words[at + 3] = (request.event << 12) | (request.quantity << 2) | request.kind;
}

/** Reads four words, each got by `word(i)`, into `request`. */
export function readRequest(request: Request, words: WordReader, at: number): void {
  request.intendedNs = words.get(at + 1) * TWO_TO_32 + (words.get(at) >>> 0);
  request.client = words.get(at + 2);
  const packed = words.get(at + 3);
  request.event = packed >>> 12;
  request.quantity = (packed >>> 2) & MAX_QUANTITY;
  request.kind = packed & 3;
}

interface WordReader {
  get(index: number): number;
}

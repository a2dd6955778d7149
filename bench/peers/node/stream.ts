import { closeSync, openSync, readSync } from 'node:fs';
import { REQUEST_BYTES } from '../../../src/generator/request.ts';
import { decodeHeader, RECORDS_AT, type TraceHeader } from '../../../src/generator/trace-format.ts';

/** The first requests of a trace, in memory that threads share: four words each, as in request.ts. */
export interface Stream {
  readonly header: TraceHeader;
  readonly requests: number;
  readonly words: SharedArrayBuffer;
}

/** Reads the first `limit` requests, or as many as there are. */
export function loadStream(path: string, limit: number = Number.POSITIVE_INFINITY): Stream {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(RECORDS_AT);
    const header = decodeHeader(head.subarray(0, readSync(file, head)), path);
    const requests = Math.min(limit, header.requests);
    const words = new SharedArrayBuffer(requests * REQUEST_BYTES);
    let done = 0;
    while (done < words.byteLength) {
      const read = readSync(file, new Uint8Array(words, done), { position: RECORDS_AT + done });
      if (read === 0) throw new Error(`${path} is cut short`);
      done += read;
    }
    return { header, requests, words };
  } finally {
    closeSync(file);
  }
}

// Thread entry: one end of a ring. Reports what happened there as its last message.
/* oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin */
import { parentPort, workerData } from 'node:worker_threads';
import { produce } from '../../src/generator/produce.ts';
import { emptyRequest } from '../../src/generator/request.ts';
import { RingReader, RingWriter } from '../../src/generator/ring.ts';
import { AtomicWords } from '../../src/store/words.ts';
import { isWhole, numberedSource } from './numbered-requests.ts';

export interface RingThreadData {
  readonly ring: SharedArrayBuffer;
  /** One word for each request: how often it was taken. */
  readonly taken: SharedArrayBuffer;
  readonly job:
    | { readonly role: 'write'; readonly requests: number }
    | { readonly role: 'read'; readonly chunk: number };
}

/** What a reader saw, or a writer wrote. */
export interface RingThreadReport {
  readonly requests: number;
  /** The first request that was torn, overwritten, or out of order in its chunk; -1 if none was. */
  readonly fault: number;
  readonly digest: string;
}

const { ring, taken, job } = workerData as RingThreadData;
const words = new AtomicWords(ring);
parentPort?.postMessage(
  job.role === 'write' ? write(job.requests) : read(new RingReader(words, job.chunk), job.chunk),
);

function write(requests: number): RingThreadReport {
  const produced = produce(numberedSource(requests), new RingWriter(words), {
    ready: () => parentPort?.postMessage('ready'),
  });
  return { ...produced, fault: -1 };
}

function read(reader: RingReader, chunk: number): RingThreadReport {
  const marks = new AtomicWords(taken);
  const request = emptyRequest();
  let requests = 0;
  let fault = -1;
  while (reader.claim()) {
    let place = -1;
    while (reader.read(request)) {
      const { client } = request;
      const inOrder = place < 0 ? client % chunk === 0 : client === place;
      if ((!inOrder || !isWhole(request)) && fault < 0) fault = client;
      place = client + 1;
      marks.add(client, 1);
      requests++;
    }
    reader.release();
  }
  return { requests, fault, digest: '' };
}

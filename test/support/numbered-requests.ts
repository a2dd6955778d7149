import {
  emptyRequest,
  REQUEST_WORDS,
  type Request,
  writeRequest,
} from '../../src/generator/request.ts';
import { BLOCK_REQUESTS } from '../../src/generator/ring-layout.ts';
import type { RequestSource } from '../../src/generator/source.ts';

/** Request `number` of a stream in which each tells its place, in every word. */
export function numberedRequest(number: number): Request {
  return {
    intendedNs: number * 100_000,
    client: number,
    event: number & 0xfffff,
    quantity: quantityOf(number),
    kind: number % 3,
  };
}

function quantityOf(number: number): number {
  return Math.max(1, number & 0x3ff);
}

/** Whether no word of `request` belongs to another one than its client word says. */
export function isWhole(request: Request): boolean {
  const { intendedNs, client, event, quantity, kind } = request;
  return (
    intendedNs === client * 100_000 &&
    event === (client & 0xfffff) &&
    quantity === quantityOf(client) &&
    kind === client % 3
  );
}

/** `requests` numbered ones. */
export function numberedSource(requests: number): RequestSource {
  let next = 0;
  return {
    fill(block) {
      const count = Math.min(BLOCK_REQUESTS, requests - next);
      for (let i = 0; i < count; i++) {
        writeRequest(
          block,
          i * REQUEST_WORDS,
          Object.assign(emptyRequest(), numberedRequest(next++)),
        );
      }
      return count;
    },
    close() {},
  };
}

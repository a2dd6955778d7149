// How fast this machine can ask at all: the sellers' own connections, against a server that does nothing.
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../base/clock.ts';
import type { HttpRequest } from '../store/http/adapter.ts';
import { HttpConnections } from '../store/http/connections.ts';

/** One thread's share of the asking. */
export interface BareLoadTask {
  readonly origin: string;
  /** What is asked, again and again: a request of the adapter's. */
  readonly request: HttpRequest;
  readonly connections: number;
  /** How long each look is. */
  readonly lookMs: number;
  readonly looks: number;
}

const ANSWER_MS = 10_000;

/** Asks on all connections at once; requests per second, of the best look: what else runs here only slows it down. */
export async function bareLoad(task: BareLoadTask): Promise<number> {
  const { origin, connections, lookMs, looks } = task;
  const place = { origin, prefix: '', lookup: undefined };
  const wire = new HttpConnections(place, {
    connections,
    connectionWaitMs: ANSWER_MS,
    contention: { retries: 0, waits: 0 },
    traffic: { roundTrips: 0, statements: 0 },
  });
  let answered = 0;
  const asking = new AbortController();
  const ask = async (): Promise<void> => {
    while (!asking.signal.aborted) {
      await wire.send(task.request, ANSWER_MS);
      answered++;
    }
  };
  const asked = Promise.all(Array.from({ length: connections }, ask));
  try {
    let best = 0;
    for (let look = 0; look < looks; look++) {
      const [before, beforeMs] = [answered, monotonicMs()];
      await Promise.race([sleep(lookMs), asked]);
      best = Math.max(best, ((answered - before) * 1000) / (monotonicMs() - beforeMs));
    }
    asking.abort();
    await asked;
    return best;
  } finally {
    await wire.close();
  }
}

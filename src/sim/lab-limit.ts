import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { HttpRequest } from '../store/http/adapter.ts';
import type { BareLoadTask } from '../workers/bare-load.ts';
import type { TargetTerms } from './store-at-work.ts';

// `.js`: these URLs are used as they are, where imports are rewritten when compiling.
const SERVER_URL = new URL('../workers/bare-server.js', import.meta.url);
const LOAD_URL = new URL('../workers/bare-load.js', import.meta.url);

/** Long enough for a thousand requests. */
const LOOK_MS = 100;
/** Before it counts, so that all threads are there and their code is compiled. */
const WARM_LOOKS = 2;
const COUNTED_LOOKS = 5;

/** What the load of a run is made with. */
export interface LoadTerms {
  readonly request: HttpRequest;
  readonly threads: number;
  /** Of each thread. */
  readonly connections: number;
  readonly signal: AbortSignal | undefined;
}

/** What was measured, for each target that is sold from and for each load. */
const limits: WeakMap<TargetTerms, Map<string, number>> = new WeakMap();

/**
 * The limit of this lab for one load. A session has one target, whose sales are all held to the same limit: it is
 * measured before the first of them, and anew only for other threads or connections.
 * @returns null when it was interrupted
 */
export async function labLimitOf(target: TargetTerms, terms: LoadTerms): Promise<number | null> {
  const { threads, connections } = terms;
  const known = limits.get(target) ?? new Map<string, number>();
  limits.set(target, known);
  const load = `${threads} ${connections}`;
  const limit = target.labLimitPerSecond ?? known.get(load) ?? (await measureLabLimit(terms));
  if (limit !== null) known.set(load, limit);
  return limit;
}

/**
 * Measures how many requests a second this machine makes, to a server in a thread of its own that does nothing. What
 * is offered beyond that is beyond the lab, whatever the service can do.
 */
async function measureLabLimit(terms: LoadTerms): Promise<number | null> {
  const { request, threads, connections, signal } = terms;
  const server = new Worker(SERVER_URL);
  const pool = new Piscina({ filename: LOAD_URL.href, minThreads: threads, maxThreads: threads });
  try {
    const [port] = (await once(server, 'message')) as [number];
    const origin = `http://127.0.0.1:${port}`;
    const options = { name: 'bareLoad', signal: signal ?? null };
    const ask = async (looks: number): Promise<number> => {
      const task: BareLoadTask = { origin, request, connections, lookMs: LOOK_MS, looks };
      const each = Array.from({ length: threads }, () => pool.run(task, options));
      const rates = (await Promise.all(each)) as number[];
      return rates.reduce((sum, rate) => sum + rate, 0);
    };
    await ask(WARM_LOOKS);
    return await ask(COUNTED_LOOKS);
  } catch (error) {
    if (signal?.aborted) return null;
    throw error;
  } finally {
    await pool.destroy();
    await server.terminate();
  }
}

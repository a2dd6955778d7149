import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest, FastifyServerOptions } from 'fastify';
import { monotonicMs, processMs } from '../../base/clock.ts';
import type { AdmissionSettings, LogSettings, RequestLimits } from '../settings.ts';
import { Admission, shareOf } from './admission.ts';
import { Connections } from './connections.ts';
import { gatedServer, type ShortCut } from './gate.ts';
import { installHealth, Readiness } from './health.ts';
import { bodyOptions, cutOffBodies } from './limits.ts';
import { openLog, type ServerLog } from './logging.ts';
import { Metrics } from './metrics.ts';
import { rateLimit } from './rate-limit.ts';
import { installRequestIds, requestIds } from './request-id.ts';
import { gracefulShutdown } from './shutdown.ts';
import { watchStalls } from './stall.ts';

/** What the edge of one thread is told. */
export interface EdgeParts {
  readonly admission: AdmissionSettings;
  readonly limits: RequestLimits;
  readonly log: LogSettings;
  /** Over how many threads the bounds are divided, and which of them this is, from 0. */
  readonly threads: number;
  readonly thread: number;
  /** As `MetricMemory.allocate` gives it to all threads. */
  readonly metricMemory: SharedArrayBuffer;
  /** As `TokenBuckets.allocate` gives it to all threads; not given: each counts for itself. */
  readonly clientMemory?: SharedArrayBuffer | undefined;
  /** Whom a request comes from, if that is known by the time it has been answered. */
  readonly accountOf: (request: FastifyRequest) => string | undefined;
  /** Where others say why this thread is not ready; not given: nobody does. */
  readonly readiness?: Readiness;
  /** How long a request may wait for a permit; not given: two seconds. */
  readonly queueTimeoutMs?: number;
}

/** All that stands before the routes of one thread. */
export interface Edge {
  /** For Fastify. */
  readonly options: FastifyServerOptions;
  /** To be installed before any routes, in this order. */
  readonly installers: readonly ((app: FastifyInstance) => void)[];
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly log: ServerLog;
  readonly admission: Admission;
  /** The id of a request. */
  readonly requestId: (request: IncomingMessage) => string;
  /** The clock of all durations. */
  readonly nowMs: () => number;
  /** From now on, answers what it can in the place of Fastify. */
  use(shortCut: ShortCut): void;
  /** Makes what ends a server gracefully; see {@link gracefulShutdown}. The log stays open for last words. */
  shutdownOf(app: FastifyInstance, deadlineMs?: number): () => Promise<number>;
}

/** @throws InputError when the log file cannot be opened */
export function createEdge(parts: EdgeParts): Edge {
  const { limits, threads } = parts;
  const metrics = new Metrics(parts.metricMemory, parts.thread, monotonicMs);
  const readiness = parts.readiness ?? new Readiness();
  const connections = new Connections();
  const stall = watchStalls(limits.stallMs, monotonicMs, readiness, (delayMs) =>
    metrics.setGauge('eventLoopDelaySeconds', delayMs / 1000),
  );
  const bounds = shareOf(parts.admission, threads, parts.queueTimeoutMs);
  const admission = new Admission(bounds, monotonicMs, {
    admitted: (queued) => metrics.count('admissions', queued ? 'queued' : 'at-once'),
    refused: (reason) => metrics.count('refused', reason),
    changed: (free, waiting) => {
      metrics.setGauge('permitsFree', free);
      metrics.setGauge('waiting', waiting);
    },
  });
  const log = openLog({
    settings: parts.log,
    accountOf: parts.accountOf,
    lost: (lines) => metrics.count('logLinesLost', 'all', lines),
  });
  let shortCut: ShortCut | undefined;
  const genReqId = requestIds();
  const serverFactory = gatedServer({
    limits,
    connectionsMax: Math.ceil(parts.admission.connections / threads),
    admission,
    rate: rateLimit(parts.admission.clientRatePerSecond, processMs, parts.clientMemory),
    stall,
    metrics,
    connections,
    shortCut: () => shortCut,
  });
  return {
    options: {
      ...bodyOptions(limits, metrics),
      ...log.options,
      serverFactory,
      requestIdHeader: false,
      genReqId,
    },
    installers: [
      installRequestIds,
      metrics.install,
      log.install,
      cutOffBodies(limits),
      admission.install,
      installHealth(readiness),
      (app) => app.addHook('onListen', async () => stall.restart()),
      (app) => app.addHook('onClose', async () => stall.stop()),
    ],
    readiness,
    metrics,
    log,
    admission,
    requestId: genReqId,
    nowMs: monotonicMs,
    use(path) {
      shortCut = path;
    },
    shutdownOf: (app, deadlineMs) => gracefulShutdown(app, connections, readiness, deadlineMs),
  };
}

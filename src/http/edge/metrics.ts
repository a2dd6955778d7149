import type { FastifyInstance, onSendHookHandler, RouteOptions } from 'fastify';
import { MetricMemory, ROUTES_MAX } from './metric-memory.ts';
import {
  BUCKETS_SECONDS,
  COUNTERS,
  type CounterName,
  type CounterValues,
  GAUGES,
  type GaugeName,
  STATUS_CLASSES,
} from './metric-names.ts';
import { type Family, PROMETHEUS_MEDIA_TYPE, prometheusText, type Sample } from './prometheus.ts';

export type { RefusalReason } from './metric-names.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** When its headers had come, on this thread's clock. */
    beganMs: number;
  }
}

interface Route {
  readonly method: string;
  readonly pattern: string;
}

/** Whoever is asked and does not answer in time is left out: metrics matter most when something hangs. */
const ANSWER_MS = 500;

/** Requests for which there is no route. */
const UNMATCHED: Route = { method: 'any', pattern: 'unmatched' };
const UNMATCHED_AT = 0;

/**
 * Counts for one thread, and tells what all threads counted. Threads know routes by number, so all must have
 * the same routes, installed in the same order.
 */
export class Metrics {
  readonly #memory: MetricMemory;
  readonly #nowMs: () => number;
  readonly #routes: Route[] = [UNMATCHED];
  readonly #others: (() => Promise<readonly Family[]>)[] = [];
  #gather: (() => Promise<readonly Family[]>) | undefined;

  /**
   * @param buffer as {@link MetricMemory.allocate} gives it to all threads
   * @param thread which of them this is, from 0
   * @param nowMs a monotonic clock
   */
  constructor(buffer: SharedArrayBuffer, thread: number, nowMs: () => number) {
    this.#memory = new MetricMemory(buffer, thread);
    this.#nowMs = nowMs;
  }

  count<Name extends CounterName>(name: Name, value: CounterValues[Name], by = 1): void {
    this.#memory.add(name, value, by);
  }

  setGauge(name: GaugeName, value: number): void {
    this.#memory.setGauge(name, value);
  }

  /** Adds what is asked elsewhere whenever metrics are asked for; what fails, or takes long, is left out. */
  ask(other: () => Promise<readonly Family[]>): void {
    this.#others.push(other);
  }

  /** Counts the requests of all routes that are added from now on, and answers `GET /metrics`. */
  readonly install = (app: FastifyInstance): void => {
    app.decorateRequest('beganMs', 0);
    app.addHook('onRequest', (request, _reply, done) => {
      request.beganMs = this.#nowMs();
      done();
    });
    app.addHook('onRoute', (route) => this.#follow(route));
    app.addHook('onSend', (request, reply, _payload, done) => {
      if (request.is404) this.answered(UNMATCHED_AT, request.beganMs, reply.statusCode);
      done();
    });
    app.get('/metrics', async (_request, reply) => {
      reply.header('cache-control', 'no-store').type(PROMETHEUS_MEDIA_TYPE);
      return prometheusText(await (this.#gather ?? this.families)());
    });
  };

  /** The number of a route; that of unmatched ones, if there is no such. */
  numberOf(method: string, pattern: string): number {
    const is = (route: Route): boolean => route.method === method && route.pattern === pattern;
    return Math.max(UNMATCHED_AT, this.#routes.findIndex(is));
  }

  /** Counts a request whose answer is ready. */
  answered(route: number, beganMs: number, status: number): void {
    this.#memory.addRequest(route, status, this.#nowMs() - beganMs);
  }

  /** All metrics in the text format of Prometheus, and others with them. */
  text(others: readonly Family[] = []): string {
    return prometheusText(this.#families(others));
  }

  /** All metrics of this server, and what others add. */
  readonly families = async (): Promise<readonly Family[]> => this.#families(await this.#asked());

  /** Has `GET /metrics` tell something else, in which these are. */
  gatherWith(gather: () => Promise<readonly Family[]>): void {
    this.#gather = gather;
  }

  #families(others: readonly Family[]): readonly Family[] {
    return [
      ...this.#requestFamilies(),
      ...Object.keys(COUNTERS).map((name) => this.#counterFamily(name as CounterName)),
      ...Object.keys(GAUGES).map((name) => this.#gaugeFamily(name as GaugeName)),
      ...others,
      ...processFamilies(),
    ];
  }

  async #asked(): Promise<readonly Family[]> {
    return (await Promise.all(this.#others.map((ask) => inTime(ask())))).flat();
  }

  /** The route counts with a hook of its own, so that no request has to look up which it is. */
  #follow(route: RouteOptions): void {
    const methods = [route.method].flat();
    const lines = methods.map((method) => this.#lineOf({ method, pattern: route.url }));
    const [only] = lines as [number];
    const hook: onSendHookHandler = (request, reply, _payload, done) => {
      const line = lines.length === 1 ? only : (lines[methods.indexOf(request.method)] ?? only);
      this.answered(line, request.beganMs, reply.statusCode);
      done();
    };
    route.onSend = [hook, ...[route.onSend ?? []].flat()];
  }

  #lineOf(route: Route): number {
    if (this.#routes.length >= ROUTES_MAX) return UNMATCHED_AT;
    return this.#routes.push(route) - 1;
  }

  #requestFamilies(): readonly [Family, Family] {
    const counted: Sample[] = [];
    const durations: Sample[] = [];
    for (const [index, { method, pattern }] of this.#routes.entries()) {
      const { byClass, byBucket, secondsSum } = this.#memory.route(index);
      const labels = { method, route: pattern };
      for (const [at, value] of byClass.entries()) {
        const status = STATUS_CLASSES[at] as string;
        if (value > 0) counted.push({ labels: { ...labels, status }, value });
      }
      let count = 0;
      if (byBucket.every((value) => value === 0)) continue;
      for (const [at, value] of byBucket.entries()) {
        count += value;
        const le = String(BUCKETS_SECONDS[at] ?? '+Inf');
        durations.push({ suffix: '_bucket', labels: { ...labels, le }, value: count });
      }
      durations.push({ suffix: '_sum', labels, value: secondsSum });
      durations.push({ suffix: '_count', labels, value: count });
    }
    return [
      {
        name: 'onsale_http_requests_total',
        help: 'Requests answered, but for those that the edge refused.',
        type: 'counter',
        samples: counted,
      },
      {
        name: 'onsale_http_request_duration_seconds',
        help: 'From the headers of a request until its answer is ready to be sent.',
        type: 'histogram',
        samples: durations,
      },
    ];
  }

  #counterFamily(key: CounterName): Family {
    const family = COUNTERS[key];
    const { label } = family;
    const samples = family.values.map((value) => ({
      labels: label === undefined ? {} : { [label]: value },
      value: this.#memory.counter(key, value),
    }));
    return { name: family.name, help: family.help, type: 'counter', samples };
  }

  #gaugeFamily(key: GaugeName): Family {
    const samples = Array.from({ length: this.#memory.threads }, (_, thread) => ({
      labels: { thread: String(thread) },
      value: this.#memory.gauge(key, thread),
    }));
    return { ...GAUGES[key], type: 'gauge', samples };
  }
}

async function inTime(asked: Promise<readonly Family[]>): Promise<readonly Family[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Family[]>((resolve) => {
    timer = setTimeout(() => resolve([]), ANSWER_MS);
  });
  try {
    return await Promise.race([asked.catch(() => []), late]);
  } finally {
    clearTimeout(timer);
  }
}

function processFamilies(): readonly Family[] {
  const { user, system } = process.cpuUsage();
  const cpu = 'Processor time of all threads, user and system.';
  const memory = 'Memory of the process that is in the machine.';
  return [
    single('process_cpu_seconds_total', cpu, 'counter', (user + system) / 1e6),
    single('process_resident_memory_bytes', memory, 'gauge', process.memoryUsage.rss()),
  ];
}

function single(name: string, help: string, type: 'counter' | 'gauge', value: number): Family {
  return { name, help, type, samples: [{ labels: {}, value }] };
}

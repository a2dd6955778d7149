// A small server behind the edge, over real sockets.
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { createEdge, type Edge, type EdgeParts } from '../../src/http/edge/edge.ts';
import { MetricMemory } from '../../src/http/edge/metric-memory.ts';
import {
  type AdmissionSettings,
  DEFAULT_ADMISSION,
  DEFAULT_LIMITS,
  type RequestLimits,
} from '../../src/http/settings.ts';
import { REFUSALS, Refusal } from '../../src/service/refusals.ts';

export interface EdgeServer {
  readonly app: FastifyInstance;
  readonly edge: Edge;
  readonly port: number;
  readonly url: string;
  readonly shutdown: () => Promise<number>;
}

type Choices = {
  readonly admission?: Partial<AdmissionSettings>;
  readonly limits?: Partial<RequestLimits>;
  readonly routes?: (app: FastifyInstance) => void;
  readonly deadlineMs?: number;
} & Partial<Omit<EdgeParts, 'admission' | 'limits'>>;

/** Listens on a free port; whoever opens it calls `shutdown`. */
export async function openEdgeServer(choices: Choices = {}): Promise<EdgeServer> {
  const { routes, deadlineMs = 1000, admission, limits, ...parts } = choices;
  const edge = createEdge({
    log: { level: 'silent', file: undefined },
    threads: 1,
    thread: 0,
    metricMemory: MetricMemory.allocate(1),
    accountOf: () => undefined,
    ...parts,
    admission: { ...DEFAULT_ADMISSION, ...admission },
    // Other tests run meanwhile, and may well stall this one.
    limits: { ...DEFAULT_LIMITS, stallMs: 60_000, ...limits },
  });
  const app = fastify(edge.options);
  for (const install of edge.installers) install(app);
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status =
      error instanceof Refusal ? REFUSALS[error.code].status : (error.statusCode ?? 500);
    if (error instanceof Refusal && error.details['retryAfterSeconds'] !== undefined) {
      reply.header('retry-after', error.details['retryAfterSeconds']);
    }
    reply.code(status).send({ status });
  });
  app.get('/events', () => []);
  app.post('/echo', ({ body }) => ({ body }));
  routes?.(app);
  // After a failure nobody shuts it down, and it must not keep the tests from ending.
  app.server.unref();
  app.server.on('connection', (socket) => socket.unref());
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const shutdown = edge.shutdownOf(app, deadlineMs);
  return { app, edge, port, url: `http://127.0.0.1:${port}`, shutdown };
}

/** A connection on which anything can be written; what comes back is collected as text. */
export class RawClient {
  readonly socket: Socket;
  text = '';
  readonly closed: Promise<void>;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (bytes) => {
      this.text += bytes.toString('latin1');
    });
    // A reset is one of the ways to be refused.
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
  }

  static async to(port: number): Promise<RawClient> {
    const client = new RawClient(port);
    const connected = new Promise<void>((resolve) => client.socket.once('connect', resolve));
    await Promise.race([connected, client.closed]);
    return client;
  }

  get isClosed(): boolean {
    return this.socket.closed;
  }

  /** The statuses of all answers so far. */
  get statuses(): number[] {
    return [...this.text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  }
}

const PATIENCE_MS = 20_000;

/** Waits until something holds; fails, naming it, when it never does. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const untilMs = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > untilMs) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The value of a metric, with its labels as Prometheus shows them. */
export function metricOf(edge: Edge, line: string): number {
  const found = edge.metrics
    .text()
    .split('\n')
    .find((each) => each.startsWith(`${line} `));
  if (found === undefined) throw new Error(`no metric ${line}`);
  return Number(found.slice(line.length + 1));
}

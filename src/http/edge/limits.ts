import type { IncomingMessage, Server, ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import type { RequestLimits } from '../settings.ts';
import type { Metrics, RefusalReason } from './metrics.ts';
import {
  answerOnSocket,
  type EdgeProblem,
  HEADERS_TOO_LARGE,
  MALFORMED,
  REQUEST_TIMEOUT,
} from './refuse.ts';

/** How often Node looks for connections that take too long. Its own 30 s are too seldom for limits of seconds. */
const CHECK_INTERVAL_MS = 500;
/** Then a client has to connect again, which spreads long-lived ones over all threads. */
const REQUESTS_PER_CONNECTION = 10_000;

/** What `http.createServer` is told. */
export function httpOptions(limits: RequestLimits): ServerOptions {
  return {
    maxHeaderSize: limits.headerBytes,
    requestTimeout: limits.requestTimeoutMs,
    // Node insists on this order of the two.
    headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
    insecureHTTPParser: false,
    requireHostHeader: true,
    noDelay: true,
  };
}

/** What Fastify is told. */
export function bodyOptions(limits: RequestLimits, metrics: Metrics): FastifyServerOptions {
  return {
    bodyLimit: limits.bodyBytes,
    clientErrorHandler: (error, socket) => refuseOnSocket(error, socket, metrics),
    // What comes on open connections while the server shuts down is still served.
    return503OnClosing: false,
  };
}

/** Whether to read what is left of a request may take long: its body is larger than we read, or of unknown size. */
export function isEndless({ headers }: IncomingMessage, limits: RequestLimits): boolean {
  if (headers['transfer-encoding'] !== undefined) return true;
  return Number(headers['content-length'] ?? 0) > limits.bodyBytes;
}

/**
 * Hangs up on who is answered before the body is there. Else Node reads all that still comes, to throw it away
 * and keep the connection: right for some bytes that are late, but not for a gigabyte.
 */
export function cutOffBodies(limits: RequestLimits): (app: FastifyInstance) => void {
  return (app) => {
    app.addHook('onSend', ({ raw }, reply, _payload, done) => {
      if (!raw.complete && isEndless(raw, limits)) reply.header('connection', 'close');
      done();
    });
  };
}

/** Bounds the open connections of a server, and counts them. */
export function limitConnections(server: Server, connections: number, metrics: Metrics): void {
  server.maxConnections = Math.max(1, connections);
  server.maxRequestsPerSocket = REQUESTS_PER_CONNECTION;
  let open = 0;
  server.on('connection', (socket: Socket) => {
    metrics.count('connections', 'accepted');
    metrics.setGauge('connectionsOpen', ++open);
    socket.once('close', () => metrics.setGauge('connectionsOpen', --open));
  });
  server.on('drop', () => metrics.count('connections', 'dropped'));
}

function refuseOnSocket(error: NodeJS.ErrnoException, socket: Socket, metrics: Metrics): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [problem, reason] = problemOf(error.code);
  metrics.count('refused', reason);
  answerOnSocket(socket, problem);
}

function problemOf(code: string | undefined): readonly [EdgeProblem, RefusalReason] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return [HEADERS_TOO_LARGE, 'headers-too-large'];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [REQUEST_TIMEOUT, 'request-timeout'];
    default:
      return [MALFORMED, 'malformed'];
  }
}

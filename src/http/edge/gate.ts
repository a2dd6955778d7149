// Stands in front of Fastify: whoever is refused here costs no routing, no hooks and no reading of bodies.
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { RequestLimits } from '../settings.ts';
import { type Admission, needsPermit, RETRY_AFTER_SECONDS } from './admission.ts';
import type { Connections } from './connections.ts';
import { HEALTH_PATHS } from './health.ts';
import { HeldMessage } from './held-message.ts';
import { httpOptions, isEndless, limitConnections } from './limits.ts';
import type { Metrics, RefusalReason } from './metrics.ts';
import type { RateLimit } from './rate-limit.ts';
import {
  answerProblem,
  BODY_TOO_LARGE,
  type EdgeProblem,
  OVERLOADED,
  STALLED,
  THROTTLED,
} from './refuse.ts';
import type { StallWatch } from './stall.ts';

export interface GateParts {
  readonly limits: RequestLimits;
  /** Open connections of this thread. */
  readonly connectionsMax: number;
  readonly admission: Admission;
  readonly rate: RateLimit | undefined;
  readonly stall: StallWatch;
  readonly metrics: Metrics;
  readonly connections: Connections;
  /** Answers some requests in the place of Fastify; undefined: none. */
  readonly shortCut: () => ShortCut | undefined;
}

/** Whether it answers the request; else, or when it thinks better of it later, `otherwise` does. */
export type ShortCut = (
  request: HeldMessage,
  response: ServerResponse,
  otherwise: (request: IncomingMessage, response: ServerResponse) => void,
) => boolean;

/** Makes the server of Fastify (its `serverFactory`), with a gate before its handler. */
export function gatedServer(parts: GateParts): (handler: RequestListener) => Server {
  return (handler) => {
    const gate = new Gate(parts);
    const options = { ...httpOptions(parts.limits), IncomingMessage: HeldMessage };
    const server = createServer(options, (request, response) => {
      if (!gate.letsIn(request, response)) return;
      if (parts.shortCut()?.(request, response, handler) === true) return;
      handler(request, response);
    });
    // Who asks before sending the body is told before sending it.
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      if (!gate.letsIn(request, response)) return;
      response.writeContinue();
      handler(request, response);
    });
    limitConnections(server, parts.connectionsMax, parts.metrics);
    parts.connections.follow(server);
    return server;
  };
}

class Gate {
  readonly #parts: GateParts;

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /** Whether the request may go on; else it has been answered. */
  letsIn(request: IncomingMessage, response: ServerResponse): boolean {
    const { admission, rate, stall, connections, limits } = this.#parts;
    connections.asked(request, response);
    const { method, url = '' } = request;
    const wait = rate === undefined ? 0 : rate.retryAfterSeconds(request.socket.remoteAddress);
    if (wait > 0 && !HEALTH_PATHS.has(url)) {
      return this.#refuse(request, response, THROTTLED, 'throttled', wait);
    }
    if (!needsPermit(method) && !hasBody(request)) return true;
    if (Number(request.headers['content-length']) > limits.bodyBytes) {
      return this.#refuse(request, response, BODY_TOO_LARGE, 'body-too-large', 0);
    }
    if (!needsPermit(method)) return true;
    if (admission.full) {
      return this.#refuse(request, response, OVERLOADED, 'queue-full', RETRY_AFTER_SECONDS);
    }
    if (stall.isStalled()) {
      return this.#refuse(request, response, STALLED, 'stalled', RETRY_AFTER_SECONDS);
    }
    return true;
  }

  #refuse(
    request: IncomingMessage,
    response: ServerResponse,
    problem: EdgeProblem,
    reason: RefusalReason,
    retryAfterSeconds: number,
  ): false {
    this.#parts.metrics.count('refused', reason);
    const { connections, limits } = this.#parts;
    const close = connections.draining || isEndless(request, limits);
    answerProblem(request, response, problem, retryAfterSeconds, close);
    return false;
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

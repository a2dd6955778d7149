// What is logged of a request is chosen field by field: nothing gets into a log by being part of a request.
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  FastifyServerOptions,
} from 'fastify';
import { LogController } from 'fastify';
import { type Logger, type LoggerOptions, pino } from 'pino';
import { InputError } from '../../base/errors.ts';
import { REFUSALS, Refusal } from '../../service/refusals.ts';
import type { LogSettings } from '../settings.ts';
import { LogFile } from './log-file.ts';

/** The log of one thread. */
export interface ServerLog {
  readonly logger: FastifyBaseLogger;
  /** For Fastify. */
  readonly options: FastifyServerOptions;
  /** One line for each finished request, and one for each error that nobody expected. */
  readonly install: (app: FastifyInstance) => void;
  /** A line for a finished request; undefined where there are none. */
  readonly request: ((line: RequestLine) => void) | undefined;
  /** A line for an error, if nobody expected it. */
  readonly error: (requestId: string, error: Error) => void;
  /** Closes the file and opens it again, after somebody has renamed it. */
  reopen(): void;
  /** Waits until all is written that can be. */
  close(): Promise<void>;
}

/** What there is to say of a finished request. */
export interface RequestLine {
  readonly reqId: string;
  readonly method: string;
  /** The pattern: what stands in its places, or after it, may be nobody else's business. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  readonly remoteAddress: string | undefined;
  readonly accountId: string | undefined;
}

export interface LogParts {
  readonly settings: LogSettings;
  /** Whom a request comes from, if that is known by the time it has been answered. */
  readonly accountOf: (request: FastifyRequest) => string | undefined;
  /** Told how many lines could not be written. */
  readonly lost: (lines: number) => void;
}

/** Wherever in an object somebody logs by mistake, at its top or one below. */
const SECRETS: readonly string[] = [
  'authorization',
  'cookie',
  'password',
  'token',
  'secret',
].flatMap((key) => [key, `*.${key}`, `*.headers.${key}`]);
const KEY_HEADER = 'idempotency-key';

/**
 * The log of this thread: a line of JSON for everything, to a file or to standard error. Several threads and processes
 * may append to one file.
 * @throws InputError when the file cannot be opened
 */
export function openLog({ settings, accountOf, lost }: LogParts): ServerLog {
  const { level } = settings;
  if (level === 'silent') return silentLog();
  const file = new LogFile(settings.file, lost);
  const form: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  const logger = pino(
    {
      ...form,
      redact: [...SECRETS, `["${KEY_HEADER}"]`, `*["${KEY_HEADER}"]`, `*.headers["${KEY_HEADER}"]`],
      serializers: { err: plainError, req: plainRequest, res: plainReply },
    },
    file,
  ) as FastifyBaseLogger;
  const error = errorLines(logger);
  // To look for secrets costs more than to write the line, in which there are none.
  const request = requestLines(pino(form, file));
  return {
    logger,
    request,
    error,
    options: {
      // A server that has a logger of its own follows every answer to its end, for lines that are not written.
      logger: false,
      // A logger for each request costs as much as the request's line; ours name the request themselves.
      childLoggerFactory: () => logger,
      // One line of ours says more than the two of Fastify's.
      logController: new LogController({ disableRequestLogging: true }),
    },
    install(app) {
      if (request) installRequestLines(app, request, accountOf);
      app.addHook('onError', ({ id }, _reply, thrown, done) => {
        error(id, thrown);
        done();
      });
    },
    reopen: () => file.reopen(),
    close: () => file.close(),
  };
}

/** Costs nothing. */
function silentLog(): ServerLog {
  return {
    logger: pino({ level: 'silent' }) as FastifyBaseLogger,
    options: { logger: false },
    request: undefined,
    error() {},
    install() {},
    reopen() {},
    async close() {},
  };
}

function requestLines(logger: Logger): ServerLog['request'] {
  if (!logger.isLevelEnabled('info')) return undefined;
  return (line) => {
    const durationMs = Math.round(line.durationMs * 1000) / 1000;
    logger.info({ ...line, durationMs }, 'request');
  };
}

function installRequestLines(
  app: FastifyInstance,
  write: (line: RequestLine) => void,
  accountOf: LogParts['accountOf'],
): void {
  app.addHook('onResponse', (request, reply, done) => {
    write({
      reqId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'unmatched',
      status: reply.statusCode,
      durationMs: reply.elapsedTime,
      remoteAddress: request.socket.remoteAddress,
      accountId: accountOf(request),
    });
    done();
  });
}

function errorLines(logger: FastifyBaseLogger): ServerLog['error'] {
  return (reqId, error) => {
    if (!isExpected(error)) logger.error({ reqId, err: error }, 'error');
  };
}

/** Whether an error says what is wrong with a request, and not with the server. */
function isExpected(error: Error & { readonly statusCode?: number }): boolean {
  if (error instanceof Refusal) return REFUSALS[error.code].status < 500;
  return error instanceof InputError || (error.statusCode ?? 500) < 500;
}

function plainError(error: unknown): object {
  if (!(error instanceof Error)) return { message: typeof error };
  return { type: error.name, message: error.message, stack: error.stack };
}

function plainRequest(request: Partial<FastifyRequest>): object {
  return { id: request.id, method: request.method };
}

function plainReply(reply: { readonly statusCode?: number }): object {
  return { status: reply.statusCode };
}

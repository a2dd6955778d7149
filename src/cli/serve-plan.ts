// What the options of `sim serve` ask for, before anything is touched.

import { join } from 'node:path';
import { InputError } from '../base/errors.ts';
import { LOG_LEVELS } from '../base/log-line.ts';
import { isLoopbackHost } from '../base/loopback.ts';
import { defaultStrategy } from '../http/default-strategy.ts';
import {
  type AdmissionSettings,
  DEFAULT_ADMISSION,
  DEFAULT_LIMITS,
  type Keeping,
  type ServerSettings,
} from '../http/settings.ts';
import { GUEST_RIGHTS } from '../service/policy.ts';
import { DURABILITIES, type Durability } from '../service/records/records.ts';
import { type Arguments, chosen, isSet, textOf, wholeNumber } from './options.ts';
import { requireUrl } from './server-url.ts';

interface ServeDefaults {
  readonly host: string;
  readonly port: number;
  readonly folder: string;
  readonly holdTtlSeconds: number;
  readonly maxPerRequest: number;
  readonly maxEvents: number;
  readonly maxTickets: number;
  readonly seed: string;
  readonly tokenTtlSeconds: number;
  readonly admission: AdmissionSettings;
}

/** What holds where nothing is said. */
export const SERVE_DEFAULTS: ServeDefaults = {
  host: '127.0.0.1',
  port: 8080,
  folder: './onsale-data',
  holdTtlSeconds: 120,
  maxPerRequest: 10,
  maxEvents: 1000,
  maxTickets: 100_000,
  seed: '42',
  tokenTtlSeconds: 900,
  admission: DEFAULT_ADMISSION,
};

const PORT_MAX = 65_535;
/** More accept no faster, and leave fewer cores to whoever else works here. */
const THREADS_BY_DEFAULT_MAX = 4;
const THREADS_MAX = 64;
const INSTANCES_MAX = 64;
const DAY_SECONDS = 86_400;
/** Counts of tickets are kept in words of 32 bits, and must not wrap. */
const TICKETS_MAX = 2 ** 30;
const EVENTS_MAX = 100_000;
const MILLION = 1_000_000;

/** Events that are made up. */
export interface Samples {
  readonly count: number;
  readonly seed: string;
}

/** All of it but the secrets. */
export interface ServePlan {
  readonly settings: Omit<ServerSettings, 'tokens'>;
  /** What is kept lies there: the books, the secret, the log. */
  readonly folder: string | undefined;
  readonly tokenTtlMs: number;
  readonly instances: number;
  readonly eventsFile: string | undefined;
  readonly samples: Samples | undefined;
  readonly adminName: string | undefined;
  /** Whether guests may do so much because nobody but this machine can come. */
  readonly guestsByDefault: boolean;
  /** Whether there is a console, if that was said. */
  readonly console: boolean;
}

/**
 * Reads the command line.
 * @param cores how many threads this machine runs at once
 * @throws InputError when a value is wrong, or two do not go together
 */
export function servePlan(argv: Arguments, cores: number): ServePlan {
  const host = hostOf(argv);
  const keeping = keepingOf(argv);
  const instances = numberOf(argv, 'instances', 1, 1, INSTANCES_MAX);
  if (instances > 1 && keeping.kind !== 'postgres') {
    throw new InputError('--instances needs --postgres: servers sell from one place together');
  }
  const guests = chosen(argv, 'guests', GUEST_RIGHTS, isLoopbackHost(host) ? 'all' : 'none');
  const threads = Math.min(cores, THREADS_BY_DEFAULT_MAX);
  return {
    settings: {
      host,
      port: numberOf(argv, 'port', SERVE_DEFAULTS.port, 0, PORT_MAX),
      threads: numberOf(argv, 'threads', threads, 1, THREADS_MAX),
      strategy: textOf(argv, 'strategy') ?? defaultStrategy(keeping),
      keeping,
      maxEvents: numberOf(argv, 'max-events', SERVE_DEFAULTS.maxEvents, 1, EVENTS_MAX),
      maxTickets: numberOf(argv, 'max-tickets', SERVE_DEFAULTS.maxTickets, 1, TICKETS_MAX),
      terms: {
        holdTtlMs: secondsOf(argv, 'hold-ttl', SERVE_DEFAULTS.holdTtlSeconds),
        maxPerRequest: numberOf(argv, 'max-per-request', SERVE_DEFAULTS.maxPerRequest, 1, 10_000),
        guests,
      },
      admission: admissionOf(argv),
      limits: DEFAULT_LIMITS,
      log: {
        level: chosen(argv, 'log-level', LOG_LEVELS, 'info'),
        file: textOf(argv, 'log-file'),
      },
    },
    folder: keeping.kind === 'folder' ? folderOf(argv) : undefined,
    tokenTtlMs: secondsOf(argv, 'token-ttl', SERVE_DEFAULTS.tokenTtlSeconds),
    instances,
    eventsFile: textOf(argv, 'events'),
    samples: samplesOf(argv),
    adminName: textOf(argv, 'admin'),
    guestsByDefault: textOf(argv, 'guests') === undefined,
    console: isSet(argv, 'console'),
  };
}

function hostOf(argv: Arguments): string {
  const host = textOf(argv, 'host') ?? SERVE_DEFAULTS.host;
  if (/^[\w.:%-]+$/.test(host)) return host;
  throw new InputError(`--host must be a name or an address, without a port; got "${host}"`);
}

function keepingOf(argv: Arguments): Keeping {
  const url = textOf(argv, 'postgres');
  const redis = textOf(argv, 'redis');
  if (redis !== undefined && url === undefined) {
    throw new InputError('--redis needs --postgres: it only stands before the books');
  }
  if (isSet(argv, 'memory')) {
    exclude(argv, '--memory', ['data', 'durability', 'postgres']);
    return { kind: 'memory' };
  }
  if (url !== undefined) {
    exclude(argv, '--postgres', ['data', 'durability']);
    requireUrl(url, '--postgres', 'postgres');
    if (redis !== undefined) requireUrl(redis, '--redis', 'redis');
    return { kind: 'postgres', url, redis };
  }
  const durabilities = Object.keys(DURABILITIES) as Durability[];
  const durability = chosen(argv, 'durability', durabilities, 'fsync');
  // A folder of their own: what else lies there, the books do not know.
  return { kind: 'folder', folder: join(folderOf(argv), 'books'), durability };
}

function folderOf(argv: Arguments): string {
  const folder = textOf(argv, 'data') ?? SERVE_DEFAULTS.folder;
  if (folder !== '') return folder;
  throw new InputError('--data needs the name of a folder; got ""');
}

function exclude(argv: Arguments, flag: string, others: readonly string[]): void {
  const other = others.find((each) => textOf(argv, each) !== undefined);
  if (other !== undefined) throw new InputError(`${flag} and --${other} exclude each other`);
}

function samplesOf(argv: Arguments): Samples | undefined {
  const given = textOf(argv, 'sample-events');
  const seed = textOf(argv, 'seed');
  if (given !== undefined) {
    const most = numberOf(argv, 'max-events', SERVE_DEFAULTS.maxEvents, 1, EVENTS_MAX);
    exclude(argv, '--sample-events', ['events']);
    const count = wholeNumber('sample-events', given, 1, most);
    return { count, seed: seed ?? SERVE_DEFAULTS.seed };
  }
  if (seed === undefined) return undefined;
  throw new InputError('--seed needs --sample-events, which are drawn from it');
}

function admissionOf(argv: Arguments): AdmissionSettings {
  const { concurrency, queue, clientRatePerSecond, connections } = DEFAULT_ADMISSION;
  return {
    concurrency: numberOf(argv, 'concurrency', concurrency, 1, MILLION),
    queue: numberOf(argv, 'queue', queue, 0, MILLION),
    clientRatePerSecond: numberOf(argv, 'client-rate', clientRatePerSecond, 0, MILLION),
    connections: numberOf(argv, 'connections', connections, 1, MILLION),
  };
}

function numberOf(
  argv: Arguments,
  flag: string,
  byDefault: number,
  min: number,
  max: number,
): number {
  const given = textOf(argv, flag);
  return given === undefined ? byDefault : wholeNumber(flag, given, min, max);
}

/** In milliseconds. */
function secondsOf(argv: Arguments, flag: string, byDefault: number): number {
  return numberOf(argv, flag, byDefault, 1, DAY_SECONDS) * 1000;
}

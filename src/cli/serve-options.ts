import type { Options } from 'yargs';
import { LOG_LEVELS } from '../base/log-line.ts';
import { GUEST_RIGHTS } from '../service/policy.ts';
import { DURABILITIES } from '../service/records/records.ts';
import { text } from './options.ts';
import { SERVE_DEFAULTS as DEFAULTS } from './serve-plan.ts';

const SELLING = 'Selling:';
const KEEPING = 'Keeping the books:';
const LISTENING = 'Listening:';
const ACCOUNTS = 'Accounts:';
const ADMISSION = 'Admission (beyond it, requests are refused at once):';
const WATCHING = 'Logs and console:';

/** What `sim serve` takes. */
export function serveOptions(): Record<string, Options> {
  return {
    ...listeningOptions(),
    ...sellingOptions(),
    ...keepingOptions(),
    ...accountOptions(),
    ...admissionOptions(),
    'log-level': text(`least level of log lines: ${LOG_LEVELS.join(', ')} [info]`, WATCHING),
    'log-file': text('append log lines to this file [stderr; beside a console, a file]', WATCHING),
    console: {
      type: 'boolean',
      description: 'take commands from stdin [where stdin and stderr are a terminal]',
      group: WATCHING,
    },
  };
}

function listeningOptions(): Record<string, Options> {
  return {
    host: text(`address to listen on [${DEFAULTS.host}: this machine only]`, LISTENING),
    port: text(`port to listen on; 0: one that is free [${DEFAULTS.port}]`, LISTENING),
    threads: text('threads that accept connections [one for each core, 4 at most]', LISTENING),
    instances: text('servers behind the one address; needs --postgres [1]', LISTENING),
  };
}

function sellingOptions(): Record<string, Options> {
  return {
    strategy: text(
      'how stock is kept consistent; see sim strategies [compare-and-swap; with --postgres pg-update, with --redis too redis-pg]',
      SELLING,
    ),
    events: text('put the events of this JSON file on sale, if they are not yet', SELLING),
    'sample-events': text('put so many made-up events on sale, if they are not yet', SELLING),
    seed: text(`what --sample-events are drawn from [${DEFAULTS.seed}]`, SELLING),
    'hold-ttl': text(`seconds for which tickets are held [${DEFAULTS.holdTtlSeconds}]`, SELLING),
    'max-per-request': text(`most tickets of one reservation [${DEFAULTS.maxPerRequest}]`, SELLING),
    'max-events': text(`most events [${DEFAULTS.maxEvents}]`, SELLING),
    'max-tickets': text(`most tickets of one event [${DEFAULTS.maxTickets}]`, SELLING),
  };
}

function keepingOptions(): Record<string, Options> {
  const durabilities = Object.keys(DURABILITIES).join(', ');
  return {
    data: text(`folder of the embedded database [${DEFAULTS.folder}]`, KEEPING),
    durability: text(`when a sale is acknowledged: ${durabilities} [fsync]`, KEEPING),
    memory: {
      type: 'boolean',
      description: 'keep nothing: all ends with the server',
      group: KEEPING,
    },
    postgres: text('keep all in PostgreSQL at this URL ($DATABASE_URL is not looked at)', KEEPING),
    redis: text('let Redis at this URL refuse most of a rush; needs --postgres', KEEPING),
  };
}

function accountOptions(): Record<string, Options> {
  return {
    guests: text(
      `what is allowed without an account: ${GUEST_RIGHTS.join(', ')} [all on this machine only, else none]`,
      ACCOUNTS,
    ),
    'token-ttl': text(
      `seconds for which a log-in is valid [${DEFAULTS.tokenTtlSeconds}]`,
      ACCOUNTS,
    ),
    admin: text(
      'see to it that there is an admin of this name [password: $ONSALE_ADMIN_PASSWORD, or made up]',
      ACCOUNTS,
    ),
  };
}

function admissionOptions(): Record<string, Options> {
  const { concurrency, queue, clientRatePerSecond, connections } = DEFAULTS.admission;
  return {
    concurrency: text(`requests worked on at the same time [${concurrency}]`, ADMISSION),
    queue: text(`requests that wait for one of those to end [${queue}]`, ADMISSION),
    'client-rate': text(
      `requests a second of one address; 0: any number [${clientRatePerSecond}]`,
      ADMISSION,
    ),
    connections: text(`open connections [${connections}]`, ADMISSION),
  };
}

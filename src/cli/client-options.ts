import { homedir } from 'node:os';
import type { Options } from 'yargs';
import { InputError, shown } from '../base/errors.ts';
import { LOG_LEVELS } from '../base/log-line.ts';
import type { ClientSettings } from '../client/client.ts';
import { stateFolder } from '../client/session-store.ts';
import { type Arguments, chosen, isSet, text, textOf } from './options.ts';
import { requireWritable } from './output.ts';

const SERVICE = 'Service:';
const OUTPUT = 'Output:';
const URL_VARIABLE = 'ONSALE_URL';
const URL_DEFAULT = 'http://127.0.0.1:8080';
const TIMEOUT_DEFAULT_S = '15';

/** What every command of the client takes. */
export function clientOptions(): Record<string, Options> {
  return {
    url: text(`where the service is [$${URL_VARIABLE}, else ${URL_DEFAULT}]`, SERVICE),
    timeout: text(
      `seconds for each thing that is asked, repeats included [${TIMEOUT_DEFAULT_S}]`,
      SERVICE,
    ),
    anonymous: {
      type: 'boolean',
      description: 'as a guest, whoever is logged in; a log-in is not kept',
      group: SERVICE,
    },
    'log-file': text('append the client’s log lines to this file', OUTPUT),
    'log-level': text(`least level of those: ${LOG_LEVELS.join(', ')} [debug]`, OUTPUT),
  };
}

/** What commands for scripts take, too. */
export function jsonOption(): Record<string, Options> {
  return {
    json: { type: 'boolean', description: 'print one JSON value', group: OUTPUT },
  };
}

/**
 * @param connections how many at a time
 * @throws InputError when anything that was given cannot be used
 */
export function clientSettings(argv: Arguments, connections: number): ClientSettings {
  return {
    url: serviceUrl(textOf(argv, 'url')),
    timeoutMs: timeoutMs(textOf(argv, 'timeout') ?? TIMEOUT_DEFAULT_S),
    anonymous: isSet(argv, 'anonymous'),
    logFile: requireWritable(textOf(argv, 'log-file'), '--log-file'),
    logLevel: chosen(argv, 'log-level', LOG_LEVELS, 'debug'),
    stateFolder: stateFolder(process.env, homedir()),
    connections,
  };
}

function serviceUrl(given: string | undefined): string {
  const variable = process.env[URL_VARIABLE] || undefined;
  const [url, name] =
    given === undefined ? [variable ?? URL_DEFAULT, `$${URL_VARIABLE}`] : [given, '--url'];
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new InputError(`${name} must be a URL such as ${URL_DEFAULT}; got ${shown(url)}`);
  }
  const { username, password, search, hash, origin, pathname } = parsed;
  if (username !== '' || password !== '' || search !== '' || hash !== '') {
    // Not the URL itself: it may hold a password.
    throw new InputError(`${name} must have neither a name, a password, a query nor a fragment`);
  }
  return origin + pathname.replace(/\/+$/, '');
}

function timeoutMs(given: string): number {
  const seconds = /^\d{1,5}(?:\.\d{1,3})?$/.test(given) ? Number(given) : 0;
  if (seconds > 0 && seconds <= 3600) return seconds * 1000;
  throw new InputError(
    `--timeout must be a number of seconds, above 0, up to 3600; got "${given}"`,
  );
}

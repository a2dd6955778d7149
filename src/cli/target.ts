import type { Options } from 'yargs';
import { InputError } from '../base/errors.ts';
import { parseDurationNs } from '../sim/quantities.ts';
import type { StoreTerms } from '../sim/store-at-work.ts';
import { ADAPTERS, loadAdapter } from '../store/http/load-adapter.ts';
import { requireTarget } from '../store/http/place.ts';
import { type AnyStrategy, isStored } from '../store/stored.ts';
import { type Arguments, isSet, text, textOf } from './options.ts';

const GROUP = 'A service of yours (strategy http):';
const FLAGS = ['target', 'adapter', 'answer-within'] as const;
/** Nobody waits longer for an answer. */
const ANSWER_MS_MAX = 600_000;

/** Which service the strategy `http` asks, and how. */
export function targetOptions(): Record<string, Options> {
  return {
    target: text('URL of the service, such as http://localhost:8080', GROUP),
    adapter: text(`how it is spoken to: ${ADAPTERS.join(', ')}, or a module of yours`, GROUP),
    'answer-within': text('a request without an answer is in doubt after this time [8s]', GROUP),
    'i-own-this-target': {
      type: 'boolean',
      description: 'it may be on another machine, since it is yours',
      group: GROUP,
    },
  };
}

/**
 * The service that is to be asked, if any is.
 * @throws InputError when it is missing, or may not be asked
 */
export async function targetTerms(
  argv: Arguments,
  strategies: readonly AnyStrategy[],
): Promise<Pick<StoreTerms, 'target' | 'settleMs'>> {
  const asks = strategies.some((each) => isStored(each) && each.family === 'http');
  const url = textOf(argv, 'target');
  const adapter = textOf(argv, 'adapter');
  const owned = isSet(argv, 'i-own-this-target');
  if (!asks) {
    const stray = FLAGS.find((flag) => textOf(argv, flag) !== undefined);
    if (stray === undefined && !owned) return {};
    throw new InputError(
      `--${stray ?? 'i-own-this-target'} is for the strategy http, which is not asked for; give --strategy http`,
    );
  }
  if (url === undefined) {
    throw new InputError(
      'http asks a service of yours: give its URL by --target, such as http://localhost:8080',
    );
  }
  if (adapter === undefined) {
    throw new InputError(
      `http needs to know how ${url} is spoken to: give --adapter ${ADAPTERS.join(', ')}, or a module of yours`,
    );
  }
  const target = { url, adapter, owned };
  await requireTarget(target);
  await loadAdapter(adapter);
  return { target, settleMs: answerMs(textOf(argv, 'answer-within')) };
}

function answerMs(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const ms = (parseDurationNs(given) ?? 0) / 1e6;
  if (ms >= 1 && ms <= ANSWER_MS_MAX) return Math.round(ms);
  throw new InputError(
    `--answer-within must be a time from 1ms to 10m, such as 2s; got "${given}"`,
  );
}

import { InputError, shown } from '../base/errors.ts';
import { PROMISES, type Strategy } from './strategy.ts';

/**
 * Checks a strategy of your own where it is written, and gives an editor its types.
 * @returns the same strategy, frozen
 * @throws InputError that says what is missing or wrong
 */
export function defineStrategy<Defined extends Strategy>(strategy: Defined): Readonly<Defined> {
  const fault = faultOf(strategy);
  if (fault !== undefined) throw new InputError(`a strategy ${fault}`);
  return Object.freeze(strategy);
}

/** What names look like; short enough for a table. */
const KEBAB_CASE = /^(?=.{1,40}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** What keeps a value from being a strategy, if anything does. */
export function faultOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return `must be an object; got ${shown(value)}`;
  const { name, summary, source, promises, breaks = [], open } = value as Partial<Strategy>;
  const texts = { name, summary, source };
  for (const [key, text] of Object.entries(texts)) {
    if (typeof text !== 'string' || text === '') {
      return `must give its ${key} as a text; got ${shown(text)}`;
    }
  }
  if (!KEBAB_CASE.test(name as string)) return `must have a name in kebab-case; got "${name}"`;
  for (const [key, list] of Object.entries({ promises, breaks })) {
    if (!Array.isArray(list) || !list.every((promise) => Object.hasOwn(PROMISES, promise))) {
      return `must list its ${key} among ${Object.keys(PROMISES).join(', ')}; got ${shown(list)}`;
    }
  }
  const optional = ['ownWords', 'describeWord', 'openClerk'] as const;
  for (const key of optional) {
    const given = (value as Partial<Strategy>)[key];
    if (given !== undefined && typeof given !== 'function') {
      return `must give ${key} as a function; got ${shown(given)}`;
    }
  }
  return typeof open === 'function' ? undefined : `must have a function open; got ${shown(open)}`;
}

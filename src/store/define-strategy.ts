import { InputError, shown } from '../base/errors.ts';
import { FAMILIES, SERVER_KINDS, type StoreStrategy } from './stored.ts';
import { PROMISES, type Strategy } from './strategy.ts';

/**
 * Checks a strategy of your own where it is written, and gives an editor its types.
 * @returns the same strategy, frozen
 * @throws InputError that says what is missing or wrong
 */
export function defineStrategy<Defined extends Strategy>(strategy: Defined): Readonly<Defined> {
  return checked(strategy, faultOf(strategy));
}

/** As {@link defineStrategy}, for one that sells from a store outside of memory. */
export function defineStoreStrategy<Defined extends StoreStrategy>(
  strategy: Defined,
): Readonly<Defined> {
  return checked(strategy, factsFaultOf(strategy) ?? storeFaultOf(strategy));
}

function checked<Defined>(strategy: Defined, fault: string | undefined): Readonly<Defined> {
  if (fault !== undefined) throw new InputError(`a strategy ${fault}`);
  return Object.freeze(strategy);
}

/** What names look like; short enough for a table. */
const KEBAB_CASE = /^(?=.{1,40}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** What only strategies on stores have: whoever gives one of these means to be one. */
const STORE_ONLY = ['family', 'needs', 'isolation', 'durability', 'prepare', 'readBack', 'remove'];

/** What keeps a value from being a strategy, if anything does. */
export function faultOf(value: unknown): string | undefined {
  const fault = factsFaultOf(value);
  if (fault !== undefined) return fault;
  const isOnStore = STORE_ONLY.some((key) => key in (value as object));
  return isOnStore ? storeFaultOf(value) : memoryFaultOf(value);
}

function factsFaultOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return `must be an object; got ${shown(value)}`;
  const { name, summary, source, promises, breaks = [] } = value as Partial<Strategy>;
  const fault = textFaultOf({ name, summary, source });
  if (fault !== undefined) return fault;
  if (!KEBAB_CASE.test(name as string)) return `must have a name in kebab-case; got "${name}"`;
  return listFaultOf({ promises, breaks }, Object.keys(PROMISES));
}

function memoryFaultOf(value: unknown): string | undefined {
  for (const key of ['ownWords', 'describeWord', 'openClerk'] as const) {
    const given = (value as Partial<Strategy>)[key];
    if (given !== undefined && typeof given !== 'function') {
      return `must give ${key} as a function; got ${shown(given)}`;
    }
  }
  return functionFaultOf({ open: (value as Partial<Strategy>).open });
}

function storeFaultOf(value: unknown): string | undefined {
  const strategy = value as Partial<StoreStrategy>;
  const { family, needs, isolation, durability, prepare, open, readBack, remove } = strategy;
  if (!FAMILIES.some((known) => known === family)) {
    return `must give its family as one of ${FAMILIES.join(', ')}; got ${shown(family)}`;
  }
  return (
    listFaultOf({ needs }, SERVER_KINDS) ??
    textFaultOf({ isolation, durability }) ??
    functionFaultOf({ prepare, open, readBack, remove })
  );
}

/** Values of a strategy, by what they are called. */
type Given = Readonly<Record<string, unknown>>;

function textFaultOf(texts: Given): string | undefined {
  for (const [key, text] of Object.entries(texts)) {
    if (typeof text !== 'string' || text === '') {
      return `must give its ${key} as a text; got ${shown(text)}`;
    }
  }
  return undefined;
}

function listFaultOf(lists: Given, allowed: readonly string[]): string | undefined {
  for (const [key, list] of Object.entries(lists)) {
    if (!Array.isArray(list) || !list.every((each) => allowed.includes(each))) {
      return `must list its ${key} among ${allowed.join(', ')}; got ${shown(list)}`;
    }
  }
  return undefined;
}

function functionFaultOf(functions: Given): string | undefined {
  for (const [key, given] of Object.entries(functions)) {
    if (typeof given !== 'function') return `must have a function ${key}; got ${shown(given)}`;
  }
  return undefined;
}

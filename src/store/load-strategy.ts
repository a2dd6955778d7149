import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError, messageOf } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { catalog } from './catalog.ts';
import { PROMISES, type Strategy } from './strategy.ts';

/**
 * Finds a strategy: one of the catalogue by its name, or the default export of a module by its path
 * or file URL.
 * @throws InputError when there is none, or the module's export is not a strategy
 */
export async function loadStrategy(reference: string): Promise<Strategy> {
  if (isModule(reference)) return importStrategy(reference);
  const strategy = catalog.find(({ name }) => name === reference);
  if (strategy) return strategy;
  const names = catalog.map(({ name }) => name);
  throw new InputError(
    `there is no strategy "${reference}"; there are ${names.join(', ')}${nearest(reference, names)}`,
  );
}

/** Whether a reference names a module: it has a slash or a module's extension. */
function isModule(reference: string): boolean {
  return /[/\\]|\.[cm]?js$/.test(reference);
}

/** A reference that means the same module in every thread and folder. */
export function absoluteReference(reference: string): string {
  if (!isModule(reference) || reference.startsWith('file:')) return reference;
  return pathToFileURL(resolve(reference)).href;
}

/** What names look like; short enough for a table. */
const KEBAB_CASE = /^(?=.{1,40}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;

async function importStrategy(reference: string): Promise<Strategy> {
  const url = new URL(absoluteReference(reference));
  if (!existsSync(url)) throw new InputError(`there is no strategy module ${reference}`);
  let exported: unknown;
  try {
    exported = ((await import(url.href)) as { default?: unknown }).default;
  } catch (error) {
    throw new InputError(`the strategy module ${reference} fails to load: ${messageOf(error)}`);
  }
  const fault = faultOf(exported);
  if (fault !== undefined) throw new InputError(`the strategy module ${reference} ${fault}`);
  return exported as Strategy;
}

/** What keeps a value from being a strategy, if anything does. */
function faultOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'must export a strategy as default';
  const { name, summary, source, promises, breaks = [], open } = value as Partial<Strategy>;
  const texts = { name, summary, source };
  for (const [key, text] of Object.entries(texts)) {
    if (typeof text !== 'string' || text === '') return `must give its ${key} as a text`;
  }
  if (!KEBAB_CASE.test(name as string)) return `must have a name in kebab-case; got "${name}"`;
  for (const [key, list] of Object.entries({ promises, breaks })) {
    if (!Array.isArray(list) || !list.every((promise) => Object.hasOwn(PROMISES, promise))) {
      return `must list its ${key} among ${Object.keys(PROMISES).join(', ')}`;
    }
  }
  const optional = ['ownWords', 'describeWord', 'openClerk'] as const;
  for (const key of optional) {
    const given = (value as Partial<Strategy>)[key];
    if (given !== undefined && typeof given !== 'function') return `must give ${key} as a function`;
  }
  return typeof open === 'function' ? undefined : 'must have a function open';
}

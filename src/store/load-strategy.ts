import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError, messageOf } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { faultOf } from './define-strategy.ts';
import type { Mutant } from './mutants/mutant.ts';
import { type AnyStrategy, FAMILIES, isStored, type StoreStrategy } from './stored.ts';
import type { Strategy } from './strategy.ts';

/** Where strategies lie that come with the lab, each in a file of its name. */
const FOLDERS = ['memory', 'mutants', ...FAMILIES, 'http'] as const;
const STRATEGY_NAME = /^[a-z]+(-[a-z]+)*$/;

/**
 * Finds a strategy that sells from memory, as {@link loadAnyStrategy} does.
 * @throws InputError also for one that sells from a store
 */
export async function loadStrategy(reference: string): Promise<Strategy> {
  const strategy = await loadAnyStrategy(reference);
  if (!isStored(strategy)) return strategy;
  throw new InputError(
    `${strategy.name} sells from a store (${strategy.family}), which only sim run, sim compare and sim sweep do; this needs one that sells from memory`,
  );
}

/** Finds a strategy that sells from a store, as {@link loadAnyStrategy} does. */
export async function loadStoreStrategy(reference: string): Promise<StoreStrategy> {
  const strategy = await loadAnyStrategy(reference);
  if (isStored(strategy)) return strategy;
  throw new InputError(`${strategy.name} sells from memory, not from a store`);
}

/**
 * Finds a strategy: one of the catalogues or a mutant by its name, or the default export of a module by its path
 * or file URL.
 * @throws InputError when there is none, or the module's export is not a strategy
 */
export async function loadAnyStrategy(reference: string): Promise<AnyStrategy> {
  if (isModule(reference)) return importStrategy(reference);
  for (const folder of FOLDERS) {
    const strategy = await built(folder, reference);
    if (strategy) return strategy;
  }
  const { catalog } = await import('./catalog.ts');
  const { storeCatalog } = await import('./store-catalog.ts');
  const { mutants } = await import('./mutants/mutants.ts');
  const names = [...[...catalog, ...storeCatalog].map(({ name }) => name), 'http'];
  const known = [...names, ...mutants.map(({ strategy }) => strategy.name)];
  throw new InputError(
    `there is no strategy "${reference}"; there are ${names.join(', ')}${nearest(reference, known)}`,
  );
}

/**
 * A strategy that comes with the lab, from its own file, which is called as it is. Every thread of a sale
 * loads the one it sells by: loading all of them would take most of the time in which it starts.
 */
async function built(folder: string, name: string): Promise<AnyStrategy | undefined> {
  // `.js`: this URL is used as it is, where imports are rewritten when compiling.
  const url = new URL(`./${folder}/${name}.js`, import.meta.url);
  if (!STRATEGY_NAME.test(name) || !existsSync(url)) return undefined;
  const exported = (await import(url.href)) as Readonly<Record<string, unknown>>;
  return Object.values(exported)
    .filter((each) => typeof each === 'object' && each !== null)
    .map((each) => ('strategy' in each ? (each as Mutant).strategy : (each as AnyStrategy)))
    .find((each) => each.name === name);
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

const NO_EXPORT = 'must export a strategy as default';

async function importStrategy(reference: string): Promise<AnyStrategy> {
  const url = new URL(absoluteReference(reference));
  if (!existsSync(url)) throw new InputError(`there is no strategy module ${reference}`);
  let exported: unknown;
  let fault: string | undefined;
  try {
    exported = ((await import(url.href)) as { default?: unknown }).default;
    fault = typeof exported === 'object' && exported !== null ? faultOf(exported) : NO_EXPORT;
  } catch (error) {
    throw new InputError(`the strategy module ${reference} fails to load: ${messageOf(error)}`);
  }
  if (fault !== undefined) throw new InputError(`the strategy module ${reference} ${fault}`);
  return exported as AnyStrategy;
}

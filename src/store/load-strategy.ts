import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError, messageOf } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { catalog } from './catalog.ts';
import { faultOf } from './define-strategy.ts';
import type { Strategy } from './strategy.ts';

/**
 * Finds a strategy: one of the catalogue or a mutant by its name, or the default export of a module by its path
 * or file URL.
 * @throws InputError when there is none, or the module's export is not a strategy
 */
export async function loadStrategy(reference: string): Promise<Strategy> {
  if (isModule(reference)) return importStrategy(reference);
  const names = catalog.map(({ name }) => name);
  const found = catalog[names.indexOf(reference)];
  if (found) return found;
  // Few sales need them, and every thread that loads them pays for it.
  const { mutants } = await import('./mutants/mutants.ts');
  const mutant = mutants.find(({ strategy }) => strategy.name === reference);
  if (mutant) return mutant.strategy;
  const known = [...names, ...mutants.map(({ strategy }) => strategy.name)];
  throw new InputError(
    `there is no strategy "${reference}"; there are ${names.join(', ')}${nearest(reference, known)}`,
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

const NO_EXPORT = 'must export a strategy as default';

async function importStrategy(reference: string): Promise<Strategy> {
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
  return exported as Strategy;
}

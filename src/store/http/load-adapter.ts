import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError, messageOf } from '../../base/errors.ts';
import { nearest } from '../../base/nearest.ts';
import { type Adapter, adapterFaultOf } from './adapter.ts';

/** The adapters that come with the lab, each in a file of its name. */
export const ADAPTERS = ['onsale', 'seed1', 'seed2', 'seed3'] as const;

/**
 * Finds an adapter: one that comes with the lab by its name, or the default export of a module by its path or URL.
 * @throws InputError when there is none, or the module's export is not an adapter
 */
export async function loadAdapter(reference: string): Promise<Adapter> {
  if (ADAPTERS.some((name) => name === reference)) {
    // `.js`: this URL is used as it is, where imports are rewritten when compiling.
    const url = new URL(`./adapters/${reference}.js`, import.meta.url);
    return ((await import(url.href)) as { readonly default: Adapter }).default;
  }
  const url = moduleUrl(reference);
  if (url === undefined) {
    throw new InputError(
      `there is no adapter "${reference}"; there are ${ADAPTERS.join(', ')}, or the path of a module, such as ./my-adapter.js${nearest(reference, ADAPTERS)}`,
    );
  }
  return importAdapter(reference, url);
}

/** A reference that means the same adapter in every thread. */
export function absoluteAdapter(reference: string): string {
  return moduleUrl(reference)?.href ?? reference;
}

/** Where a module lies; undefined for what is a name. */
function moduleUrl(reference: string): URL | undefined {
  if (!/[/\\]|\.[cm]?[jt]s$/.test(reference)) return undefined;
  return reference.startsWith('file:') ? new URL(reference) : pathToFileURL(resolve(reference));
}

async function importAdapter(reference: string, url: URL): Promise<Adapter> {
  if (!existsSync(url)) throw new InputError(`there is no adapter module ${reference}`);
  let exported: unknown;
  try {
    exported = ((await import(url.href)) as { default?: unknown }).default;
  } catch (error) {
    throw new InputError(`the adapter module ${reference} fails to load: ${messageOf(error)}`);
  }
  const fault =
    exported === undefined ? 'must export an adapter as default' : adapterFaultOf(exported);
  if (fault !== undefined) throw new InputError(`the adapter module ${reference} ${fault}`);
  return exported as Adapter;
}

import { InputError } from '../base/errors.ts';
import { catalog } from '../store/catalog.ts';
import { storeCatalog } from '../store/store-catalog.ts';
import { FAMILIES } from '../store/stored.ts';
import type { StrategyFacts } from '../store/strategy.ts';

/**
 * The references in a list separated by commas, such as `--strategies` takes: names, modules, and families.
 * @throws InputError when one is empty or given twice
 */
export function referencesIn(list: string): string[] {
  const references = list.split(',').flatMap((reference) => named(reference.trim()));
  references.forEach((reference, index) => {
    if (reference === '') throw new InputError(`there is no strategy ""; got "${list}"`);
    if (references.indexOf(reference) === index) return;
    throw new InputError(`--strategies names ${reference} twice; name it once`);
  });
  return references;
}

/** A family stands for all of its strategies. */
function named(reference: string): readonly string[] {
  if (reference === 'memory') return catalog.map(({ name }) => name);
  if (!FAMILIES.some((family) => family === reference)) return [reference];
  return storeCatalog.filter(({ family }) => family === reference).map(({ name }) => name);
}

/** @throws InputError when two strategies have one name: nobody could tell them apart */
export function requireDistinctNames(
  strategies: readonly StrategyFacts[],
  references: readonly string[],
): void {
  strategies.forEach(({ name }, index) => {
    const first = strategies.findIndex((each) => each.name === name);
    if (first === index) return;
    throw new InputError(`${references[first]} and ${references[index]} are both named "${name}"`);
  });
}

import { InputError } from '../base/errors.ts';
import type { Strategy } from '../store/strategy.ts';

/**
 * The references in a list separated by commas, such as `--strategies` takes.
 * @throws InputError when one is empty or given twice
 */
export function referencesIn(list: string): string[] {
  const references = list.split(',').map((reference) => reference.trim());
  references.forEach((reference, index) => {
    if (reference === '') throw new InputError(`there is no strategy ""; got "${list}"`);
    if (references.indexOf(reference) === index) return;
    throw new InputError(`--strategies names ${reference} twice; name it once`);
  });
  return references;
}

/** @throws InputError when two strategies have one name: nobody could tell them apart */
export function requireDistinctNames(
  strategies: readonly Strategy[],
  references: readonly string[],
): void {
  strategies.forEach(({ name }, index) => {
    const first = strategies.findIndex((each) => each.name === name);
    if (first === index) return;
    throw new InputError(`${references[first]} and ${references[index]} are both named "${name}"`);
  });
}

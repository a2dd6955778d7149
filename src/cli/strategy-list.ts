import { InputError } from '../base/errors.ts';
import { loadStrategy } from '../store/load-strategy.ts';
import type { Strategy } from '../store/strategy.ts';
import { withoutPrinting } from './output.ts';

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

/**
 * Loads strategies that are to be told apart by their names.
 * @throws InputError when there is no such strategy, or two have one name
 */
export async function loadDistinct(references: readonly string[]): Promise<Strategy[]> {
  const strategies = await withoutPrinting(() => Promise.all(references.map(loadStrategy)));
  strategies.forEach(({ name }, index) => {
    const first = strategies.findIndex((each) => each.name === name);
    if (first === index) return;
    throw new InputError(`${references[first]} and ${references[index]} are both named "${name}"`);
  });
  return strategies;
}

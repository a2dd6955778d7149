import type * as Levenshtein from 'fastest-levenshtein';
import { lazyLibrary } from './lazy-library.ts';

const levenshtein = lazyLibrary((require) => require('fastest-levenshtein') as typeof Levenshtein);

/** Names further away than this many edits are not what was meant; short ones less. */
const MAX_DISTANCE = 4;

/** `; did you mean "..."?` when a name is near, else nothing. */
export function nearest(got: string, names: readonly string[]): string {
  const { closest, distance } = levenshtein();
  const name = names.length === 0 ? '' : closest(got.toLowerCase(), names);
  const allowed = Math.min(MAX_DISTANCE, name.length - 1, Math.max(2, name.length / 3));
  const near = name !== '' && distance(got.toLowerCase(), name) <= allowed;
  return near ? `; did you mean "${name}"?` : '';
}

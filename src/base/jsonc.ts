import type * as Jsonc from 'jsonc-parser';
import { lazyLibrary } from './lazy-library.ts';

/** The parser of JSON that can say where a text is wrong: needed where a file of somebody's is read. */
export const jsonc: () => typeof Jsonc = lazyLibrary(
  (require) => require('jsonc-parser') as typeof Jsonc,
);

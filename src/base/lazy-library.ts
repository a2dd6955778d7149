import { createRequire } from 'node:module';

/**
 * A library that only some uses need, loaded by the first of them: to find and read its files takes longer than
 * most commands have to do.
 * @param load gets it with the `require` that it is given
 */
export function lazyLibrary<Library>(load: (require: NodeJS.Require) => Library): () => Library {
  let loaded: Library | undefined;
  return () => {
    loaded ??= load(createRequire(import.meta.url));
    return loaded;
  };
}

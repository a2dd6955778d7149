import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MUTEX_URL: string = new URL('../../src/store/locks/mutex.js', import.meta.url).href;

/** A folder of strategies as users write them. */
export interface StrategyModules {
  readonly folder: string;
  /**
   * Writes a module; its path. `reserve` is the body of reserve(event, quantity): it sees `context`,
   * `mutex` (one for all events), `grant()` to sell, `real` (false while warming up), and `calls()`,
   * which counts the calls of all threads in the sale itself: 1, 2, ...; 0 while warming up. `others`
   * are more members of what it opens, `promises` what it promises instead of noOversell alone.
   */
  write(name: string, reserve: string, others?: string, promises?: readonly string[]): string;
  remove(): void;
}

export function strategyModules(): StrategyModules {
  const folder = mkdtempSync(join(tmpdir(), 'onsale-modules-'));
  return {
    folder,
    write(name, reserve, others = '', promises = ['noOversell']) {
      const path = join(folder, `${name}.mjs`);
      writeFileSync(path, moduleText(name, reserve, others, promises));
      return path;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function moduleText(
  name: string,
  reserve: string,
  others: string,
  promises: readonly string[],
): string {
  return `
import { Mutex, MUTEX_WORDS } from ${JSON.stringify(MUTEX_URL)};

export default {
  name: ${JSON.stringify(name)},
  summary: 'Fails on purpose.',
  source: 'a test',
  promises: ${JSON.stringify(promises)},
  ownWords: () => MUTEX_WORDS,
  open(context) {
    const { inventory, words, crew, self } = context;
    const mutex = new Mutex(context, context.own, 'the mutex');
    // Sellers warm up alone, on sales of their own.
    const real = crew.size > 1;
    // A word of the mutex's line that the mutex leaves alone. Counted together, so that it does not
    // matter which thread gets how much to do.
    const calls = () => (real ? words.add(context.own + 8, 1) + 1 : 0);
    return {
      reserve(event, quantity) {
        const grant = () => {
          const at = inventory.remaining(event);
          for (;;) {
            const seen = words.load(at);
            if (seen < quantity) return -1;
            if (words.compareExchange(at, seen, seen - quantity) === seen) {
              return inventory.issue(event, quantity);
            }
          }
        };
        ${reserve}
      },
      cancel: (_event, _ticket, quantity) => quantity,
      available: () => 0,
      close() {},
      ${others}
    };
  },
};
`;
}

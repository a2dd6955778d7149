import { InputError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import type { Exploration } from '../explore/exploration.ts';
import { explore, type Subject } from '../explore/explore.ts';
import type { LockKind } from '../explore/lock-program.ts';
import { LOCKS } from '../explore/locks.ts';
import { resolveSale, type SaleTerms, smallSale } from '../explore/terms.ts';
import { EXPLORATION_FORMATS, renderExploration } from '../report/exploration.ts';
import { loadStrategy } from '../store/load-strategy.ts';
import type { Command } from './command.ts';
import {
  EXPLORE_OPTIONS,
  faultsOf,
  presetEpilogue,
  replayCommand,
  searchOptions,
} from './explore-options.ts';
import { EXIT, onInterrupt } from './interrupt.ts';
import { type Arguments, chosen, isSet, textOf } from './options.ts';
import { requireWritable, styleFor, withoutPrinting, writeResult } from './output.ts';
import { explorationProgress } from './progress.ts';

export const exploreCommand: Command = {
  name: 'explore',
  summary: 'Run a strategy through every interleaving of a small sale',
  options: EXPLORE_OPTIONS,
  examples: [
    [
      'sim explore --strategy check-then-act --scenario lost-update',
      'the lost update, step by step',
    ],
    ['sim explore --strategy compare-and-swap --clients 4', 'a proof for 4 clients and 1 ticket'],
    ['sim explore --strategy global-lock --crashes', 'one client dies, anywhere'],
    [
      'sim explore --strategy ./my-strategy.js --tickets 2 --quantity 1,2',
      'a strategy of your own',
    ],
    ['sim explore --strategy check-then-act --schedule 0101', 'one schedule again'],
    ['sim explore --lock mutex --clients 3', 'a lock on its own'],
  ],
  epilogue: presetEpilogue(),
  execute: exploreOnce,
};

async function exploreOnce(argv: Arguments): Promise<number> {
  const format = chosen(argv, 'format', EXPLORATION_FORMATS, 'table');
  const out = requireWritable(textOf(argv, 'out'), '--out');
  const { terms, given } = termsOf(argv);
  const subject = await subjectOf(argv, terms);
  const options = searchOptions(argv);
  const interrupt = onInterrupt();
  const progress = explorationProgress(isSet(argv, 'quiet'));
  const exploration = await withoutPrinting(() =>
    explore(subject, {
      ...options,
      faults: faultsOf(argv),
      schedule: textOf(argv, 'schedule'),
      command: replayCommand(argv, given),
      signal: interrupt.signal,
      onProgress: progress.show,
    }),
  );
  progress.clear();
  writeResult(renderExploration(format, exploration, styleFor(out)), out);
  return interrupt.code() ?? exitCodeOf(exploration);
}

function exitCodeOf({ verdict }: Exploration): number {
  return verdict === 'violated' ? EXIT.broken : EXIT.done;
}

function termsOf(argv: Arguments): { terms: SaleTerms; given: Record<string, string> } {
  const given: Record<string, string> = {};
  for (const name of [
    'clients',
    'tickets',
    'quantity',
    'operations',
    'cancels',
    'browses',
    'events',
  ]) {
    const value = textOf(argv, name);
    if (value !== undefined) given[name] = value;
  }
  return { terms: resolveSale(textOf(argv, 'scenario'), given), given };
}

async function subjectOf(argv: Arguments, terms: SaleTerms): Promise<Subject> {
  const [strategy, lock] = [textOf(argv, 'strategy'), textOf(argv, 'lock')];
  if ((strategy === undefined) === (lock === undefined)) {
    throw new InputError('either --strategy or --lock is needed; sim strategies lists strategies');
  }
  if (lock !== undefined) {
    const { clients, browses, operations } = terms;
    const writers = clients - browses;
    return {
      kind: 'lock',
      lock: lockOf(lock),
      terms: { writers, readers: browses, rounds: operations },
    };
  }
  const loaded = await withoutPrinting(() => loadStrategy(strategy as string));
  return { kind: 'strategy', strategy: loaded, sale: smallSale(terms) };
}

function lockOf(name: string): LockKind {
  const lock = LOCKS.find((each) => each.name === name);
  if (lock) return lock;
  const names = LOCKS.map((each) => each.name);
  throw new InputError(
    `--lock must be one of ${names.join(', ')}; got "${name}"${nearest(name, names)}`,
  );
}

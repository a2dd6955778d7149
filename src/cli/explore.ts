import { currentEpoch, systemClock } from '../base/clock.ts';
import { InputError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import type { Exploration } from '../explore/exploration.ts';
import { explore, type Subject } from '../explore/explore.ts';
import type { LockKind } from '../explore/lock-program.ts';
import { LOCKS } from '../explore/locks.ts';
import { resolveSale, type SaleTerms, smallSale } from '../explore/terms.ts';
import { EXPLORATION_FORMATS, renderExploration } from '../report/exploration.ts';
import { describeEnvironment } from '../sim/environment.ts';
import { loadStrategy } from '../store/load-strategy.ts';
import type { Command } from './command.ts';
import {
  commandOf,
  EXPLORE_OPTIONS,
  faultsOf,
  givenTerms,
  presetEpilogue,
  requireFitting,
  searchOptions,
} from './explore-options.ts';
import { EXIT, type Interrupt, onInterrupt } from './interrupt.ts';
import { type Arguments, chosen, isSet, textOf } from './options.ts';
import { requireWritable, styleFor, withoutPrinting, writeResult } from './output.ts';
import { explorationProgress } from './progress.ts';

export const exploreCommand: Command = {
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
    ['sim explore --strategy check-then-act --schedule 010011', 'one schedule again'],
    ['sim explore --lock mutex --clients 3', 'a lock on its own'],
  ],
  epilogue: presetEpilogue(),
  execute: exploreOnce,
};

/** Searches tell how far they are hundreds of times a second: more than a terminal can show. */
const LINE_NS = 2e8;

async function exploreOnce(argv: Arguments): Promise<number> {
  const format = chosen(argv, 'format', EXPLORATION_FORMATS, 'table');
  const out = requireWritable(textOf(argv, 'out'), '--out');
  requireFitting(argv);
  const subject = await subjectOf(argv, resolveSale(textOf(argv, 'scenario'), givenTerms(argv)));
  const options = searchOptions(argv);
  const faults = faultsOf(argv);
  const schedule = textOf(argv, 'schedule');
  const progress = explorationProgress(isSet(argv, 'quiet'));
  const interrupt = interruptOfSearch();
  const clock = systemClock(currentEpoch());
  let nextLineNs = 0;
  const found = await withoutPrinting(() =>
    explore(subject, {
      ...options,
      faults,
      schedule,
      signal: interrupt.signal,
      onProgress(state) {
        interrupt.listen();
        if (clock.now() < nextLineNs) return;
        nextLineNs = clock.now() + LINE_NS;
        progress.show?.(state);
      },
    }),
  );
  progress.clear();
  const command = commandOf(argv, found.failure?.schedule);
  const exploration = { ...found, command, environment: describeEnvironment() };
  const text = renderExploration(format, exploration, styleFor(out));
  if (text === undefined) noteNothingToDraw(exploration);
  else writeResult(text, out);
  return interrupt.code() ?? exitCodeOf(exploration);
}

function exitCodeOf({ verdict }: Exploration): number {
  return verdict === 'violated' ? EXIT.broken : EXIT.done;
}

/**
 * Ctrl-C, heard from the first progress on. Before that there is nothing to show, and a subject that
 * loops for ever would never let us hear it: then it ends the process, as without us.
 */
function interruptOfSearch(): Interrupt & { listen(): void } {
  const controller = new AbortController();
  let interrupt: Interrupt | undefined;
  return {
    signal: controller.signal,
    listen() {
      if (interrupt) return;
      interrupt = onInterrupt();
      interrupt.signal.addEventListener('abort', () => controller.abort());
    },
    code: () => interrupt?.code(),
  };
}

function noteNothingToDraw({ verdict, interrupted }: Exploration): void {
  const why = interrupted
    ? 'the search was interrupted before it found a broken rule'
    : `${verdict}, no schedule was found that breaks a rule`;
  process.stderr.write(`sim: nothing to draw: ${why}\n`);
}

async function subjectOf(argv: Arguments, terms: SaleTerms): Promise<Subject> {
  const [strategy, lock] = [textOf(argv, 'strategy'), textOf(argv, 'lock')];
  if (lock !== undefined) {
    const { clients, browses, operations } = terms;
    const writers = clients - browses;
    return {
      kind: 'lock',
      lock: lockOf(lock),
      terms: { writers, readers: browses, rounds: operations },
    };
  }
  if (strategy === undefined) {
    throw new InputError('either --strategy or --lock is needed; sim strategies lists strategies');
  }
  const loaded = await withoutPrinting(() => loadStrategy(strategy));
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

import { type Clock, currentEpoch, systemClock } from '../base/clock.ts';
import { catalog } from '../store/catalog.ts';
import { absoluteReference, loadStrategy } from '../store/load-strategy.ts';
import { CHECKERS, type CheckerName, type Mutant } from '../store/mutants/mutant.ts';
import { mutants } from '../store/mutants/mutants.ts';
import type { Strategy } from '../store/strategy.ts';
import { describeEnvironment, type Environment } from './environment.ts';
import { type Finding, type Suspect, type SuspectKind, TRIALS } from './trials.ts';

/** What one checker says of one strategy. */
export interface Trial extends Omit<Finding, 'sharedMs'> {
  readonly checker: CheckerName;
  /** Whether it has to catch this one. */
  readonly required: boolean;
  /** How long it took; checkers that look at the same sales each count them. */
  readonly durationMs: number;
}

/** A strategy before all checkers. */
export interface MatrixRow {
  readonly strategy: string;
  readonly kind: SuspectKind;
  readonly summary: string;
  readonly source: string;
  readonly trials: readonly Trial[];
}

/** Which checker catches which bug. Public, and versioned. */
export interface DetectionMatrix {
  readonly schemaVersion: 1;
  readonly command: string;
  readonly rows: readonly MatrixRow[];
  /** How often a checker missed what it has to catch, and flagged what is correct. */
  readonly missed: number;
  readonly falseAlarms: number;
  /** How often one flagged a strategy of which nothing is known. */
  readonly flagged: number;
  /** Whether it was cut short: rows are missing then. */
  readonly interrupted: boolean;
  readonly durationMs: number;
  readonly environment: Environment;
}

export interface MatrixOptions {
  /** Names or modules; all mutants and the whole catalogue without. */
  readonly strategies?: readonly string[] | undefined;
  readonly checkers?: readonly CheckerName[] | undefined;
  readonly seed?: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: MatrixProgress) => void) | undefined;
}

export interface MatrixProgress {
  readonly strategy: string;
  readonly checker: CheckerName;
  readonly done: number;
  readonly expected: number;
}

/**
 * Has every checker look at every mutant, and at every strategy that is correct.
 * @throws InputError when there is no such strategy
 */
export async function detectionMatrix(options: MatrixOptions = {}): Promise<DetectionMatrix> {
  const clock = systemClock(currentEpoch());
  const checkers = options.checkers ?? (Object.keys(CHECKERS) as CheckerName[]);
  const suspects = await suspectsOf(options);
  const rows: MatrixRow[] = [];
  for (const [index, suspect] of suspects.entries()) {
    const trials: Trial[] = [];
    for (const [turn, checker] of checkers.entries()) {
      if (options.signal?.aborted) break;
      options.onProgress?.({
        strategy: suspect.strategy.name,
        checker,
        done: index * checkers.length + turn,
        expected: suspects.length * checkers.length,
      });
      trials.push(await tryOne(suspect, checker, options.signal, clock));
    }
    // A row that was cut short says nothing of those that were not asked.
    if (trials.length === checkers.length) rows.push(rowOf(suspect, trials));
  }
  const all = rows.flatMap(({ kind, trials }) => trials.map((trial) => ({ ...trial, kind })));
  return {
    schemaVersion: 1,
    command: commandOf(options),
    rows,
    missed: all.filter(({ required, caught }) => required && !caught).length,
    falseAlarms: all.filter(({ kind, caught }) => kind === 'correct' && caught).length,
    flagged: all.filter(({ kind, caught }) => kind === 'own' && caught).length,
    interrupted: options.signal?.aborted ?? false,
    durationMs: clock.now() / 1e6,
    environment: describeEnvironment(),
  };
}

async function tryOne(
  suspect: Suspect,
  checker: CheckerName,
  signal: AbortSignal | undefined,
  clock: Clock,
): Promise<Trial> {
  const beganNs = clock.now();
  const { sharedMs = 0, ...finding } = await TRIALS[checker](suspect, signal);
  const durationMs = (clock.now() - beganNs) / 1e6 + sharedMs;
  return { checker, required: suspect.caughtBy.includes(checker), ...finding, durationMs };
}

function rowOf({ strategy, kind }: Suspect, trials: readonly Trial[]): MatrixRow {
  const { name, summary, source } = strategy;
  return { strategy: name, kind, summary, source, trials };
}

async function suspectsOf({ strategies, seed = '42' }: MatrixOptions): Promise<Suspect[]> {
  const all = [...mutants.map(({ strategy }) => strategy.name), ...catalog.map(({ name }) => name)];
  const suspects: Suspect[] = [];
  for (const reference of strategies ?? all) {
    const strategy = await loadStrategy(reference);
    const mutant = mutants.find((each) => each.strategy === strategy);
    suspects.push(suspectOf(strategy, absoluteReference(reference), mutant, seed));
  }
  return suspects;
}

/** What a control shows in real runs and in the explorer, if not in a single thread. */
const CONTROL_CAUGHT_BY: readonly CheckerName[] = [
  'explorer',
  'audit',
  'linearizability',
  'microscope',
];

/** A strategy, with what its mutant says of it if it is one. */
export function suspectOf(
  strategy: Strategy,
  reference: string,
  mutant: Mutant | undefined,
  seed: string,
): Suspect {
  const { smallSale, scenario = {}, caughtBy } = mutant ?? {};
  const isControl = (strategy.breaks ?? []).length > 0;
  return {
    strategy,
    reference,
    kind: kindOf(strategy, mutant, isControl),
    caughtBy: caughtBy ?? (isControl ? CONTROL_CAUGHT_BY : []),
    smallSale,
    scenario,
    seed,
  };
}

function kindOf(strategy: Strategy, mutant: Mutant | undefined, isControl: boolean): SuspectKind {
  if (mutant) return 'mutant';
  if (!catalog.includes(strategy)) return 'own';
  return isControl ? 'control' : 'correct';
}

function commandOf({ strategies, checkers, seed }: MatrixOptions): string {
  const flags = [
    ...(strategies ? [`--strategy ${strategies.join(',')}`] : []),
    ...(checkers ? [`--checkers ${checkers.join(',')}`] : []),
    ...(seed === undefined ? [] : [`--seed ${seed}`]),
  ];
  return ['sim mutants', ...flags].join(' ');
}

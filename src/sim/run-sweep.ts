import { randomStream } from '../base/random.ts';
import { loadAnyStrategy } from '../store/load-strategy.ts';
import { type AnyStrategy, isStored } from '../store/stored.ts';
import { summaryOf } from './assemble.ts';
import { commandLine } from './command-line.ts';
import { describeEnvironment } from './environment.ts';
import { FIELDS, flagOf } from './fields.ts';
import { type RunResult, SCHEMA_VERSION } from './result.ts';
import { type RunOptions, run } from './run.ts';
import type { Scenario, ScenarioRequest } from './scenario.ts';
import type { RunProgress } from './session-state.ts';
import type { StoreTerms } from './store-at-work.ts';
import { storeFlags } from './store-flags.ts';
import { type Axis, axisOf, FROM_A_SERVICE, FROM_STORES, scenarioAt } from './sweep-axis.ts';
import { curveOf, type Measured } from './sweep-curve.ts';
import type { Sweep } from './sweep-result.ts';

/** How far a sweep has come. */
export interface SweepProgress extends RunProgress {
  /** The flag with its value, e.g. `threads 4`. */
  readonly part: string;
  /** Runs that are over. */
  readonly runs: number;
  readonly expectedRuns: number;
}

export interface SweepOptions {
  /** Names or modules. */
  readonly strategies: readonly string[];
  /** What is sold. One field has several values, separated by commas. */
  readonly request: ScenarioRequest;
  /** How often each strategy sells at each value, each time another stream. */
  readonly repeats: number;
  readonly onProgress?: ((progress: SweepProgress) => void) | undefined;
  /** Where the servers are of strategies whose stock lies in a store. */
  readonly stores?: StoreTerms | undefined;
  /** Called with each run's result. */
  readonly onResult?: RunOptions['onResult'];
  /** Ends it early; the result then has what was complete until there. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * How many runs a sweep takes.
 * @throws InputError as {@link runSweep} does for such a request
 */
export function runsOfSweep({ strategies, request, repeats }: SweepOptions): number {
  return strategies.length * axisOf(request).values.length * repeats;
}

/** One run that is to be made. */
interface Turn {
  /** Index of the strategy. */
  readonly strategy: number;
  /** Index of the value. */
  readonly at: number;
}

/**
 * Sells with every strategy at every value of one field of a scenario, again and again.
 *
 * Each repeat has a stream of its own, which all its runs sell, as far as the field leaves it the same;
 * and its runs come in a random order of their own, so that what the machine does meanwhile falls on no
 * strategy and no value in particular. Where a time and not the number of requests is given, each run sells as much
 * of its stream as it can in that time.
 * @throws InputError for an unknown strategy, or a request that is not one field with several values
 */
export async function runSweep(options: SweepOptions): Promise<Sweep> {
  const { strategies, repeats, signal, onProgress } = options;
  const loaded: AnyStrategy[] = [];
  for (const reference of strategies) loaded.push(await loadAnyStrategy(reference));
  const names = loaded.map(({ name }) => name);
  const byDefault = soldByDefault(loaded);
  const request = { ...options.request, byDefault };
  const axis = axisOf(request);
  const { seeds, scenarios, order } = planOf(request, axis, repeats, strategies.length);
  const measured: Measured[][] = names.map(() => []);
  let runs = 0;
  for (const [repeat, turns] of order.entries()) {
    for (const turn of turns) {
      if (signal?.aborted) break;
      const scenario = scenarios[repeat]?.[turn.at] as Scenario;
      const part = `${axis.flag} ${axis.values[turn.at]?.value}`;
      const expectedRuns = turns.length * repeats;
      const result = await run({
        strategy: strategies[turn.strategy] as string,
        scenario,
        signal,
        stores: options.stores,
        onResult: options.onResult,
        onProgress: onProgress && ((each) => onProgress({ ...each, part, runs, expectedRuns })),
      });
      runs++;
      // One that was cut short in the middle says nothing about its point.
      if (!signal?.aborted) measured[turn.strategy]?.push(measuredOf(result, turn.at));
    }
  }
  const first = scenarios[0]?.[0] as Scenario;
  const environment = describeEnvironment();
  const terms = {
    over: axis.flag,
    values: axis.values,
    cores: environment.cores,
    scheduled: first.model === 'open',
  };
  return {
    schemaVersion: SCHEMA_VERSION,
    kind: 'sweep',
    command: commandOf(options, axis),
    over: axis.flag,
    values: axis.values.map(({ value }) => value),
    repeats,
    seeds,
    curves: names.map((name, index) => curveOf(name, measured[index] ?? [], terms)),
    scenario: summaryOf(first),
    interrupted: signal?.aborted ?? false,
    environment,
  };
}

interface Plan {
  /** Of each repeat. */
  readonly seeds: readonly string[];
  /** By repeat and value. */
  readonly scenarios: readonly (readonly Scenario[])[];
  /** By repeat: its runs, in their order. */
  readonly order: readonly (readonly Turn[])[];
}

/** All runs before the first is made, so that whatever is wrong with any of them is said at once. */
function planOf(request: ScenarioRequest, axis: Axis, repeats: number, strategies: number): Plan {
  const values = axis.values.map(({ value }) => value);
  const { seed } = scenarioAt(request, axis.name, values[0] as string);
  const seeds = Array.from({ length: repeats }, (_, repeat) => `${seed}/${repeat + 1}`);
  const scenarios = seeds.map((each) =>
    values.map((value) => scenarioAt(request, axis.name, value, each)),
  );
  const turns = values.flatMap((_, at) =>
    Array.from({ length: strategies }, (__, strategy): Turn => ({ strategy, at })),
  );
  return { seeds, scenarios, order: seeds.map((each) => shuffled(turns, each)) };
}

/** In random order: Durstenfeld's shuffle, CACM 1964. */
function shuffled(turns: readonly Turn[], seed: string): Turn[] {
  const random = randomStream(seed, 'order of runs');
  const order = [...turns];
  for (let last = order.length - 1; last > 0; last--) {
    const chosen = Math.floor(random.next() * (last + 1));
    [order[last], order[chosen]] = [order[chosen] as Turn, order[last] as Turn];
  }
  return order;
}

function measuredOf(
  { audit, throughput, health, command, ...rest }: RunResult,
  at: number,
): Measured {
  const { p50, p99 } = rest.responseTimeNs;
  const { threads } = rest.scenario;
  return {
    at,
    audit,
    throughput,
    health,
    command,
    threads,
    responseP50Ns: p50,
    responseP99Ns: p99,
  };
}

/** The command line that does the same again. */
/** What is sold where nothing is said: all strategies sell the same. */
function soldByDefault(strategies: readonly AnyStrategy[]): Readonly<Record<string, string>> {
  const stored = strategies.filter(isStored);
  if (stored.some(({ family }) => family === 'http')) return FROM_A_SERVICE;
  return stored.length > 0 ? FROM_STORES : {};
}

function commandOf({ strategies, request, repeats, stores }: SweepOptions, axis: Axis): string {
  const { scenario, fields = {} } = request;
  const given = FIELDS.filter(({ name }) => name !== axis.name && fields[name] !== undefined);
  return commandLine('sim sweep', {
    strategies: strategies.join(','),
    [axis.flag]: axis.values.map(({ value }) => value).join(','),
    ...(scenario === undefined ? {} : { scenario }),
    ...Object.fromEntries(given.map((field) => [flagOf(field), fields[field.name]])),
    repeats: String(repeats),
    ...storeFlags(stores),
  });
}

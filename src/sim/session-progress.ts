import type { RunResult } from './result.ts';
import type {
  CurrentRun,
  News,
  RunProgress,
  Sample,
  SessionState,
  StrategyState,
} from './session-state.ts';

/** Samples kept of a run; when there are more, every second is left out. */
const SAMPLES_MAX = 600;

/** What a command is about to do. */
export interface SessionPlan {
  /** Such as `sim compare`. */
  readonly command: string;
  /** Names, in the order that they are told in. */
  readonly strategies: readonly string[];
  /** How many runs there will be. */
  readonly runs: number;
}

/** Follows a command through its runs. Bounded, however many there are and however long they take. */
export class SessionProgress {
  readonly #plan: SessionPlan;
  readonly #strategies: Map<string, StrategyState>;
  #done = 0;
  #current: CurrentRun | undefined;
  #samples: Samples = new Samples();
  #end: SessionState['end'] = null;

  constructor(plan: SessionPlan) {
    this.#plan = plan;
    this.#strategies = new Map(plan.strategies.map((name) => [name, untried(name)]));
  }

  progress(progress: RunProgress): News {
    const { elapsedMs, completed, granted, refused, ticketsLeft, p50Ns, p99Ns, ...run } = progress;
    const begins = this.#current === undefined || this.#current.sold;
    if (begins) this.#samples = new Samples();
    const sample = { elapsedMs, completed, granted, refused, ticketsLeft, p50Ns, p99Ns };
    const addsOne = this.#samples.add(sample);
    this.#current = { ...run, samples: this.#samples.kept };
    return begins || run.sold || !addsOne ? 'state' : 'sample';
  }

  result({ strategy, audit, health, throughput, responseTimeNs }: RunResult): void {
    const state = this.#strategies.get(strategy) ?? untried(strategy);
    const { verdict } = audit;
    const timed = responseTimeNs.count > 0;
    this.#done++;
    this.#strategies.set(strategy, {
      strategy,
      runs: state.runs + 1,
      verdicts: { ...state.verdicts, [verdict]: (state.verdicts[verdict] ?? 0) + 1 },
      oversold: state.oversold + audit.oversold,
      voidRuns: state.voidRuns + (health.valid ? 0 : 1),
      last: {
        completedPerSecond: throughput.completedPerSecond,
        grantedPerSecond: throughput.grantedPerSecond,
        responseP50Ns: timed ? responseTimeNs.p50 : null,
        responseP99Ns: timed ? responseTimeNs.p99 : null,
      },
    });
  }

  end(how: 'done' | 'broken' | 'interrupted'): void {
    this.#end = how;
  }

  get state(): SessionState {
    const { command, runs } = this.#plan;
    return {
      command,
      runs: { done: this.#done, expected: runs },
      strategies: [...this.#strategies.values()],
      current: this.#current,
      end: this.#end,
    };
  }
}

function untried(strategy: string): StrategyState {
  return { strategy, runs: 0, verdicts: {}, oversold: 0, voidRuns: 0 };
}

/** Looks closer together than this, or out of order, count as one: what happened between them is no rate. */
const LEAST_GAP_MS = 50;

/**
 * The looks at one run. When there are too many, every second is left out, and from then on only every
 * second is taken in: counts are those since the opening, so that rates between those kept stay right.
 */
class Samples {
  #kept: Sample[] = [];
  /** The last one, if it is not among those kept. */
  #latest: Sample | undefined;
  #stride = 1;
  #toSkip = 0;

  /** Whether those kept are now those before and this one: none was left out. */
  add(sample: Sample): boolean {
    const before = this.#kept.length + (this.#latest ? 1 : 0);
    const from = sample.elapsedMs - LEAST_GAP_MS;
    while ((this.#kept.at(-1)?.elapsedMs ?? Number.NEGATIVE_INFINITY) > from) this.#kept.pop();
    this.#latest = sample;
    if (this.#toSkip-- === 0) this.#keepLatest(sample);
    return this.#kept.length + (this.#latest ? 1 : 0) === before + 1;
  }

  #keepLatest(sample: Sample): void {
    this.#toSkip = this.#stride - 1;
    this.#kept.push(sample);
    this.#latest = undefined;
    // One place is left for the latest.
    if (this.#kept.length >= SAMPLES_MAX - 1) this.#thin();
  }

  /** Keeps the second of every two, so that the last one is left out: the next comes as much later again. */
  #thin(): void {
    this.#kept = this.#kept.filter((_, index) => index % 2 === 1);
    this.#toSkip = this.#stride - 1;
    this.#stride *= 2;
  }

  get kept(): readonly Sample[] {
    return this.#latest ? [...this.#kept, this.#latest] : [...this.#kept];
  }
}

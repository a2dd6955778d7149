/** The kinds of steps: everything that a client does to shared words, one word at a time. */
export const STEP = {
  get: 0,
  set: 1,
  load: 2,
  store: 3,
  add: 4,
  sub: 5,
  exchange: 6,
  compareExchange: 7,
  wait: 8,
  notify: 9,
  /** The one step of an operation that touches no shared word: it may happen at any time. */
  local: 10,
} as const;

export type StepKind = (typeof STEP)[keyof typeof STEP];

/** What a client does next to shared memory. */
export interface Step {
  readonly kind: StepKind;
  /** The word; -1 for a local step. */
  readonly word: number;
  /** The value written, added, subtracted or expected; for `notify`, how many to wake at most. */
  readonly value: number;
  /** What `compareExchange` puts in place of the expected value. */
  readonly replacement: number;
  /** Whether a `wait` gives up after some time. */
  readonly timed: boolean;
}

/** How a `wait` ends, as its step's result. */
export const WAIT_RESULTS = ['ok', 'not-equal', 'timed-out'] as const;
export const WOKEN = 0;
export const NOT_EQUAL = 1;
export const TIMED_OUT = 2;

export function sameStep(one: Step | undefined, other: Step | undefined): boolean {
  if (!one || !other) return one === other;
  return (
    one.kind === other.kind &&
    one.word === other.word &&
    one.value === other.value &&
    one.replacement === other.replacement &&
    one.timed === other.timed
  );
}

/** Whether the step reads or writes plainly: then it must not race with another client's. */
export function isPlain({ kind }: Step): boolean {
  return kind === STEP.get || kind === STEP.set;
}

/** What the step leaves in a word that held `before`. */
export function valueAfter({ kind, value, replacement }: Step, before: number): number {
  switch (kind) {
    case STEP.set:
    case STEP.store:
    case STEP.exchange:
      return value;
    case STEP.add:
      return (before + value) | 0;
    case STEP.sub:
      return (before - value) | 0;
    case STEP.compareExchange:
      return before === value ? replacement : before;
    default:
      return before;
  }
}

/** Whether the step, with this result, wrote its word. */
export function writes({ kind, value }: Step, result: number): boolean {
  switch (kind) {
    case STEP.set:
    case STEP.store:
    case STEP.add:
    case STEP.sub:
    case STEP.exchange:
      return true;
    case STEP.compareExchange:
      return result === value;
    default:
      return false;
  }
}

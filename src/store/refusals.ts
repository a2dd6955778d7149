import { type EntryShape, SharedLog } from './shared-log.ts';

/** A refusal that came while tickets seemed free. Times are nanoseconds on the run's clock. */
export interface SuspectRefusal {
  readonly event: number;
  readonly quantity: number;
  readonly startNs: number;
  readonly endNs: number;
}

const SUSPECT: EntryShape = { ints: 2, floats: 2 };

/**
 * Most suspects one worker keeps (24 bytes each). Only a strategy that keeps refusing what is free,
 * right at the edge of its stock and with cancels coming in, gets near it.
 */
export const MAX_SUSPECTS: number = 2 ** 22;

/** The refusals of one worker that the audit has to look at. */
export class SuspectLog {
  readonly #log: SharedLog;

  constructor(memory: SharedArrayBuffer) {
    this.#log = new SharedLog(memory, SUSPECT);
  }

  static allocate(maxEntries: number = MAX_SUSPECTS): SharedArrayBuffer {
    return SharedLog.allocate(SUSPECT, Math.min(maxEntries, MAX_SUSPECTS)).buffer;
  }

  get length(): number {
    return this.#log.length;
  }

  /** Appends one, unless the log is full. */
  record(suspect: SuspectRefusal): boolean {
    if (this.length >= MAX_SUSPECTS) return false;
    this.#log.append([suspect.event, suspect.quantity], [suspect.startNs, suspect.endNs]);
    return true;
  }

  *[Symbol.iterator](): Generator<SuspectRefusal> {
    for (let index = 0; index < this.length; index++) yield this.suspect(index);
  }

  suspect(index: number): SuspectRefusal {
    return {
      event: this.#log.int(index, 0),
      quantity: this.#log.int(index, 1),
      startNs: this.#log.float(index, 0),
      endNs: this.#log.float(index, 1),
    };
  }
}

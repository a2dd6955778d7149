import { type Step, sameStep } from './step.ts';

/** What a client cannot be explored for, in one line. */
export class UnexplorableError extends Error {
  override name = 'UnexplorableError';
}

/** Values that a busy loop has read, and looks at again until one of them changes. */
export interface Guard {
  readonly words: readonly number[];
  readonly values: readonly number[];
}

/** What a client has come to when the results of its steps so far are known. */
export interface Progress {
  /** What it does next; undefined when it has ended. */
  readonly step: Step | undefined;
  /** The step waits until one of these words has changed. */
  readonly guard: Guard | undefined;
  /** The operation the step belongs to, and whether it is its first step; -1 between operations. */
  readonly operation: number;
  readonly begins: boolean;
  /** How the operation that the last step completed has ended, if it completed one. */
  readonly ended: number | undefined;
  /** Why the client broke down, if it did. */
  readonly failure: string | undefined;
  /**
   * Where the client has come to rest: its operations and how they ended. Two states at rest with equal
   * pasts may be one. Undefined in the middle of something.
   */
  readonly rest: string | undefined;
}

/** A client at rest turned out to remember more than what came of its operations. */
export class MemoryError extends Error {
  override name = 'MemoryError';
}

/** @throws UnexplorableError when the same results have led to two outcomes */
export function requireRepeatable(one: Progress, other: Progress): void {
  if (one.ended !== other.ended) throw new UnexplorableError(NONDETERMINISTIC);
}

/** @throws MemoryError when two ways to the same rest do not lead to the same */
export function requireSame(known: Progress, now: Progress): void {
  const same =
    sameStep(known.step, now.step) &&
    known.guard?.words.join() === now.guard?.words.join() &&
    known.guard?.values.join() === now.guard?.values.join() &&
    known.operation === now.operation &&
    known.begins === now.begins &&
    known.ended === now.ended &&
    known.failure === now.failure &&
    known.rest === now.rest;
  if (!same) throw new MemoryError(REMEMBERS);
}

export const REMEMBERS = 'a client at rest remembers how it got there';
export const NONDETERMINISTIC =
  'cannot be explored: run twice with the same answers, it did not do the same';
export const COUNTS_TURNS =
  'cannot be explored: a busy loop counts its turns; let it take no more than words.patience';

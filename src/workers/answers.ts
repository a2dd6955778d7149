// What strategies may answer, and what each answer means.
import { shown } from '../base/errors.ts';
import { ENDING } from '../store/history-log.ts';
import { CONTENDED, DROPPED, FAILED, IN_DOUBT, SOLD_OUT } from '../store/strategy.ts';
import { OUTCOME } from './outcome.ts';

/** Serials are kept in 32 bits. */
const SERIALS_END = 2 ** 31;

/** @throws Error unless `quantity` tickets from `ticket` on have serials that can be kept */
export function requireSerials(ticket: number, quantity: number): void {
  if (Number.isInteger(ticket) && ticket + quantity <= SERIALS_END) return;
  throw new Error(`reserve must return a whole ticket serial below 2^31; got ${shown(ticket)}`);
}

/** @throws Error unless it is a number of tickets */
export function requireCount(tickets: number): void {
  if (Number.isInteger(tickets) && tickets >= 0) return;
  throw new Error(`available must return how many tickets there are; got ${shown(tickets)}`);
}

/**
 * Whether the store took back all of them.
 * @throws Error when it says neither
 */
export function isHonoured(answer: number, quantity: number): boolean {
  if (answer === quantity) return true;
  if (answer === FAILED) return false;
  throw new Error(
    `cancel must return the ${quantity} tickets it took back, or FAILED; got ${shown(answer)}`,
  );
}

interface Refusal {
  readonly outcome: number;
  /** How a history calls it. */
  readonly ending: number;
}

const REFUSALS: ReadonlyMap<number, Refusal> = new Map([
  [SOLD_OUT, { outcome: OUTCOME.soldOut, ending: ENDING.soldOut }],
  [CONTENDED, { outcome: OUTCOME.contended, ending: ENDING.contended }],
  [DROPPED, { outcome: OUTCOME.dropped, ending: ENDING.dropped }],
  [FAILED, { outcome: OUTCOME.failed, ending: ENDING.failed }],
]);

// A list instead of the map: most requests of an on-sale are refused.
const REFUSED: (number | undefined)[] = [];
for (const [answer, { outcome }] of REFUSALS) REFUSED[-answer] = outcome;

const DOUBT: Refusal = { outcome: OUTCOME.indeterminate, ending: ENDING.indeterminate };

/** The refusal that a number stands for; undefined when it stands for none. */
export function refusalBy(answer: number): Refusal | undefined {
  return REFUSALS.get(answer);
}

/**
 * What became of a request to reserve that was answered so.
 * @throws Error when the answer is neither a serial nor a refusal
 */
export function outcomeOf(answer: number): number {
  if (answer >= 0) return OUTCOME.reserved;
  const outcome = REFUSED[-answer];
  if (outcome !== undefined) return outcome;
  throw new Error(`reserve must return a ticket serial or a refusal; got ${shown(answer)}`);
}

/**
 * As {@link refusalBy}, where a store may also leave a request in doubt.
 * @throws Error when the answer is nothing of it
 */
export function storeRefusalBy(answer: number): Refusal {
  const refusal = answer === IN_DOUBT ? DOUBT : REFUSALS.get(answer);
  if (refusal) return refusal;
  throw new Error(`reserve must return a ticket serial or a refusal; got ${shown(answer)}`);
}

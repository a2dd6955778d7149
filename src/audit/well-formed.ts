import { shown } from '../base/errors.ts';
import { ENDING, OPERATION, type Operation } from '../store/history-log.ts';
import { PROMISES, type StrategyPromise } from '../store/strategy.ts';

/** How the operations of each kind may end. */
const ENDINGS_OF: ReadonlyMap<number, readonly number[]> = new Map([
  [
    OPERATION.reserve,
    [
      ENDING.indeterminate,
      ENDING.reserved,
      ENDING.soldOut,
      ENDING.contended,
      ENDING.dropped,
      ENDING.failed,
    ],
  ],
  [OPERATION.cancel, [ENDING.indeterminate, ENDING.cancelled, ENDING.failed]],
  [OPERATION.browse, [ENDING.indeterminate, ENDING.browsed, ENDING.failed]],
]);

/** Tickets, counts, clients and events are kept in 32 bits. */
const VALUES_END = 2 ** 31;
/** Tickets are followed one by one. */
const QUANTITY_MAX = 1_000_000;
/** Each event is checked for itself, which takes room for each. */
export const EVENTS_MAX: number = 2 ** 20;

/** What makes the events of a history impossible; undefined if nothing does. */
export function faultOfEvents(capacities: Iterable<unknown>): string | undefined {
  let events = 0;
  for (const capacity of capacities) {
    if (!isWhole(capacity)) {
      return `tickets must be whole numbers from 0 to ${VALUES_END - 1}; got ${shown(capacity)}`;
    }
    if (++events > EVENTS_MAX) return `there can be at most ${EVENTS_MAX} events`;
  }
  return undefined;
}

export function arePromises(value: unknown): value is readonly StrategyPromise[] {
  return (
    Array.isArray(value) &&
    value.every((each) => typeof each === 'string' && Object.hasOwn(PROMISES, each))
  );
}

/** What makes an operation impossible, to complete "operation 7 ..."; undefined if nothing does. */
export function faultOfOperation(operation: Operation, events: number): string | undefined {
  const { kind, ending, event, intendedNs, startNs, endNs } = operation;
  const endings = ENDINGS_OF.get(kind);
  if (!endings) return `is of an unknown kind: ${kind}`;
  if (!endings.includes(ending)) return 'cannot end as it does';
  if (!isWhole(event) || event >= events) return `is of an unknown event: ${event}`;
  const fault = kind === OPERATION.browse ? faultOfLook(operation) : faultOfTickets(operation);
  if (fault !== undefined) return fault;
  if (!Number.isFinite(startNs)) {
    return `must begin at a time in nanoseconds; got ${shown(startNs)}`;
  }
  if (!Number.isFinite(intendedNs)) {
    return `must be due at a time in nanoseconds; got ${shown(intendedNs)}`;
  }
  if (ending === ENDING.indeterminate) return undefined;
  if (Number.isFinite(endNs) && endNs >= startNs) return undefined;
  return `must end at a time, not before it begins at ${startNs}; got ${shown(endNs)}`;
}

function faultOfLook({ ending, value }: Operation): string | undefined {
  // Less than none is an answer that is wrong, but one that can be kept.
  const counted = Number.isInteger(value) && Math.abs(value) < VALUES_END;
  if (ending !== ENDING.browsed || counted) return undefined;
  return `must say how many tickets there were; got ${shown(value)}`;
}

function faultOfTickets({ kind, ending, quantity, value }: Operation): string | undefined {
  if (!isWhole(quantity) || quantity < 1 || quantity > QUANTITY_MAX) {
    return `must have a quantity from 1 to ${QUANTITY_MAX}; got ${shown(quantity)}`;
  }
  if (kind !== OPERATION.cancel && ending !== ENDING.reserved) return undefined;
  if (isWhole(value) && value + quantity <= VALUES_END) return undefined;
  return `must name its tickets, from 0 to ${VALUES_END - 1}; got ${shown(value)}`;
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < VALUES_END;
}

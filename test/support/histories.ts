import type { History, HistoryTerms } from '../../src/audit/history.ts';
import { allocateHistory, putOperation } from '../../src/audit/history.ts';
import {
  ENDING,
  type Ending,
  OPERATION,
  type Operation,
  type OperationKind,
} from '../../src/store/history-log.ts';
import { PROMISES, type StrategyPromise } from '../../src/store/strategy.ts';

/** An operation as tests write it. */
export interface Told {
  readonly kind: OperationKind;
  readonly ending: Ending;
  readonly span: readonly [startNs: number, endNs: number];
  readonly client?: number;
  readonly event?: number;
  readonly quantity?: number;
  readonly value?: number;
}

/** A history of what a test tells, in any order. */
export function historyOf(
  tickets: number,
  told: readonly Told[],
  terms: Partial<HistoryTerms> = {},
): History {
  const ordered = told.toSorted((one, other) => one.span[0] - other.span[0]);
  const events = Math.max(0, ...told.map(({ event = 0 }) => event)) + 1;
  const history = allocateHistory(told.length, {
    capacities: new Int32Array(events).fill(tickets),
    promises: Object.keys(PROMISES) as StrategyPromise[],
    reissues: false,
    strategy: null,
    ...terms,
  });
  ordered.forEach((each, place) => {
    putOperation(history, place, operationOf(each, place));
  });
  return history;
}

function operationOf(told: Told, place: number): Operation {
  const { kind, ending, span, client = place, event = 0, quantity = 1, value = place } = told;
  return {
    kind: OPERATION[kind],
    ending: ENDING[ending],
    client,
    event,
    quantity,
    value,
    intendedNs: span[0],
    startNs: span[0],
    endNs: span[1],
  };
}

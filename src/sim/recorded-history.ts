import { collectHistory, type History } from '../audit/history.ts';
import { InputError } from '../base/errors.ts';
import { HistoryLog } from '../store/history-log.ts';
import type { StrategyFacts } from '../store/strategy.ts';
import type { SaleMemory } from '../workers/protocol.ts';
import type { Scenario } from './scenario.ts';

/** Requests that can be written down: 48 bytes each, and as much again to put them together. */
const MAX_RECORDED = 10_000_000;

/** @throws InputError when there are too many requests to write down */
export function requireRecordable({ stream: { requests } }: Scenario): void {
  if (requests <= MAX_RECORDED) return;
  throw new InputError(
    `--record keeps every request, at most ${MAX_RECORDED} of them: give fewer --requests`,
  );
}

/** What the workers of a sale wrote down. */
export function recordedHistory(
  { name, promises }: StrategyFacts,
  { events, ticketsPerEvent }: Scenario,
  { recorders }: SaleMemory,
): History {
  const logs = recorders.map(({ history }) => new HistoryLog(history as SharedArrayBuffer));
  return collectHistory(logs, {
    capacities: new Int32Array(events).fill(ticketsPerEvent),
    promises,
    reissues: false,
    strategy: name,
  });
}

import { ENDINGS, type Ending, OPERATION_KINDS, type OperationKind } from '../store/history-log.ts';
import type { HistoryFindings } from './check-history.ts';
import type { History } from './history.ts';
import type { Contradiction } from './linearizability/contradiction.ts';
import type { ReceiptFault } from './receipts.ts';

/** An operation of a history, with the names of those who took part. */
export interface ToldOperation {
  /** Null where nobody says who it was. */
  readonly client: string | null;
  readonly kind: OperationKind;
  readonly event: string;
  /** How many tickets it asked for or gave back; null for who looked. */
  readonly quantity: number | null;
  readonly outcome: Ending;
  /** The tickets granted or given back, the first few if there are many. */
  readonly tickets: readonly string[];
  /** How many it was told were left; null for who did not look. */
  readonly left: number | null;
  readonly startNs: number;
  /** Null where nobody knows. */
  readonly endNs: number | null;
}

/** Operations that fit into no order, told for people. */
export interface ToldContradiction {
  readonly event: string;
  /** Tickets left by all that had ended before. */
  readonly left: number;
  readonly operations: readonly ToldOperation[];
  /** Which of them is the one that cannot be explained, from 0. */
  readonly unexplained: number;
}

/** More tickets than that are not listed one by one. */
const TICKETS_MAX = 10;

function operationOf(history: History, at: number): ToldOperation {
  const { names } = history;
  const kind = OPERATION_KINDS[history.kind[at] as number] as OperationKind;
  const outcome = ENDINGS[history.ending[at] as number] as Ending;
  const client = history.client[at] as number;
  const event = history.event[at] as number;
  const endNs = history.endNs[at] as number;
  const looked = kind === 'browse';
  return {
    client: client < 0 ? null : (names?.clients[client] ?? `${client}`),
    kind,
    event: names?.events[event] ?? `${event}`,
    quantity: looked ? null : (history.quantity[at] as number),
    outcome,
    tickets: looked ? [] : ticketsOf(history, at),
    left: looked && outcome === 'browsed' ? (history.value[at] as number) : null,
    startNs: history.startNs[at] as number,
    endNs: endNs === Number.POSITIVE_INFINITY ? null : endNs,
  };
}

function ticketsOf({ names, value, quantity, scattered }: History, at: number): string[] {
  const first = value[at] as number;
  if (first < 0) return [];
  const count = Math.min(TICKETS_MAX, quantity[at] as number);
  const numbers = scattered?.get(at) ?? Array.from({ length: count }, (_, i) => first + i);
  // Named tickets have the numbers that they were given here, others their own.
  const named = names !== undefined && names.tickets.length > 0;
  return numbers
    .slice(0, TICKETS_MAX)
    .map((number) => (named ? (names.tickets[number] ?? '') : `${number}`));
}

function contradictionOf(history: History, found: Contradiction): ToldContradiction {
  const { event, left, operations, unexplained } = found;
  return {
    event: history.names?.events[event] ?? `${event}`,
    left,
    operations: operations.map((operation) => operationOf(history, operation)),
    unexplained: operations.indexOf(unexplained),
  };
}

/** The findings about a history, with the operations that show them. */
export interface ToldFindings extends Omit<HistoryFindings, 'linearizability' | 'receipts'> {
  readonly linearizability: Omit<HistoryFindings['linearizability'], 'contradictions'> & {
    readonly contradictions: readonly ToldContradiction[];
  };
  readonly receipts: Readonly<Record<ReceiptFault, number>> & {
    readonly examples: readonly {
      readonly fault: ReceiptFault;
      readonly operation: ToldOperation;
    }[];
  };
}

/** Puts names to what was found. */
export function tellFindings(history: History, findings: HistoryFindings): ToldFindings {
  const { linearizability, receipts } = findings;
  return {
    ...findings,
    linearizability: {
      ...linearizability,
      contradictions: linearizability.contradictions.map((each) => contradictionOf(history, each)),
    },
    receipts: {
      ...receipts.counts,
      examples: receipts.examples.map(({ fault, operation }) => {
        return { fault, operation: operationOf(history, operation) };
      }),
    },
  };
}

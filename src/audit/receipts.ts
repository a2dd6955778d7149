import { ENDING, OPERATION } from '../store/history-log.ts';
import type { History } from './history.ts';
import { gather, sortedByColumn } from './order.ts';

/** What can be wrong with a ticket, by the operation that shows it. */
export const RECEIPT_FAULTS = {
  duplicateTicket: 'was granted a ticket that somebody had been granted before',
  foreignCancel: 'gave back a ticket that was never granted to them',
  repeatedCancel: 'gave back a ticket that they had given back before',
  lostReceipt: 'was refused when giving back a ticket that they held',
} as const;

export type ReceiptFault = keyof typeof RECEIPT_FAULTS;

/** Whether every ticket is one of its kind, and worth something to the one who was granted it. */
export interface Receipts {
  /** How often each fault happened: tickets that are granted once more, and cancels of other kinds. */
  readonly counts: Readonly<Record<ReceiptFault, number>>;
  /** The operations that show the first few. */
  readonly examples: readonly { readonly fault: ReceiptFault; readonly operation: number }[];
}

const EXAMPLES_MAX = 5;
const NOBODY = new Uint32Array();

// In place of a client's number.
const UNNAMED = -1;
const ANYBODY = -2;

/** Follows each ticket from its grant to its return. Takes O(n log n) in the number of tickets moved. */
export function auditReceipts(history: History): Receipts {
  const { tickets, operations } = ticketMoves(history);
  const order = sortedByColumn(
    Uint32Array.from({ length: tickets.length }, (_, move) => move),
    tickets,
  );
  const book = new FaultBook(history);
  for (let from = 0, to = 0; from < order.length; from = to) {
    const ticket = tickets[order[from] as number];
    to = from + 1;
    while (to < order.length && tickets[order[to] as number] === ticket) to++;
    const [first] = order.subarray(from, to).map((move) => operations[move] as number);
    // Granted once and never given back: as nearly all are.
    if (to - from === 1 && history.kind[first as number] === OPERATION.reserve) continue;
    book.follow(order.subarray(from, to).map((move) => operations[move] as number));
  }
  return book.close();
}

const EVENT_TICKETS = 2 ** 31;

/** One entry for each ticket of each grant and cancel, in the order in which those began. */
function ticketMoves(history: History): { tickets: Float64Array; operations: Uint32Array } {
  let length = 0;
  for (let at = 0; at < history.count; at++) length += ticketCount(history, at);
  const tickets = new Float64Array(length);
  const operations = new Uint32Array(length);
  let move = 0;
  for (let at = 0; at < history.count; at++) {
    const base = (history.event[at] as number) * EVENT_TICKETS;
    const scattered = history.scattered?.get(at);
    for (let i = 0; i < ticketCount(history, at); i++, move++) {
      tickets[move] = base + (scattered?.[i] ?? (history.value[at] as number) + i);
      operations[move] = at;
    }
  }
  return { tickets, operations };
}

/** How many tickets an operation names. */
function ticketCount({ kind, ending, quantity, value, scattered }: History, at: number): number {
  const grants = kind[at] === OPERATION.reserve && ending[at] === ENDING.reserved;
  if (!grants && kind[at] !== OPERATION.cancel) return 0;
  if ((value[at] as number) < 0) return 0;
  return scattered?.get(at)?.length ?? (quantity[at] as number);
}

class FaultBook {
  readonly #history: History;
  readonly #counts: Record<ReceiptFault, number> = {
    duplicateTicket: 0,
    foreignCancel: 0,
    repeatedCancel: 0,
    lostReceipt: 0,
  };
  readonly #examples: { fault: ReceiptFault; operation: number }[] = [];
  /** Cancels that were counted already, for another of their tickets. */
  readonly #counted: Set<number> = new Set();
  /** Of how many of its tickets a cancel that was refused had surely been worth something. */
  readonly #heldOf: Map<number, number> = new Map();
  /** When somebody first asked for tickets of an event and was told nothing: by both, it may hold any. */
  readonly #unansweredNs: ReadonlyMap<string, number>;

  constructor(history: History) {
    this.#history = history;
    this.#unansweredNs = unansweredBy(history);
  }

  /** Follows one ticket through the operations that name it. */
  follow(operations: Uint32Array): void {
    const { client, kind, endNs } = this.#history;
    const byEnd = sortedByColumn(operations, endNs);
    this.#countDuplicates(
      byEnd.filter((operation) => kind[operation] === OPERATION.reserve),
      this.#returnsAmong(operations),
    );
    const byClient = sortedByColumn(byEnd, client);
    // Whoever is not named may be anybody: whose ticket it was, and who gave it back.
    const unnamed = byEnd.filter((operation) => (client[operation] as number) < 0);
    for (let from = 0, to = 0; from < byClient.length; from = to) {
      const who = client[byClient[from] as number] as number;
      for (to = from + 1; to < byClient.length; to++) {
        if (client[byClient[to] as number] !== who) break;
      }
      if (who < 0) continue;
      this.#judgeHonoured(byClient.subarray(from, to), unnamed);
      this.#judgeRefused(byClient.subarray(from, to), unnamed);
    }
    if (unnamed.length > 0) this.#judgeHonoured(byEnd, NOBODY);
  }

  close(): Receipts {
    return { counts: this.#counts, examples: this.#examples };
  }

  /**
   * Between two grants of a ticket it has to come back, and may then be granted again only where the
   * store says that it does so.
   */
  #countDuplicates(grants: Uint32Array, returns: Uint32Array): void {
    const { reissues, startNs, endNs } = this.#history;
    const begunNs = timesOf(startNs, returns);
    let granted = 0;
    for (const grant of grants) {
      const back = reissues ? countUntil(begunNs, endNs[grant] as number) : 0;
      if (granted <= back) {
        granted++;
      } else {
        this.#counts.duplicateTicket++;
        this.#give('duplicateTicket', grant);
      }
    }
  }

  /**
   * @param operations those of one client with one ticket, or of all, in the order in which they ended
   * @param unnamed those that may be this client's as well
   */
  #judgeHonoured(operations: Uint32Array, unnamed: Uint32Array): void {
    const { ending, startNs, endNs } = this.#history;
    const grants = [...this.#grantsAmong(operations), ...this.#grantsAmong(unnamed)];
    const begunNs = timesOf(startNs, Uint32Array.from(grants));
    let honoured = 0;
    for (const operation of operations) {
      if (ending[operation] !== ENDING.cancelled) continue;
      const granted = countUntil(begunNs, endNs[operation] as number);
      if (honoured < granted || this.#mayHoldAny(operation, unnamed === NOBODY)) honoured++;
      else this.#note(granted > 0 ? 'repeatedCancel' : 'foreignCancel', operation);
    }
  }

  /**
   * Who does not hold a ticket yet, or may hold it no more, is refused rightly; so is who gives back
   * several of which one is so.
   * @param operations those of one client with one ticket, in the order in which they ended
   */
  #judgeRefused(operations: Uint32Array, unnamed: Uint32Array): void {
    const { kind, ending, startNs, endNs } = this.#history;
    const grants = this.#grantsAmong(operations);
    // Of what began and ended in the nanosecond of the refusal it is not known what came first.
    const momentary = (grant: number): boolean => startNs[grant] === endNs[grant];
    const lastingNs = timesOf(
      endNs,
      grants.filter((grant) => !momentary(grant)),
    );
    const momentaryNs = timesOf(endNs, grants.filter(momentary));
    const returns = [...this.#returnsAmong(operations), ...this.#returnsAmong(unnamed)];
    const returnedNs = timesOf(startNs, Uint32Array.from(returns));
    operations.forEach((operation, place) => {
      if (kind[operation] !== OPERATION.cancel || ending[operation] !== ENDING.failed) return;
      // One that names a ticket twice holds it once.
      if (place > 0 && operations[place - 1] === operation) return;
      const begunNs = startNs[operation] as number;
      const held = countUntil(lastingNs, begunNs) + countBefore(momentaryNs, begunNs);
      if (held <= countUntil(returnedNs, endNs[operation] as number)) return;
      const heldOf = (this.#heldOf.get(operation) ?? 0) + 1;
      this.#heldOf.set(operation, heldOf);
      if (heldOf === ticketCount(this.#history, operation)) this.#note('lostReceipt', operation);
    });
  }

  #grantsAmong(operations: Uint32Array): Uint32Array {
    return operations.filter((operation) => this.#history.kind[operation] === OPERATION.reserve);
  }

  /** The cancels that were honoured, or may have been. */
  #returnsAmong(operations: Uint32Array): Uint32Array {
    const { kind, ending } = this.#history;
    return operations.filter((operation) => {
      return kind[operation] === OPERATION.cancel && ending[operation] !== ENDING.failed;
    });
  }

  /**
   * Whether a request that was never answered may have been granted the ticket that is given back: one
   * of the same client or of nobody that is known, or of anybody.
   */
  #mayHoldAny(operation: number, anybodys: boolean): boolean {
    const { client, event, endNs } = this.#history;
    const holders = anybodys ? [ANYBODY] : [client[operation] as number, UNNAMED];
    return holders.some((holder) => {
      const sinceNs = this.#unansweredNs.get(holderOf(holder, event[operation] as number));
      return sinceNs !== undefined && sinceNs <= (endNs[operation] as number);
    });
  }

  #note(fault: ReceiptFault, operation: number): void {
    if (this.#counted.has(operation)) return;
    this.#counted.add(operation);
    this.#counts[fault]++;
    this.#give(fault, operation);
  }

  #give(fault: ReceiptFault, operation: number): void {
    if (this.#examples.length < EXAMPLES_MAX) this.#examples.push({ fault, operation });
  }
}

function holderOf(client: number, event: number): string {
  return `${client} ${event}`;
}

function unansweredBy(history: History): Map<string, number> {
  const { kind, ending, client, event, startNs } = history;
  const sinceNs = new Map<string, number>();
  for (let at = 0; at < history.count; at++) {
    if (kind[at] !== OPERATION.reserve || ending[at] !== ENDING.indeterminate) continue;
    for (const who of [client[at] as number, ANYBODY]) {
      const holder = holderOf(who, event[at] as number);
      if (!sinceNs.has(holder)) sinceNs.set(holder, startNs[at] as number);
    }
  }
  return sinceNs;
}

function timesOf(timesNs: Float64Array, operations: Uint32Array): Float64Array {
  return gather(timesNs, operations).toSorted();
}

/** How many of these times, in order, are not after `untilNs`. */
function countUntil(timesNs: Float64Array, untilNs: number): number {
  return countWhile(timesNs, (timeNs) => timeNs <= untilNs);
}

/** How many of these times, in order, are before `limitNs`. */
function countBefore(timesNs: Float64Array, limitNs: number): number {
  return countWhile(timesNs, (timeNs) => timeNs < limitNs);
}

function countWhile(timesNs: Float64Array, isSo: (timeNs: number) => boolean): number {
  let low = 0;
  let high = timesNs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isSo(timesNs[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}

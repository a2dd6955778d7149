import type { Clock } from '../base/clock.ts';
import { ENDING, type HistoryLog, OPERATION } from '../store/history-log.ts';
import { FAILED, type Reserver } from '../store/strategy.ts';
import { refusalBy } from './answers.ts';

/** Serials are kept in 32 bits. */
const SERIALS_END = 2 ** 31;

/**
 * A reserver that also writes down all it is asked and answers. It stamps the times itself, right before
 * and after: the closer, the more a check of the history can see.
 */
export class RecordingReserver implements Reserver {
  readonly #inner: Reserver;
  readonly #log: HistoryLog;
  readonly #clock: Clock;
  #client = -1;
  #intendedNs = 0;

  constructor(inner: Reserver, log: HistoryLog, clock: Clock) {
    this.#inner = inner;
    this.#log = log;
    this.#clock = clock;
  }

  /** Says whose request comes next, and when it was to begin. */
  announce(client: number, intendedNs: number): void {
    this.#client = client;
    this.#intendedNs = intendedNs;
  }

  reserve(event: number, quantity: number, client: number): number {
    const entry = this.#begin(OPERATION.reserve, event, quantity, -1);
    const ticket = this.#inner.reserve(event, quantity, client);
    const granted = Number.isInteger(ticket) && ticket >= 0 && ticket + quantity <= SERIALS_END;
    const ending = granted ? ENDING.reserved : refusalBy(ticket)?.ending;
    this.#end(entry, ending, granted ? ticket : -1);
    return ticket;
  }

  cancel(event: number, ticket: number, quantity: number, client: number): number {
    const entry = this.#begin(OPERATION.cancel, event, quantity, ticket);
    const answer = this.#inner.cancel(event, ticket, quantity, client);
    const refused = answer === FAILED ? ENDING.failed : undefined;
    this.#end(entry, answer === quantity ? ENDING.cancelled : refused, ticket);
    return answer;
  }

  available(event: number): number {
    const entry = this.#begin(OPERATION.browse, event, 0, -1);
    const left = this.#inner.available(event);
    this.#end(entry, Number.isInteger(left) ? ENDING.browsed : undefined, left);
    return left;
  }

  close(): void {
    this.#inner.close();
  }

  #begin(kind: number, event: number, quantity: number, value: number): number {
    const startNs = this.#clock.now();
    const intendedNs = Math.min(this.#intendedNs, startNs);
    const client = this.#client;
    return this.#log.begin({ kind, client, event, quantity, value, intendedNs, startNs });
  }

  /** What is no answer ends nothing: the client is told nothing that it could believe. */
  #end(entry: number, ending: number | undefined, value: number): void {
    if (ending === undefined) return;
    this.#log.end(entry, ending, value, this.#clock.now());
  }
}

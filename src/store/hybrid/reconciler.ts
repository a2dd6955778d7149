import type { Connections } from '../postgres/connections.ts';
import { takeCensus } from './census.ts';
import { addsStock, type Gate } from './gate.ts';
import { nowMs } from './gated-reserver.ts';

/** Longer than anybody alive stays inside, whom the database does not keep. */
const LOST_MS = 3000;
const AGAIN_MS = 500;

/**
 * Looks after those who came in and never went out, asking PostgreSQL whether it served them: what the gate counted for
 * buyers whom it did not is put back, and tickets that it added are counted. Should one of them be served later all the same, the gate lets too many pass, whom
 * PostgreSQL refuses: no ticket is sold twice.
 */
export class Reconciler {
  readonly #gate: Gate;
  readonly #tables: Connections;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;

  constructor(gate: Gate, tables: Connections) {
    this.#gate = gate;
    this.#tables = tables;
  }

  start(): void {
    this.#timer = setInterval(() => {
      // While a store does not answer, one try waits for it, not all that would have been due.
      this.#working ??= this.#tryAll().finally(() => {
        this.#working = undefined;
      });
    }, AGAIN_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#working;
  }

  async #tryAll(): Promise<void> {
    try {
      await this.reconcile(LOST_MS);
    } catch {
      // A store that cannot be reached is asked again.
    }
  }

  /** Brings out all who have been inside for longer than `lostMs`; how many. */
  async reconcile(lostMs: number): Promise<number> {
    const lost = (await this.#gate.inside()).filter(({ sinceMs }) => nowMs() - sinceMs > lostMs);
    if (lost.length === 0) return 0;
    const { done } = await this.#tables.lend((session) => takeCensus(session, lost));
    for (const each of lost) {
      await this.#gate.leave(each, done.has(each.id) === addsStock(each.kind));
    }
    return lost.length;
  }
}

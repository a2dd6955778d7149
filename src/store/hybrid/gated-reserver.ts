import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../base/clock.ts';
import type { Connections } from '../postgres/connections.ts';
import { NotSentError } from '../redis/redis-connections.ts';
import { isWhole, type Order, type Resize, type Return, type StoreReserver } from '../stored.ts';
import { DROPPED, FAILED, IN_DOUBT, SOLD_OUT } from '../strategy.ts';
import { takeCensus } from './census.ts';
import { addsStock, type Gate, type Inside, type Leaving, type Passage } from './gate.ts';

export interface GatedParts {
  readonly gate: Gate;
  /** Decides. */
  readonly authority: StoreReserver;
  /** Where a gate is built from. */
  readonly tables: Connections;
  readonly close: () => Promise<void>;
}

/** Looks for a gate that somebody else builds; together, longer than building one takes. */
const LOOKS = 400;
const LOOK_AGAIN_MS = 5;

/** One clock for all processes of this machine, since entries outlive those who made them. */
const clock = systemClock(0n);

export function nowMs(): number {
  return Math.floor(clock.now() / 1e6);
}

/** Has everybody pass the gate before the authority decides. */
export class GatedReserver implements StoreReserver {
  readonly #parts: GatedParts;
  /** Those who are about to leave the gate: nobody waits for them, but the end does. */
  readonly #leaving: Set<Promise<void>> = new Set();

  constructor(parts: GatedParts) {
    this.#parts = parts;
  }

  async reserve(order: Order): Promise<number> {
    if (order.quantity < 1) return FAILED;
    const passage = await this.#pass(order);
    if (passage !== 'passed') return passage === 'sold out' ? SOLD_OUT : DROPPED;
    const answer = await this.#parts.authority.reserve(order);
    // Who is in doubt stays inside: the reconciler asks later.
    if (answer !== IN_DOUBT) {
      const leaving = this.#leave({ ...order, kind: 'take' }, answer < 0);
      // Who gets tickets need not wait for the gate; who gets none leaves it as he found it.
      if (answer < 0) await leaving;
    }
    return answer;
  }

  async cancel(given: Return): Promise<number> {
    const { id, event, quantity, ticket } = given;
    const entry = { id, kind: 'put', event, quantity, ticket } as const;
    // Without the gate knowing, the tickets would be for sale to nobody.
    if (!(await this.#enter(entry))) return DROPPED;
    const answer = await this.#parts.authority.cancel(given);
    if (answer !== IN_DOUBT) await this.#leave(entry, answer === quantity);
    return answer;
  }

  /** Tickets that are withdrawn leave the gate first, those that are added come to it last: it never has too many. */
  async resize(change: Resize): Promise<number> {
    if (!isWhole(change)) return FAILED;
    const { id, event, by } = change;
    const kind = by < 0 ? 'withdraw' : 'add';
    const entry = { id, kind, event, quantity: Math.abs(by), ticket: -1 } as const;
    if (!(await this.#enter(entry))) return DROPPED;
    const answer = await this.#parts.authority.resize(change);
    if (answer !== IN_DOUBT) await this.#leave(entry, answer >= 0 === addsStock(kind));
    return answer;
  }

  async available(event: number): Promise<number> {
    try {
      const left = await this.#parts.gate.count(event);
      if (left !== undefined) return left;
    } catch {
      // The authority knows better anyway.
    }
    return this.#parts.authority.available(event);
  }

  async close(): Promise<void> {
    await Promise.all(this.#leaving);
    await this.#parts.close();
  }

  async #pass({ id, event, quantity }: Order): Promise<Passage | 'closed'> {
    try {
      return await this.#comeIn((gate) => gate.pass({ id, event, quantity, sinceMs: nowMs() }));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      // Whether it was counted or not, PostgreSQL was not asked; the reconciler finds who is inside.
      if (!(error instanceof NotSentError)) await this.#leave({ id, kind: 'take', event }, true);
      return 'closed';
    }
  }

  /** Whether somebody is in who does not come to buy. If not all the same, the reconciler finds that nothing followed. */
  async #enter(entry: Omit<Inside, 'sinceMs'>): Promise<boolean> {
    try {
      const passage = await this.#comeIn((gate) => gate.enter({ ...entry, sinceMs: nowMs() }));
      return passage === 'passed';
    } catch {
      return false;
    }
  }

  /** Comes in as soon as there is a gate. */
  async #comeIn(ask: (gate: Gate) => Promise<Passage>): Promise<Passage | 'closed'> {
    const { gate, tables } = this.#parts;
    for (let look = 0; look < LOOKS; look++) {
      const passage = await ask(gate);
      if (passage !== 'no gate') return passage;
      await gate.build((inside) => tables.lend((session) => takeCensus(session, inside)));
      await sleep(LOOK_AGAIN_MS);
    }
    return 'closed';
  }

  #leave(entry: Leaving, back: boolean): Promise<void> {
    const leaving = this.#parts.gate
      .leave(entry, back)
      // The reconciler will find it.
      .catch(() => {})
      .finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
    return leaving;
  }
}

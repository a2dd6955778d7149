// Sets tickets aside first and sells them once they are paid for. A hold lasts a limited time and ends
// by being confirmed, released or expired; one compare-and-swap on its state decides which.
// Cost: two compare-and-swaps for each sale, one of them on a word that hardly anybody else touches,
// and half a dozen stores. The work lies between the two, so nobody else's sale makes it begin anew;
// a clock is read. A thread that dies locks nobody out: what it held comes back when its time is over.
// Held tickets count as gone. Whoever is refused meanwhile is refused falsely if the hold then comes
// to nothing: hence no promise about false sold-outs.
// Source: pending transfers of TigerBeetle (docs/coding/two-phase-transfers); authorise and capture of
// card payments.
import { HoldTable, PHASE } from '../holds.ts';
import {
  CONTENDED,
  FAILED,
  type Reserver,
  type SaleContext,
  SOLD_OUT,
  type Strategy,
} from '../strategy.ts';

/**
 * How long a hold lasts. A payment that works takes a second or two, and a thread that lost its
 * processor has it back by then; much longer, and the tickets of the dead would miss a short sale.
 */
export const HOLD_TTL_MS = 5000;

/** Sales that outlast their hold so often are given up. */
const ATTEMPTS = 3;

/** Sells in one step, as all do, or in two. */
export interface HoldReserver extends Reserver {
  /**
   * Sets tickets aside for {@link HOLD_TTL_MS}. Whoever has the hold's number can end it.
   * @returns the number of the hold, at most 2^53 - 1, or a refusal: `SOLD_OUT`, or `CONTENDED` when
   * this thread has as many holds open as it may
   */
  hold(event: number, quantity: number, client: number): number;
  /**
   * Sells what is held.
   * @returns the first of the tickets' serials, or `FAILED` when the hold is over
   */
  confirm(hold: number): number;
  /**
   * Returns what is held to the stock.
   * @returns how many tickets, or `FAILED` when the hold is over
   */
  release(hold: number): number;
  /** Ends all holds, whosever they are, that are over their time; how many. */
  expire(): number;
}

/** A strategy that can also sell in two steps. */
export interface HoldStrategy extends Strategy {
  open(context: SaleContext): HoldReserver;
}

export const twoPhaseHold: HoldStrategy = {
  name: 'two-phase-hold',
  summary:
    'Holds with a time limit, then confirms. Two CAS a sale; what the dead held comes back by itself.',
  source: 'two-phase transfers of TigerBeetle; authorise and capture of card payments',
  promises: ['noOversell', 'noLostReceipt'],
  ownWords: ({ members }) => HoldTable.words(members),
  describeWord: (offset) => HoldTable.describe(offset),
  open: (context) => new TwoPhaseHold(context, new HoldTable(context, context.own, HOLD_TTL_MS)),
};

/** Sells from holds that last {@link HOLD_TTL_MS}. */
export class TwoPhaseHold implements HoldReserver {
  readonly #context: SaleContext;
  readonly #table: HoldTable;

  constructor(context: SaleContext, table: HoldTable) {
    this.#context = context;
    this.#table = table;
  }

  reserve(event: number, quantity: number): number {
    if (quantity < 1) return FAILED;
    const { contention, work } = this.#context;
    for (let attempt = 1; ; attempt++) {
      const sinceMs = this.#context.nowMs();
      const slot = this.#takeFromStock(event, quantity, sinceMs);
      if (slot < 0) return slot;
      const state = this.#table.open(slot, event, quantity, sinceMs);
      work();
      if (this.#context.nowMs() - sinceMs > HOLD_TTL_MS) {
        this.#table.giveBack(slot, state, PHASE.expired);
      } else if (this.#table.end(slot, state, PHASE.confirmed)) {
        return this.#context.inventory.issue(event, quantity);
      }
      if (attempt === ATTEMPTS) return CONTENDED;
      contention.retries++;
    }
  }

  hold(event: number, quantity: number): number {
    if (quantity < 1) return FAILED;
    const nowMs = this.#context.nowMs();
    const slot = this.#takeFromStock(event, quantity, nowMs);
    if (slot < 0) return slot;
    return this.#table.idOf(slot, this.#table.open(slot, event, quantity, nowMs));
  }

  confirm(hold: number): number {
    const slot = this.#timelySlotOf(hold);
    if (slot < 0) return FAILED;
    const event = this.#table.eventOf(slot);
    const quantity = this.#table.quantityOf(slot);
    if (!this.#table.end(slot, this.#table.stateOf(hold), PHASE.confirmed)) return FAILED;
    return this.#context.inventory.issue(event, quantity);
  }

  release(hold: number): number {
    const slot = this.#timelySlotOf(hold);
    if (slot < 0) return FAILED;
    const back = this.#table.giveBack(slot, this.#table.stateOf(hold), PHASE.released);
    return back > 0 ? back : FAILED;
  }

  expire(): number {
    return this.#table.sweep(this.#context.nowMs());
  }

  cancel(event: number, _ticket: number, quantity: number): number {
    const { words, inventory } = this.#context;
    words.add(inventory.remaining(event), quantity);
    return quantity;
  }

  available(event: number): number {
    const { words, inventory } = this.#context;
    return words.load(inventory.remaining(event));
  }

  /** Holds stay open: they belong to clients, and end by themselves. */
  close(): void {}

  /** The slot of a hold that is in time, or -1. Whether it is open still, its end will show. */
  #timelySlotOf(hold: number): number {
    const slot = this.#table.slotOf(hold);
    if (slot < 0 || !this.#table.isOverdue(slot, this.#context.nowMs())) return slot;
    // Whether or not a sweep came by: a time limit that depends on sweeps is none.
    this.#table.giveBack(slot, this.#table.stateOf(hold), PHASE.expired);
    return -1;
  }

  /** Takes the tickets of a hold; the slot for it, or a refusal. */
  #takeFromStock(event: number, quantity: number, nowMs: number): number {
    const { words, inventory, contention } = this.#context;
    const at = inventory.remaining(event);
    let slot = -1;
    for (;;) {
      const seen = words.load(at);
      if (seen >= quantity) {
        if (slot < 0) slot = this.#findSlot(nowMs);
        // Without a slot nothing may be taken: nobody would give it back.
        if (slot < 0) return CONTENDED;
        if (words.compareExchange(at, seen, seen - quantity) === seen) return slot;
        contention.retries++;
      } else if (this.#table.mayBeOverdue(nowMs)) {
        this.#table.sweep(nowMs);
      } else {
        return SOLD_OUT;
      }
    }
  }

  #findSlot(nowMs: number): number {
    const slot = this.#table.freeSlot();
    if (slot >= 0) return slot;
    this.#table.sweep(nowMs);
    return this.#table.freeSlot();
  }
}

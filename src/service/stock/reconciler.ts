// Finds what whoever died between two transactions has left, and mends it; one server at a time.
import type pg from 'pg';
import { connectionTo } from '../../store/postgres/connections.ts';
import { withClient } from '../../store/postgres/one-client.ts';
import type { SharedRecords } from '../records/shared-records.ts';
import { type Grant, type Mending, mendingOf, type Stocked } from './reconcile.ts';
import type { Stock } from './stock.ts';
import type { StorePlan } from './store-plan.ts';

/** Whoever was to book what it was granted has done so by then, or has died. */
const GRACE_MS = 60_000;

const TRY_LOCK = `SELECT pg_try_advisory_lock(hashtext(current_schema || ' reconciler')) AS mine`;

/** Of each event, how much was put on sale, and how much is granted. */
const SUMS = `
  SELECT event,
    (SELECT sum(change) FROM resize WHERE resize.event = stock.event)::float8 AS stocked,
    (SELECT sum(quantity) FROM booking WHERE booking.event = stock.event)::float8 AS granted
  FROM stock WHERE EXISTS (SELECT FROM resize WHERE resize.event = stock.event)`;

/** A page of the grants of one event that are old enough. */
const GRANTS = `
  SELECT id::float8 AS id, event, ticket, quantity FROM booking
  WHERE event = $1 AND made < clock_timestamp() - $2 * interval '1 millisecond' AND id > $3
  ORDER BY id LIMIT 1000`;
const PAGE = 1000;

interface Sums {
  readonly event: number;
  readonly stocked: number;
  readonly granted: number | null;
}

/** What was mended. */
export type Mended = { readonly [What in keyof Mending]: number };

const NOTHING: Mended = { giveBack: 0, open: 0, resize: 0 };

/** Makes the stock say what the books say. */
export class Reconciler {
  readonly #plan: StorePlan;
  readonly #records: SharedRecords;
  readonly #stock: Stock;

  constructor(plan: StorePlan, records: SharedRecords, stock: Stock) {
    this.#plan = plan;
    this.#records = records;
    this.#stock = stock;
  }

  /** Mends all that is older than `graceMs`, unless another server is at it; how much. */
  reconcile(graceMs: number = GRACE_MS): Promise<Mended> {
    return withClient(connectionTo(this.#plan.place), async (client) => {
      const { rows } = await client.query<{ mine: boolean }>(TRY_LOCK);
      if (!rows[0]?.mine) return NOTHING;
      const giveBack = await this.#giveBack(client, graceMs);
      const { open, resize } = await this.#exclusively(() => this.#mendCapacities(client));
      return { giveBack, open, resize };
    });
  }

  async #giveBack(client: pg.Client, graceMs: number): Promise<number> {
    const { rows } = await client.query<Sums>(SUMS);
    const granted = new Map(rows.map((row) => [row.event, row.granted ?? 0]));
    const totals = await this.#records.totals();
    const outside = await this.#records.takenOutside(this.#plan.run);
    let given = 0;
    for (const [event, { held, confirmed }] of totals) {
      // Where as much is granted as is taken, every grant is accounted for: a reservation always has its own.
      if ((granted.get(event) ?? 0) === held + confirmed - (outside.get(event) ?? 0)) continue;
      given += await this.#giveBackOf(client, event, graceMs);
    }
    return given;
  }

  async #giveBackOf(client: pg.Client, event: number, graceMs: number): Promise<number> {
    const known = [{ number: event, capacity: 0, takenOutside: 0, stocked: 0 }];
    let given = 0;
    for (let after = -1; ; ) {
      const { rows } = await client.query<Grant>(GRANTS, [event, graceMs, after]);
      const taking = await this.#records.taking(
        event,
        rows.map(({ id }) => id),
      );
      const { giveBack } = mendingOf(known, rows, taking);
      for (const each of giveBack) {
        await this.#stock.giveBack({ ...each, client: 0, run: this.#plan.run });
      }
      given += giveBack.length;
      if (rows.length < PAGE) return given;
      after = (rows.at(-1) as Grant).id;
    }
  }

  async #mendCapacities(client: pg.Client): Promise<Omit<Mended, 'giveBack'>> {
    const outside = await this.#records.takenOutside(this.#plan.run);
    const events = await this.#records.events();
    const { rows } = await client.query<Sums>(SUMS);
    const stocked = new Map(rows.map((row) => [row.event, row.stocked]));
    const known = events
      .filter(({ number }) => number < this.#plan.size.events)
      .map(
        ({ number, capacity }): Stocked => ({
          number,
          capacity,
          takenOutside: outside.get(number) ?? 0,
          stocked: stocked.get(number),
        }),
      );
    const { open, resize } = mendingOf(known, [], new Set());
    for (const { number, capacity, takenOutside } of open) {
      await this.#stock.open({ number, capacity, taken: takenOutside });
    }
    let resized = 0;
    for (const { event, by } of resize) {
      // What is sold by now cannot be withdrawn; it is tried again.
      if (await this.#stock.resize(event, by)) resized++;
    }
    return { open: open.length, resize: resized };
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.#stock.exclusively ? this.#stock.exclusively(work) : work();
  }
}

// Whoever comes while a batch is under way waits for the next: all who want tickets of one event are served by
// one function call, which locks the row once, decides in order, and commits once for all of them.
// Cost: one round trip and one commit for a batch; a single buyer waits for the batch before his.
// Source: merging updates of a hot row (AliSQL); seed system 3, phase 3, done right: each gets his own ticket.
import type { Order, StoreContext, StoreStrategy } from '../stored.ts';
import { FAILED, SOLD_OUT } from '../strategy.ts';
import { Connections, type Statement } from './connections.ts';
import { attempt, findOrder, reserverOn } from './pg-reserver.ts';
import { makeTables, ON_TABLES } from './sale-tables.ts';

const FUNCTION = `
CREATE FUNCTION sell_batch(at int, ids bigint[], quantities int[], clients int[])
RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
  remains int;
  next int;
  tickets int[] := '{}';
BEGIN
  SELECT remaining, next_ticket INTO remains, next FROM stock WHERE event = at FOR UPDATE;
  FOR i IN 1 .. cardinality(ids) LOOP
    IF quantities[i] <= remains THEN
      tickets := tickets || next;
      next := next + quantities[i];
      remains := remains - quantities[i];
    ELSE
      tickets := tickets || NULL::int;
    END IF;
  END LOOP;
  UPDATE stock SET remaining = remains, next_ticket = next, version = version + 1
  WHERE event = at AND next_ticket <> next;
  INSERT INTO booking (id, event, ticket, quantity, client)
  SELECT id, at, ticket, quantity, client
  FROM unnest(ids, tickets, quantities, clients) AS batch (id, ticket, quantity, client)
  WHERE ticket IS NOT NULL;
  RETURN tickets;
END $$;
`;

const SELL: Statement = {
  name: 'sell-batch',
  text: 'SELECT sell_batch($1, $2, $3, $4) AS tickets',
};

/** A larger one would keep the row, and all who look at it, for longer than it saves. */
const BATCH_MAX = 500;

export const pgBatch: StoreStrategy = {
  ...ON_TABLES,
  name: 'pg-batch',
  summary:
    'All who come meanwhile are served in one call, which locks the row and commits once. A single buyer waits for the batch before his.',
  source: 'merging updates of a hot row (AliSQL); seed system 3, phase 3',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  isolation: 'read committed, with a row lock for the batch',
  prepare: (place, size) => makeTables(place, size, FUNCTION),
  async open(context) {
    const connections = await Connections.open(context);
    const batches = Array.from(
      { length: context.size.events },
      (_, event) => new Batches(context, connections, event),
    );
    return {
      ...reserverOn(context, connections, { reserve: () => Promise.resolve(FAILED) }),
      async reserve(order) {
        if (order.quantity < 1) return FAILED;
        await context.work();
        return (batches[order.event] as Batches).join(order);
      },
    };
  },
};

interface Waiting {
  readonly order: Order;
  readonly resolve: (answer: number) => void;
  readonly reject: (error: unknown) => void;
}

/** The batches of one event, one after the other. */
class Batches {
  readonly #context: StoreContext;
  readonly #connections: Connections;
  readonly #event: number;
  #waiting: Waiting[] = [];
  #selling = false;

  constructor(context: StoreContext, connections: Connections, event: number) {
    this.#context = context;
    this.#connections = connections;
    this.#event = event;
  }

  /** Joins the next batch; the ticket, or a refusal. */
  join(order: Order): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ order, resolve, reject });
      if (!this.#selling) void this.#sellAll();
    });
  }

  async #sellAll(): Promise<void> {
    this.#selling = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH_MAX);
      try {
        const answers = await this.#sell(batch.map(({ order }) => order));
        batch.forEach(({ resolve }, at) => {
          resolve(answers[at] as number);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#selling = false;
  }

  #sell(orders: readonly Order[]): Promise<readonly number[]> {
    const values = [
      this.#event,
      orders.map(({ id }) => id),
      orders.map(({ quantity }) => quantity),
      orders.map(({ client }) => client),
    ];
    return attempt<readonly number[]>(this.#context, this.#connections, {
      async ask(session) {
        const [row] = await session.query<{ tickets: (number | null)[] }>(SELL, values);
        return (row?.tickets ?? []).map((ticket) => ticket ?? SOLD_OUT);
      },
      async find(session) {
        const found: number[] = [];
        for (const order of orders) found.push(await findOrder(session, order));
        return found;
      },
      refusal: (answer) => orders.map(() => answer),
    });
  }
}

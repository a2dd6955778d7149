// PostgreSQL decides, and writes in the same transaction what the gate in Redis has to be told (a transactional
// outbox); a relay tells it, each entry once. So nothing has to be undone, and nothing that was told can be lost.
// Cost: two round trips for a sale, one for most refusals, one row more. The gate lags behind: tickets that came back
// are found a moment later.
// Source: transactional outbox (Richardson, Microservices Patterns, 2018).
import type { Session, Statement } from '../postgres/connections.ts';
import { reserverOn } from '../postgres/pg-reserver.ts';
import { resizeStock } from '../postgres/resize-stock.ts';
import { makeTables, ON_TABLES } from '../postgres/sale-tables.ts';
import { ON_KEYS } from '../redis/sale-keys.ts';
import type { Order, Return, StoreStrategy } from '../stored.ts';
import { FAILED, SOLD_OUT } from '../strategy.ts';
import { openBoth } from './open-both.ts';
import { OutboxRelay } from './outbox-relay.ts';
import { toldCountKey } from './told-gate.ts';

const OUTBOX = `
CREATE TABLE outbox (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event int NOT NULL,
  change int NOT NULL
);
`;

const RESERVE: Statement = {
  name: 'reserve',
  text: `
    WITH taken AS (
      UPDATE stock
      SET remaining = remaining - $3, next_ticket = next_ticket + $3, version = version + 1
      WHERE event = $2 AND remaining >= $3
      RETURNING next_ticket - $3 AS ticket
    ), told AS (
      INSERT INTO outbox (event, change) SELECT $2, -$3::int FROM taken
    )
    INSERT INTO booking (id, event, ticket, quantity, client)
    SELECT $1, $2, ticket, $3, $4 FROM taken
    RETURNING ticket`,
};

const GIVE_BACK: Statement = {
  name: 'give-back',
  text: `
    WITH gone AS (
      DELETE FROM booking WHERE event = $1 AND ticket = $2 AND quantity = $3 AND client = $4
      RETURNING event, quantity
    ), told AS (
      INSERT INTO outbox (event, change) SELECT event, quantity FROM gone
    )
    UPDATE stock SET remaining = remaining + gone.quantity, version = version + 1
    FROM gone WHERE stock.event = gone.event
    RETURNING gone.quantity`,
};

const RESIZE: Statement = {
  name: 'resize',
  text: `
    WITH changed AS (
      UPDATE stock SET remaining = remaining + $3, version = version + 1
      WHERE event = $2 AND remaining + $3 >= 0
      RETURNING remaining
    ), told AS (
      INSERT INTO outbox (event, change) SELECT $2, $3::int FROM changed
    )
    INSERT INTO resize (id, event, change, remaining)
    SELECT $1, $2, $3, remaining FROM changed
    RETURNING remaining`,
};

export const redisPgOutbox: StoreStrategy = {
  family: 'hybrid',
  name: 'redis-pg-outbox',
  summary:
    'PostgreSQL decides, and tells a gate in Redis through an outbox. One round trip for most refusals, two for a sale; the gate lags behind.',
  source: 'transactional outbox (Richardson, Microservices Patterns, 2018)',
  promises: ['noOversell', 'noLostReceipt'],
  needs: ['postgres', 'redis'],
  isolation: 'read committed in PostgreSQL; the gate in Redis may count too few for a while',
  durability: ON_TABLES.durability,
  prepare: (place, size) => makeTables(place, size, OUTBOX),
  async open(context) {
    const { tables, keys } = await openBoth(context);
    const { place, work, self } = context;
    const relay = self === 0 ? new OutboxRelay(place, tables, keys) : undefined;
    relay?.start();
    const count = async (event: number): Promise<number | undefined> => {
      try {
        const left = await keys.lend((session) => session.send('GET', toldCountKey(place, event)));
        return left === null ? undefined : Number(left);
      } catch {
        // Without a gate, everybody asks PostgreSQL.
        return undefined;
      }
    };
    const authority = reserverOn(context, tables, {
      async reserve(session, order) {
        await work();
        return take(session, order);
      },
      cancel: giveBack,
      resize: (session, change) => resizeStock(session, change, RESIZE),
    });
    return {
      ...authority,
      async reserve(order) {
        const left = order.quantity < 1 ? undefined : await count(order.event);
        return left !== undefined && left < order.quantity ? SOLD_OUT : authority.reserve(order);
      },
      async available(event) {
        return (await count(event)) ?? authority.available(event);
      },
      async close() {
        await relay?.stop();
        await Promise.all([authority.close(), keys.close()]);
      },
    };
  },
  readBack: ON_TABLES.readBack,
  async remove(place) {
    await Promise.all([ON_TABLES.remove(place), ON_KEYS.remove(place)]);
  },
};

async function take(session: Session, { id, event, quantity, client }: Order): Promise<number> {
  const [row] = await session.query<{ ticket: number }>(RESERVE, [id, event, quantity, client]);
  return row?.ticket ?? SOLD_OUT;
}

async function giveBack(
  session: Session,
  { event, ticket, quantity, client }: Return,
): Promise<number> {
  const rows = await session.query(GIVE_BACK, [event, ticket, quantity, client]);
  return rows.length > 0 ? quantity : FAILED;
}

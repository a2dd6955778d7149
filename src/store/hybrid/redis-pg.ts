// A gate in Redis turns most buyers away; whoever passes is served by PostgreSQL, which alone decides. What the gate
// counted for somebody who died inside is given back by a reconciler; a gate that is lost is built anew from PostgreSQL.
// Cost: three round trips for a sale, one for a refusal. Whoever waits for a connection to PostgreSQL is counted out
// already: under overload others are refused meanwhile whom it would have served. Until it is reconciled, the gate may
// refuse wrongly.
// Source: seed system 3, phase 4, done right: there the gate was reloaded from a stock that its sales had not reached.
import { reserverOn } from '../postgres/pg-reserver.ts';
import { takeWhereEnough } from '../postgres/pg-update.ts';
import { ON_TABLES } from '../postgres/sale-tables.ts';
import { ON_KEYS } from '../redis/sale-keys.ts';
import type { StoreStrategy } from '../stored.ts';
import { Gate } from './gate.ts';
import { GatedReserver } from './gated-reserver.ts';
import { openBoth } from './open-both.ts';
import { Reconciler } from './reconciler.ts';

export const redisPg: StoreStrategy = {
  family: 'hybrid',
  name: 'redis-pg',
  summary:
    'A count in Redis lets buyers pass, PostgreSQL decides. One round trip for most refusals, three for a sale; what died inside is reconciled.',
  source:
    'seed system 3, phase 4; reservations at Shopify, where Redis and ledger cannot commit together',
  promises: ['noOversell', 'noLostReceipt'],
  needs: ['postgres', 'redis'],
  isolation: 'read committed in PostgreSQL; the gate in Redis may count too few for a while',
  durability: ON_TABLES.durability,
  prepare: ON_TABLES.prepare,
  async open(context) {
    const { tables, keys } = await openBoth(context);
    const gate = new Gate(context.place, keys);
    const authority = reserverOn(context, tables, {
      async reserve(session, order) {
        await context.work();
        return takeWhereEnough(session, order);
      },
    });
    const reconciler = context.self === 0 ? new Reconciler(gate, tables) : undefined;
    reconciler?.start();
    return new GatedReserver({
      gate,
      authority,
      tables,
      async close() {
        await reconciler?.stop();
        await Promise.all([authority.close(), keys.close()]);
      },
    });
  },
  readBack: ON_TABLES.readBack,
  async remove(place) {
    await Promise.all([ON_TABLES.remove(place), ON_KEYS.remove(place)]);
  },
};

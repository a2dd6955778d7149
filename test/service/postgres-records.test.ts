// Two servers of one database: what the one has claimed, the other does not do; and a connection that is lost.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { InputError, messageOf } from '../../src/base/errors.ts';
import { freshName } from '../../src/base/fresh-name.ts';
import type { Provision } from '../../src/servers/provide.ts';
import { PostgresRecords } from '../../src/service/records/postgres-records.ts';
import { Refusal } from '../../src/service/refusals.ts';
import { withClient } from '../../src/store/postgres/one-client.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { aClaim, anAccount, anAnswer, anEvent, aReservation } from '../support/record-samples.ts';

describe('two servers with records in one PostgreSQL', {
  skip: withoutServers(['postgres']),
}, () => {
  let provision: Provision;
  let schema: string;
  let one: PostgresRecords;
  let other: PostgresRecords;

  const url = (): string => provision.urls.postgres as string;
  const open = (): Promise<PostgresRecords> =>
    PostgresRecords.open(url(), { connections: 3, schema, durability: 'async' });
  const run = (text: string): Promise<unknown> =>
    withClient({ connectionString: url() }, (client) => client.query(text));
  const endConnections = (): Promise<unknown> =>
    run(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'onsale'`);

  before(async () => {
    provision = await testServers(['postgres']);
  });
  after(() => provision.stop());
  beforeEach(async () => {
    schema = freshName('onsale_records');
    [one, other] = await Promise.all([open(), open()]);
  });
  afterEach(async () => {
    await Promise.all([one.close(), other.close()]);
    await run(`DROP SCHEMA ${schema} CASCADE`);
  });

  test('a key that one works on is in flight for the other, and is kept for both', async () => {
    assert.deepEqual(await one.claim(aClaim()), { outcome: 'claimed' });
    assert.deepEqual(await other.claim(aClaim()), { outcome: 'in flight' });
    await other.unclaim('account-1', 'key-1');
    assert.deepEqual(await other.claim(aClaim()), { outcome: 'in flight' });
    await one.keep(anAnswer());
    assert.deepEqual(await other.claim(aClaim()), { outcome: 'kept', answer: anAnswer() });
  });

  test('a key of a server that has been silent is taken over, and then the first one does nothing', async () => {
    await one.addEvent(anEvent());
    await one.claim(aClaim());
    await run(`UPDATE ${schema}.server SET seen = now() - interval '61 seconds'`);
    await other.beat();
    assert.deepEqual(await other.claim(aClaim()), { outcome: 'claimed' });
    await assert.rejects(
      one.book(aReservation(), anAnswer()),
      (error) => error instanceof Refusal && error.code === 'in-flight',
    );
    assert.equal(await one.reservation('reservation-1'), undefined);
    assert.equal(await other.book(aReservation(), anAnswer()), 'booked');
  });

  test('claims of a server that ends are free at once', async () => {
    const third = await open();
    await third.claim(aClaim());
    await third.close();
    assert.deepEqual(await one.claim(aClaim()), { outcome: 'claimed' });
  });

  test('both make accounts, settle and expire at once: 40 of each, each once', async () => {
    await one.addEvent(anEvent());
    const servers = [one, other];
    const at = (number: number): PostgresRecords => servers[number % 2] as PostgresRecords;
    const forty = Array.from({ length: 40 }, (_, number) => number);
    const accounts = await Promise.all(
      forty.map((n) => at(n).addAccount(anAccount({ id: `a-${n}`, name: `n-${n % 20}` }))),
    );
    const made = accounts.filter((answer) => typeof answer === 'object');
    assert.deepEqual(
      made.map(({ number }) => number).toSorted((a, b) => a - b),
      forty.slice(1, 21),
    );
    await Promise.all(forty.map((n) => at(n).book(aReservation({ id: `r-${n}` }))));
    const ended = await Promise.all(forty.slice(0, 8).map((n) => at(n).expire(100, 10)));
    const ids = ended.flat().map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const rest = (await one.expire(100, 100)).length;
    assert.equal(ids.length + rest, 40);
    assert.deepEqual(await other.totals(), new Map([[0, { held: 0, confirmed: 0 }]]));
  });

  test('of 200 bookings while connections break, each is there if and only if its booker was told so', async () => {
    await one.addEvent(anEvent());
    const told = new Map<string, boolean>();
    const book = async (id: string): Promise<void> => {
      try {
        await one.book(aReservation({ id }), anAnswer({ key: id }));
        told.set(id, true);
      } catch (error) {
        assert.ok(error instanceof Refusal && error.code === 'unavailable', messageOf(error));
        told.set(id, false);
      }
    };
    for (let round = 0; round < 5; round++) {
      const some = Array.from({ length: 40 }, (_, n) => book(`r-${round}-${n}`));
      await endConnections();
      await Promise.all(some);
    }
    for (const [id, done] of told)
      assert.equal((await one.reservation(id)) !== undefined, done, id);
    assert.equal(told.size, 200);
    assert.ok([...told.values()].includes(true));
  });

  test('of all readings while connections break ten times, none fails', async () => {
    await one.addEvent(anEvent());
    for (let round = 0; round < 10; round++) {
      const ended = endConnections().then(() => 'ended' as const);
      for (;;) {
        const lists = await Promise.all(Array.from({ length: 8 }, () => one.events()));
        assert.ok(lists.every(({ length }) => length === 1));
        if ((await Promise.race([ended, Promise.resolve('not yet')])) === 'ended') break;
      }
    }
  });

  test('a schema that is no name, or is somebody else’s', async () => {
    const place = { connections: 1, durability: 'fsync' } as const;
    await assert.rejects(PostgresRecords.open(url(), { ...place, schema: 'a; b' }), InputError);
    const system = { ...place, schema: 'pg_catalog' };
    await assert.rejects(PostgresRecords.open(url(), system), /pg_catalog has other tables/);
    const nowhere = 'postgres://127.0.0.1:1/nowhere';
    await assert.rejects(PostgresRecords.open(nowhere, { ...place, schema }), InputError);
    await run(`UPDATE ${schema}.meta SET value = 2 WHERE name = 'format'`);
    await assert.rejects(PostgresRecords.open(url(), { ...place, schema }), /has format 2/);
  });
});

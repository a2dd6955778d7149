import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Calendar } from '../../src/base/clock.ts';
import { type EventPage, EventPages, isOneOf } from '../../src/http/event-pages.ts';
import type { BoxOffice, StockedEvent } from '../../src/service/box-office.ts';
import { openServer } from '../support/open-server.ts';

const EVENT = { name: 'Concert', date: '2027-05-01', priceCents: 0, capacity: 5 };

/** A box office that answers when it is told to, and a clock that stands still. */
class Stage {
  nowMs = 1000;
  revision = 0;
  reads = 0;
  readonly waiting: ((available: number) => void)[] = [];
  readonly pages: EventPages;

  constructor(settings = { maxAgeMs: 100, staleMs: 1000 }) {
    const calendar: Calendar = { nowMs: () => this.nowMs };
    this.pages = new EventPages(this as unknown as BoxOffice, calendar, settings);
  }

  async event(id: string): Promise<StockedEvent> {
    this.reads++;
    const available = await new Promise<number>((resolve) => {
      this.waiting.push(resolve);
    });
    const more = { number: 0, organizerId: 'o', version: 1, createdAtMs: 0 };
    return { event: { ...EVENT, id, ...more }, available };
  }

  answer(available: number): void {
    this.waiting.shift()?.(available);
  }
}

function availableOn(page: EventPage): number {
  return (JSON.parse(page.body.toString()) as { readonly available: number }).available;
}

test('a page is used for 100 ms and says from when it is; 3 who come at once cause one reading', async () => {
  const stage = new Stage();
  const three = [stage.pages.one('e'), stage.pages.one('e'), stage.pages.one('e')];
  stage.nowMs += 40;
  stage.answer(5);
  const [page] = await Promise.all(three.map(async (each) => each));
  assert.equal(stage.reads, 1);
  // Of the moment before it was read, not of that at which the answer came.
  assert.match(page?.body.toString() ?? '', /"asOf":"1970-01-01T00:00:01.000Z"/);
  stage.nowMs = 1099;
  assert.equal(stage.pages.one('e'), page);
  stage.nowMs = 1100;
  const next = stage.pages.one('e');
  assert.ok(next instanceof Promise);
  stage.answer(4);
  assert.equal(availableOn(await next), 4);
});

test('while a page is made anew, others get the old one, up to 1 second; older, they wait', async () => {
  const stage = new Stage();
  const first = stage.pages.one('e');
  stage.answer(5);
  const old = await first;
  stage.nowMs = 1500;
  const making = stage.pages.one('e');
  assert.ok(making instanceof Promise);
  assert.equal(stage.pages.one('e'), old);
  stage.nowMs = 1999;
  assert.equal(stage.pages.one('e'), old);
  stage.nowMs = 2000;
  const late = stage.pages.one('e');
  assert.ok(late instanceof Promise);
  stage.answer(3);
  assert.equal(availableOn(await late), 3);
  assert.equal(await making, await late);
  assert.equal(stage.reads, 2);
});

test('a page of an event that has changed meanwhile is used for nobody', async () => {
  const stage = new Stage();
  const first = stage.pages.one('e');
  stage.revision++;
  // Nor is one that was begun before.
  const second = stage.pages.one('e');
  assert.equal(stage.reads, 2);
  stage.answer(5);
  assert.equal(availableOn(await first), 5);
  assert.equal(stage.pages.one('e'), second);
  stage.answer(4);
  assert.equal(availableOn(await second), 4);
  assert.equal(stage.pages.one('e'), await second);
});

test('a reading that fails is told to those who wait for it, and is tried again by the next', async () => {
  const server = await openServer();
  const asked = await Promise.all([server.ask('GET /events/x'), server.ask('GET /events/x')]);
  assert.deepEqual(
    asked.map(({ status }) => status),
    [404, 404],
  );
  assert.equal((await server.ask('GET /events/x')).status, 404);
  await server.close();
});

test('who has the page is told so until a ticket is sold or the event is edited', async () => {
  const server = await openServer({ terms: { guests: 'all' }, pages: { maxAgeMs: 0, staleMs: 0 } });
  const { id } = (await server.ask('POST /events', { body: EVENT })).body;
  for (const what of ['GET /events', `GET /events/${id}`]) {
    const first = await server.ask(what);
    const etag = first.headers['etag'] as string;
    assert.match(etag, /^W\/"[\w-]{22}"$/);
    const ask = () => server.ask(what, { headers: { 'if-none-match': `"x", ${etag}` } });
    const same = await ask();
    assert.deepEqual([same.status, same.text, same.headers['etag']], [304, '', etag]);
    await server.ask(`POST /events/${id}/reserve?num_tickets=1`);
    assert.equal((await ask()).status, 200);
    const sold = (await server.ask(what)).headers['etag'];
    await server.ask(`PATCH /events/${id}`, { body: { name: `${what} edited` } });
    assert.notEqual((await server.ask(what)).headers['etag'], sold);
  }
  await server.close();
});

test('whole seconds may be kept by others, and parts of one may not', async () => {
  for (const [maxAgeMs, control] of [
    [100, 'no-cache'],
    [999, 'no-cache'],
    [5500, 'max-age=5'],
  ] as const) {
    const stage = new Stage({ maxAgeMs, staleMs: 10_000 });
    const page = stage.pages.one('e');
    stage.answer(1);
    assert.equal(stage.pages.cacheControl(await page), control);
    if (maxAgeMs === 5500) {
      stage.nowMs += 2000;
      assert.equal(stage.pages.cacheControl(await page), 'max-age=3');
    }
  }
});

test('entity tags are compared as If-None-Match compares them', () => {
  for (const [header, expected] of [
    [undefined, false],
    ['*', true],
    ['W/"a"', true],
    ['"a"', true],
    ['"b", W/"a"', true],
    ['"b"', false],
    ['a', false],
    ['', false],
  ] as const) {
    assert.equal(isOneOf('W/"a"', header), expected, String(header));
  }
});

test('an event is edited only if it is of the version that was read, where that is said', async () => {
  const server = await openServer({ terms: { guests: 'all' } });
  const { id } = (await server.ask('POST /events', { body: EVENT })).body;
  const edit = (body: object, match?: string) =>
    server.ask(`PATCH /events/${id}`, { body, headers: match ? { 'if-match': match } : {} });
  assert.equal((await edit({ name: 'B' }, '"1"')).body.version, 2);
  assert.equal((await edit({ name: 'C' }, '"1"')).body.type, 'urn:onsale:problem:event-changed');
  assert.equal((await edit({ name: 'C', version: 1 })).status, 409);
  assert.equal((await edit({ name: 'C', version: 2 })).body.version, 3);
  assert.equal((await edit({ name: 'D' }, '*')).status, 200);
  assert.equal((await edit({ name: 'D' }, 'W/"4"')).status, 400);
  assert.equal((await edit({})).status, 400);
  await server.close();
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Asker } from '../../src/client/asker.ts';
import { openClientLog } from '../../src/client/client-log.ts';
import { TicketService } from '../../src/client/ticket-service.ts';
import type { Answer, Ask, Transport } from '../../src/client/transport.ts';

const URL_ASKED = 'http://127.0.0.1:8080';
const EVENT = { id: 'e', name: 'Jazz night', date: '2027-05-01', priceCents: 0, capacity: 9 };

/** A service that answers with these, one after the other; and what it was asked. */
function scripted(answers: readonly Answer[]): { service: TicketService; asked: Ask[] } {
  const asked: Ask[] = [];
  const transport: Transport = {
    async send(ask) {
      asked.push(ask);
      return answers[asked.length - 1] as Answer;
    },
    async close() {},
  };
  const log = openClientLog(undefined, 'silent');
  const asker = new Asker({ url: URL_ASKED, transport, log, timeoutMs: 1000 });
  return { service: new TicketService(asker, URL_ASKED, undefined), asked };
}

function page(available: number, etag?: string): Answer {
  const body = JSON.stringify({ events: [{ ...EVENT, available, version: 1 }] });
  return { status: 200, headers: { etag }, body };
}
const UNCHANGED: Answer = { status: 304, headers: {}, body: '' };

test('a list that has not changed is not sent again: the one that is known is shown', async () => {
  const { service, asked } = scripted([page(9, '"a"'), UNCHANGED, page(7, '"b"'), UNCHANGED]);
  const left: (number | undefined)[] = [];
  for (let times = 0; times < 4; times++) left.push((await service.events())[0]?.available);
  assert.deepEqual(left, [9, 9, 7, 7]);
  const known = asked.map(({ headers }) => headers?.['if-none-match']);
  assert.deepEqual(known, [undefined, '"a"', '"a"', '"b"']);
});

test('of a service without marks the whole list is asked for each time', async () => {
  const { service, asked } = scripted([page(9, '"a"'), page(8), page(7)]);
  for (let times = 0; times < 3; times++) await service.events();
  assert.equal(asked.at(-1)?.headers?.['if-none-match'], undefined);
  const odd = scripted([UNCHANGED]);
  await assert.rejects(odd.service.events(), { name: 'WrongService' });
});

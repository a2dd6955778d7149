import { type Random, randomStream } from '../base/random.ts';
import { FAILED, SOLD_OUT } from '../store/strategy.ts';
import {
  type Asking,
  alone,
  asking,
  counter,
  equal,
  granted,
  insist,
  type Stage,
  type StoreContractRule,
} from './store-asking.ts';
import { RESIZE_RULES } from './store-resize-rules.ts';

export type { Stage, StoreContractRule } from './store-asking.ts';

export const STORE_CONTRACT_RULES: readonly StoreContractRule[] = [
  { rule: 'sells exactly its capacity, one by one, and then is sold out', check: sellsOneByOne },
  { rule: 'grants a group all or nothing', check: sellsGroups },
  { rule: 'refuses more than there ever were', check: refusesTooMany },
  { rule: 'refuses less than one ticket', check: refusesTooFew },
  { rule: 'takes back what it granted, and sells it anew', check: sellsAnew },
  { rule: 'takes nothing back twice, nor from somebody else', check: refusesStrangers },
  { rule: 'keeps events apart', check: keepsEventsApart },
  { rule: 'works once for each grant', check: worksOnce },
  { rule: 'goes on where it was when a handle closes and another opens', check: opensAgain },
  { rule: 'serves two handles from one stock', check: sharesStock },
  { rule: 'keeps what it granted, and says so', check: readsBack },
  { rule: 'does as the plainest of stocks would', check: actsPlainly },
  ...RESIZE_RULES,
];

function sellsOneByOne(stage: Stage): Promise<void> {
  return alone(stage, { events: 1, tickets: 7 }, async (ask) => {
    const serials = new Set<number>();
    for (let i = 0; i < 7; i++) serials.add(granted(await ask.reserve(0, 1), 1));
    insist(serials.size === 7, `7 grants have the tickets ${[...serials].join(', ')}`);
    equal(await ask.reserve(0, 1), SOLD_OUT, 'the answer to the eighth of 7');
    equal(await ask.available(0), 0, 'what is left of 7 after 7');
  });
}

function sellsGroups(stage: Stage): Promise<void> {
  return alone(stage, { events: 1, tickets: 5 }, async (ask) => {
    granted(await ask.reserve(0, 3), 3);
    equal(await ask.reserve(0, 3, 1), SOLD_OUT, 'the answer to 3 of the 2 left');
    equal(await ask.available(0), 2, 'what is left of 5 after 3');
    granted(await ask.reserve(0, 2, 1), 2);
    equal(await ask.reserve(0, 1, 2), SOLD_OUT, 'the answer to 1 of none');
  });
}

function refusesTooMany(stage: Stage): Promise<void> {
  return alone(stage, { events: 1, tickets: 5 }, async (ask) => {
    equal(await ask.reserve(0, 6), SOLD_OUT, 'the answer to 6 of 5');
    equal(await ask.available(0), 5, 'what is left of 5 after a refusal');
    granted(await ask.reserve(0, 1), 1);
  });
}

function refusesTooFew(stage: Stage): Promise<void> {
  return alone(stage, { events: 1, tickets: 5 }, async (ask) => {
    for (const quantity of [0, -1, -5, -(2 ** 31)]) {
      equal(await ask.reserve(0, quantity), FAILED, `the answer to ${quantity} tickets`);
    }
    equal(await ask.available(0), 5, 'what is left of 5 after less than 1 was asked for');
  });
}

function sellsAnew(stage: Stage): Promise<void> {
  return alone(stage, { events: 1, tickets: 4 }, async (ask) => {
    const ticket = granted(await ask.reserve(0, 4), 4);
    equal(await ask.cancel(0, ticket, 4), 4, 'the answer to who gives back 4');
    equal(await ask.available(0), 4, 'what is left of 4 when all came back');
    const again = granted(await ask.reserve(0, 4, 1), 4);
    insist(again >= ticket + 4 || again + 4 <= ticket, `ticket ${ticket} is issued twice`);
    equal(await ask.reserve(0, 1, 1), SOLD_OUT, 'the answer to 1 of none');
  });
}

function refusesStrangers(stage: Stage): Promise<void> {
  return alone(stage, { events: 1, tickets: 4 }, async (ask) => {
    const ticket = granted(await ask.reserve(0, 2, 5), 2);
    equal(await ask.cancel(0, ticket, 2, 6), FAILED, 'the answer to somebody else');
    equal(await ask.cancel(0, ticket, 1, 5), FAILED, 'the answer to who gives back 1 of 2');
    equal(await ask.cancel(0, ticket + 2, 2, 5), FAILED, 'the answer to who holds none of it');
    equal(await ask.available(0), 2, 'what is left of 4 after 2');
    equal(await ask.cancel(0, ticket, 2, 5), 2, 'the answer to who gives back 2');
    equal(await ask.cancel(0, ticket, 2, 5), FAILED, 'the answer to who gives them back again');
    equal(await ask.available(0), 4, 'what is left of 4 when 2 came back');
  });
}

function keepsEventsApart(stage: Stage): Promise<void> {
  return alone(stage, { events: 3, tickets: 2 }, async (ask) => {
    granted(await ask.reserve(1, 2), 2);
    const left = [await ask.available(0), await ask.available(1), await ask.available(2)];
    equal(left.join(), '2,0,2', 'what is left of 3 events of 2 after 2 of the second');
    equal(await ask.reserve(1, 1), SOLD_OUT, 'the answer to 1 more of the second');
    granted(await ask.reserve(0, 2), 2);
    granted(await ask.reserve(2, 2), 2);
  });
}

function worksOnce(stage: Stage): Promise<void> {
  return alone(stage, { events: 1, tickets: 2 }, async (ask, store) => {
    granted(await ask.reserve(0, 1), 1);
    granted(await ask.reserve(0, 1), 1);
    equal(store.works, 2, 'how often it worked for 2 grants');
  });
}

function opensAgain(stage: Stage): Promise<void> {
  return stage({ events: 1, tickets: 5 }, async (store) => {
    const id = counter();
    const issued: number[] = [];
    for (let i = 0; i < 5; i++) {
      const reserver = await store.open();
      issued.push(granted(await asking(reserver, id, store).reserve(0, 1), 1));
      await reserver.close();
    }
    insist(new Set(issued).size === 5, `5 handles issued the tickets ${issued.join(', ')}`);
    const last = await store.open();
    equal(await asking(last, id, store).reserve(0, 1), SOLD_OUT, 'the answer to the sixth of 5');
    await last.close();
  });
}

function sharesStock(stage: Stage): Promise<void> {
  return stage({ events: 1, tickets: 3 }, async (store) => {
    const [first, second] = [await store.open(), await store.open()];
    const id = counter();
    const [one, other] = [asking(first, id, store), asking(second, id, store)];
    const ticket = granted(await one.reserve(0, 2), 2);
    equal(await other.available(0), 1, 'what is left of 3 for one handle, after 2 by another');
    equal(await other.reserve(0, 2, 1), SOLD_OUT, 'the answer to 2 of 1');
    equal(
      await other.cancel(0, ticket, 2),
      2,
      'the answer to who gives back through another handle',
    );
    granted(await one.reserve(0, 3), 3);
    await Promise.all([first.close(), second.close()]);
  });
}

function readsBack(stage: Stage): Promise<void> {
  return alone(stage, { events: 2, tickets: 9 }, async (ask, store) => {
    const kept = granted(await ask.reserve(1, 3, 7), 3);
    const given = granted(await ask.reserve(1, 2, 8), 2);
    equal(await ask.cancel(1, given, 2, 8), 2, 'the answer to who gives back 2');
    const { remaining, grants } = await store.readBack();
    equal(remaining.join(), '9,6', 'what it says is left of 2 events of 9');
    const said = grants.map(({ event, ticket, quantity, client }) =>
      [event, ticket, quantity, client].join('/'),
    );
    equal(said.join(), `1/${kept}/3/7`, 'what it says is held');
  });
}

const RANDOM_SALES = 3;
const RANDOM_REQUESTS = 40;

/** Sells random requests with the strategy and with two plain numbers; both have to agree. */
async function actsPlainly(stage: Stage): Promise<void> {
  for (let seed = 1; seed <= RANDOM_SALES; seed++) {
    const random = randomStream(`${seed}`, 'store contract');
    const tickets = Math.floor(random.next() * 13);
    try {
      await alone(stage, { events: 2, tickets }, (ask) => sellPlainly(ask, tickets, random));
    } catch (error) {
      throw new Error(`random sale ${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
}

interface Held {
  readonly event: number;
  readonly ticket: number;
  readonly quantity: number;
}

async function sellPlainly(ask: Asking, tickets: number, { next }: Random): Promise<void> {
  const left: [number, number] = [tickets, tickets];
  const held: Held[] = [];
  for (let i = 0; i < RANDOM_REQUESTS; i++) {
    const event = next() < 0.5 ? 0 : 1;
    const quantity = 1 + Math.floor(next() * 4);
    if (next() < 0.2) {
      const by = next() < 0.5 ? quantity : -quantity;
      const enough = left[event] + by >= 0;
      const what = `the answer to who adds ${by} to ${left[event]}`;
      equal(await ask.resize(event, by), enough ? left[event] + by : SOLD_OUT, what);
      if (enough) left[event] += by;
    } else if (next() < 0.4 && held.length > 0) {
      const [back] = held.splice(Math.floor(next() * held.length), 1) as [Held];
      const answer = await ask.cancel(back.event, back.ticket, back.quantity);
      equal(answer, back.quantity, `the answer to who gives back ${back.quantity}`);
      left[back.event as 0 | 1] += back.quantity;
    } else if (left[event] < quantity) {
      const what = `the answer to ${quantity} of ${left[event]}`;
      equal(await ask.reserve(event, quantity), SOLD_OUT, what);
    } else {
      const ticket = granted(await ask.reserve(event, quantity), quantity);
      held.push({ event, ticket, quantity });
      left[event] -= quantity;
    }
    const seen = [await ask.available(0), await ask.available(1)];
    equal(seen.join(), left.join(), 'what is left');
  }
}

import { shown } from '../base/errors.ts';
import { type Random, randomStream } from '../base/random.ts';
import { FAILED, type Reserver, SOLD_OUT, type Strategy } from '../store/strategy.ts';
import { openLoneSale, type Stock } from './lone-sale.ts';

/** Something every strategy does, alone in a single thread. */
export interface ContractRule {
  /** What it does, to complete "a strategy ...". */
  readonly rule: string;
  /** @throws Error saying what it does instead */
  readonly check: (strategy: Strategy) => void;
}

export const CONTRACT_RULES: readonly ContractRule[] = [
  { rule: 'sells exactly its capacity, one by one, and then is sold out', check: sellsOneByOne },
  { rule: 'grants a group all or nothing', check: sellsGroups },
  { rule: 'refuses more than there ever were', check: refusesTooMany },
  { rule: 'refuses less than one ticket', check: refusesTooFew },
  { rule: 'takes back what it granted, and sells it anew', check: sellsAnew },
  { rule: 'keeps events apart', check: keepsEventsApart },
  { rule: 'sells a dozen events in turn', check: sellsInTurn },
  { rule: 'keeps a house of 100,000', check: keepsLargeHouse },
  { rule: 'says what each of its own words means, and of no two the same', check: describesWords },
  { rule: 'works once for each grant', check: worksOnce },
  { rule: 'leaves nothing behind when it closes', check: leavesNothing },
  { rule: 'goes on where it was when a thread closes and opens again', check: opensAgain },
  { rule: 'changes nothing when another thread comes in', check: comesInQuietly },
  { rule: 'does as the plainest of stocks would', check: actsPlainly },
];

function sellsOneByOne(strategy: Strategy): void {
  const reserver = alone(strategy, { events: 1, tickets: 7 });
  const serials = Array.from({ length: 7 }, () => reserver.reserve(0, 1, 0));
  serials.forEach((serial) => {
    granted(serial, 1);
  });
  insist(new Set(serials).size === 7, `7 grants have the tickets ${serials.join(', ')}`);
  equal(reserver.reserve(0, 1, 0), SOLD_OUT, 'the answer to the eighth of 7');
  equal(reserver.available(0), 0, 'what is left of 7 after 7');
}

function sellsGroups(strategy: Strategy): void {
  const reserver = alone(strategy, { events: 1, tickets: 5 });
  granted(reserver.reserve(0, 3, 0), 3);
  equal(reserver.reserve(0, 3, 1), SOLD_OUT, 'the answer to 3 of the 2 left');
  equal(reserver.available(0), 2, 'what is left of 5 after 3');
  granted(reserver.reserve(0, 2, 1), 2);
  equal(reserver.reserve(0, 1, 2), SOLD_OUT, 'the answer to 1 of none');
}

function refusesTooMany(strategy: Strategy): void {
  const reserver = alone(strategy, { events: 1, tickets: 5 });
  equal(reserver.reserve(0, 6, 0), SOLD_OUT, 'the answer to 6 of 5');
  equal(reserver.available(0), 5, 'what is left of 5 after a refusal');
  granted(reserver.reserve(0, 1, 0), 1);
}

function refusesTooFew(strategy: Strategy): void {
  const reserver = alone(strategy, { events: 1, tickets: 5 });
  for (const quantity of [0, -1, -5, -(2 ** 31)]) {
    equal(reserver.reserve(0, quantity, 0), FAILED, `the answer to ${quantity} tickets`);
    equal(reserver.available(0), 5, `what is left of 5 after ${quantity} were asked for`);
  }
}

function sellsAnew(strategy: Strategy): void {
  const reserver = alone(strategy, { events: 1, tickets: 4 });
  const ticket = granted(reserver.reserve(0, 4, 0), 4);
  equal(reserver.cancel(0, ticket, 4, 0), 4, 'the answer to who gives back 4');
  equal(reserver.available(0), 4, 'what is left of 4 when all came back');
  const again = granted(reserver.reserve(0, 4, 1), 4);
  insist(again >= ticket + 4 || again + 4 <= ticket, `ticket ${ticket} is issued twice`);
  equal(reserver.reserve(0, 1, 1), SOLD_OUT, 'the answer to 1 of none');
}

function keepsEventsApart(strategy: Strategy): void {
  const reserver = alone(strategy, { events: 3, tickets: 2 });
  granted(reserver.reserve(1, 2, 0), 2);
  const left = [0, 1, 2].map((event) => reserver.available(event));
  equal(left.join(), '2,0,2', 'what is left of 3 events of 2 after 2 of the second');
  equal(reserver.reserve(1, 1, 0), SOLD_OUT, 'the answer to 1 more of the second');
  granted(reserver.reserve(0, 2, 0), 2);
  granted(reserver.reserve(2, 2, 0), 2);
}

/** More events than a small cache holds. */
const DOZEN = 12;

function sellsInTurn(strategy: Strategy): void {
  const reserver = alone(strategy, { events: DOZEN, tickets: 2 });
  for (let round = 0; round < 2; round++) {
    for (let event = 0; event < DOZEN; event++) granted(reserver.reserve(event, 1, 0), 1);
  }
  for (let event = 0; event < DOZEN; event++) {
    equal(reserver.reserve(event, 1, 0), SOLD_OUT, `the answer to a third of 2 of event ${event}`);
  }
}

/** More than 16 bits hold. */
const LARGE_HOUSE = 100_000;

function keepsLargeHouse(strategy: Strategy): void {
  const reserver = alone(strategy, { events: 1, tickets: LARGE_HOUSE });
  equal(reserver.available(0), LARGE_HOUSE, 'what is left of all before the first sale');
  const groups = 100;
  const group = LARGE_HOUSE / groups;
  for (let i = 0; i < groups; i++) granted(reserver.reserve(0, group, 0), group);
  equal(reserver.reserve(0, 1, 0), SOLD_OUT, `the answer to 1 after ${LARGE_HOUSE}`);
}

function describesWords(strategy: Strategy): void {
  const size = { events: 3, tickets: 40, members: 3 };
  const named = new Set<string>();
  // Who describes none has them called by their numbers.
  const words = strategy.describeWord ? (strategy.ownWords?.(size) ?? 0) : 0;
  for (let offset = 0; offset < words; offset++) {
    const meaning = strategy.describeWord?.(offset, size);
    const name = `${meaning?.name ?? ''} of ${meaning?.member ?? 'all'}`;
    insist((meaning?.name ?? '') !== '', `own word ${offset} has no name`);
    insist(!named.has(name), `two of its words are called ${shown(name)}`);
    named.add(name);
  }
}

function worksOnce(strategy: Strategy): void {
  let works = 0;
  const work = (): void => {
    works++;
  };
  const reserver = openLoneSale(strategy, { events: 1, tickets: 2 }, { work })();
  granted(reserver.reserve(0, 1, 0), 1);
  granted(reserver.reserve(0, 1, 0), 1);
  equal(works, 2, 'how often it worked for 2 grants');
}

function leavesNothing(strategy: Strategy): void {
  const open = openLoneSale(strategy, { events: 1, tickets: 3 }, { sellers: 2 });
  const [first, second] = [open(), open()];
  const ticket = granted(first.reserve(0, 2, 0), 2);
  equal(first.reserve(0, 2, 0), SOLD_OUT, 'the answer to 2 of 1');
  equal(first.cancel(0, ticket, 2, 0), 2, 'the answer to who gives back 2');
  first.available(0);
  first.close();
  equal(second.available(0), 3, 'what is left of 3 when all came back and one handle is closed');
  const again = granted(second.reserve(0, 3, 1), 3);
  insist(again > ticket, `ticket ${again} was issued before`);
  equal(second.reserve(0, 1, 1), SOLD_OUT, 'the answer to 1 of none');
  second.close();
}

function opensAgain(strategy: Strategy): void {
  const open = openLoneSale(strategy, { events: 1, tickets: 60 }, { sellers: 2 });
  const first = open();
  const ticket = granted(first.reserve(0, 1, 0), 1);
  first.close();
  const again = open(0);
  const issued = new Set([ticket]);
  for (let sold = 1; sold < 60; sold++) {
    const serial = granted(again.reserve(0, 1, 0), 1);
    insist(!issued.has(serial), `ticket ${serial} is issued twice`);
    issued.add(serial);
  }
  equal(again.reserve(0, 1, 0), SOLD_OUT, 'the answer to 1 of none after a thread opened again');
}

function comesInQuietly(strategy: Strategy): void {
  const open = openLoneSale(strategy, { events: 1, tickets: 2 }, { sellers: 2 });
  const first = open();
  granted(first.reserve(0, 2, 0), 2);
  const second = open();
  equal(second.reserve(0, 1, 1), SOLD_OUT, 'the answer to who comes when all 2 are sold');
  equal(first.reserve(0, 1, 0), SOLD_OUT, 'the answer to 1 of none after somebody came in');
}

const RANDOM_SALES = 60;
const RANDOM_REQUESTS = 25;

/** Sells random requests with the strategy and with two plain numbers; both have to agree. */
function actsPlainly(strategy: Strategy): void {
  for (let seed = 1; seed <= RANDOM_SALES; seed++) {
    const { next } = randomStream(`${seed}`, 'contract');
    try {
      sellPlainly(strategy, next);
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

function sellPlainly(strategy: Strategy, next: Random['next']): void {
  // Only a strategy that promises otherwise has to grant every group: seats may be free, but apart.
  const mayRefuse = !strategy.promises.includes('noFalseSoldOut');
  const tickets = Math.floor(next() * 13);
  const reserver = alone(strategy, { events: 2, tickets });
  const left = [tickets, tickets];
  const held: Held[] = [];
  const issued = new Set<string>();
  for (let i = 0; i < RANDOM_REQUESTS; i++) {
    const event = next() < 0.5 ? 0 : 1;
    const quantity = 1 + Math.floor(next() * 4);
    if (next() < 0.4 && held.length > 0) {
      const [back] = held.splice(Math.floor(next() * held.length), 1) as [Held];
      const answer = reserver.cancel(back.event, back.ticket, back.quantity, 0);
      equal(answer, back.quantity, `the answer to who gives back ${back.quantity}`);
      left[back.event] = (left[back.event] as number) + back.quantity;
    } else if ((left[event] as number) < quantity) {
      equal(
        reserver.reserve(event, quantity, 0),
        SOLD_OUT,
        `the answer to ${quantity} of ${left[event]}`,
      );
    } else {
      const ticket = reserver.reserve(event, quantity, 0);
      if (ticket !== SOLD_OUT || quantity === 1 || !mayRefuse) {
        insistNew(granted(ticket, quantity), quantity, event, issued);
        held.push({ event, ticket, quantity });
        left[event] = (left[event] as number) - quantity;
      }
    }
    equal([reserver.available(0), reserver.available(1)].join(), left.join(), 'what is left');
  }
}

function insistNew(ticket: number, quantity: number, event: number, issued: Set<string>): void {
  for (let serial = ticket; serial < ticket + quantity; serial++) {
    const name = `${serial} of event ${event}`;
    insist(!issued.has(name), `ticket ${name} is issued twice`);
    issued.add(name);
  }
}

function alone(strategy: Strategy, stock: Stock): Reserver {
  return openLoneSale(strategy, stock)();
}

/** A ticket, once it is sure that it is one. */
function granted(ticket: number, quantity: number): number {
  const isSerial = Number.isInteger(ticket) && ticket >= 0;
  insist(isSerial, `the answer to ${quantity} is ${shown(ticket)}, not a ticket`);
  return ticket;
}

function equal<Value>(actual: Value, expected: Value, what: string): void {
  insist(actual === expected, `${what} is ${shown(actual)}, not ${shown(expected)}`);
}

function insist(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

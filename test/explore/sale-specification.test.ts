import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ending, SaleSpecification } from '../../src/explore/sale-specification.ts';
import { reserved, type SaleOperation, type SmallSale } from '../../src/explore/small-sale.ts';
import fc from '../support/fast-check.ts';

/** One request of a history, from its beginning to its end, if it has ended. */
interface Request {
  readonly client: number;
  readonly index: number;
  readonly begun: number;
  ended: number;
  ending: Ending | undefined;
  /** Whether somebody had died when it ended. */
  excused: boolean;
}

function permutationsOf<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutationsOf(items.filter((each) => each !== item)).map((rest) => [item, ...rest]),
  );
}

/** Whether requests, taking effect one after the other in this order, would be answered as they were. */
function explains(sale: SmallSale, order: readonly Request[]): boolean {
  const left = Array.from({ length: sale.events }, () => sale.tickets);
  return order.every(({ client, index, begun, ending }, at) => {
    if (order.slice(at + 1).some((later) => later.ended < begun)) return false;
    const operations = sale.clients[client] ?? [];
    const operation = operations[index] as SaleOperation;
    if (operation.kind === 'browse') return ending === undefined || ending === 'done';
    const { event, quantity } =
      operation.kind === 'cancel' ? reserved(operations, operation.of) : operation;
    if (operation.kind === 'cancel') {
      left[event] = (left[event] as number) + quantity;
      return ending === undefined || ending === 'done';
    }
    const granted = (left[event] as number) >= quantity;
    if (granted) left[event] = (left[event] as number) - quantity;
    return ending === undefined || ending === (granted ? 'granted' : 'sold out');
  });
}

/** Whether some order of those that took effect explains all answers: by trying all of them. */
function isPossible(sale: SmallSale, strict: boolean, requests: readonly Request[]): boolean {
  const optional = requests.filter(({ ending, excused }) => {
    if (ending === 'sold out') return !strict || excused;
    return ending === undefined || ending === 'without effect';
  });
  const certain = requests.filter((request) => !optional.includes(request));
  const able = optional.filter(({ ending }) => ending !== 'without effect');
  for (let chosen = 0; chosen < 1 << able.length; chosen++) {
    const some = [...certain, ...able.filter((_, i) => ((chosen >> i) & 1) === 1)];
    if (permutationsOf(some).some((order) => explains(sale, order))) return true;
  }
  return false;
}

const quantity = fc.integer({ min: 1, max: 2 });
const event = fc.nat({ max: 1 });
const reserving = fc.record({ kind: fc.constant('reserve' as const), event, quantity });
const browsing = fc.record({ kind: fc.constant('browse' as const), event });
const requestsOf = fc.oneof(
  fc.tuple(reserving),
  fc.tuple(reserving, reserving),
  fc.tuple(reserving, fc.record({ kind: fc.constant('cancel' as const), of: fc.constant(0) })),
  fc.tuple(reserving, browsing),
);
const sales: fc.Arbitrary<SmallSale> = fc.record({
  events: fc.constant(2),
  tickets: fc.integer({ min: 0, max: 3 }),
  clients: fc.array(requestsOf, { minLength: 2, maxLength: 3 }),
});
const events = fc.array(fc.record({ client: fc.nat({ max: 2 }), what: fc.nat({ max: 99 }) }), {
  minLength: 4,
  maxLength: 14,
});

function endingFor(operation: SaleOperation, what: number): Ending {
  if (operation.kind === 'browse') return 'done';
  if (operation.kind === 'cancel') return what % 8 === 0 ? 'without effect' : 'done';
  if (what % 10 === 0) return 'without effect';
  return what % 2 === 0 ? 'granted' : 'sold out';
}

test('an answer is allowed if and only if some order of the requests explains it: 2-3 clients, up to 2 requests each', () => {
  let allowed = 0;
  let refused = 0;
  fc.assert(
    fc.property(sales, events, fc.boolean(), fc.boolean(), (sale, list, strict, mayDie) => {
      const specification = new SaleSpecification(sale, {
        noFalseSoldOut: strict,
        noStaleRead: false,
      });
      const requests: Request[] = [];
      const next = sale.clients.map(() => 0);
      const open = new Map<number, Request>();
      let state = specification.initial;
      let someDied = false;
      for (const [time, { client, what }] of list.entries()) {
        const operations = sale.clients[client] ?? [];
        const request = open.get(client);
        const index = next[client] ?? 0;
        const operation = operations[request?.index ?? index];
        if (operation === undefined) continue;
        if (mayDie && what > 90) {
          state = specification.die(state, client);
          someDied = true;
          open.delete(client);
          next[client] = operations.length;
        } else if (request) {
          request.ending = endingFor(operation, what);
          request.ended = time;
          request.excused = someDied;
          open.delete(client);
          if (operation.kind === 'reserve' && request.ending !== 'granted') {
            next[client] = operations.length;
          }
          const answer = specification.end(state, client, request.ending);
          assert.equal(answer !== undefined, isPossible(sale, strict, requests));
          if (answer === undefined) {
            refused++;
            return;
          }
          allowed++;
          state = answer;
        } else {
          const ended = Number.POSITIVE_INFINITY;
          const begun = { client, index, begun: time, ended, ending: undefined, excused: false };
          requests.push(begun);
          open.set(client, begun);
          next[client] = index + 1;
          state = specification.begin(state, client, index);
        }
      }
    }),
    { numRuns: 2000 },
  );
  assert.ok(allowed > 500 && refused > 200, `${allowed} allowed, ${refused} refused`);
});

test('renaming clients there and back changes nothing, and changes who may be answered: 2 clients', () => {
  const client: SaleOperation[] = [{ kind: 'reserve', event: 0, quantity: 1 }];
  const sale = { events: 1, tickets: 1, clients: [client, client] };
  const specification = new SaleSpecification(sale, { noFalseSoldOut: true, noStaleRead: false });
  const both = specification.begin(specification.begin(specification.initial, 0, 0), 1, 0);
  const granted = specification.end(both, 0, 'granted') as number;
  const swapped = specification.rename(granted, [1, 0]);
  assert.notEqual(swapped, granted);
  assert.equal(specification.rename(swapped, [1, 0]), granted);
  assert.equal(specification.rename(both, [1, 0]), both);
  assert.equal(specification.end(granted, 1, 'granted'), undefined);
  assert.notEqual(specification.end(granted, 1, 'sold out'), undefined);
  assert.notEqual(specification.end(swapped, 0, 'sold out'), undefined);
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { operationsByEvent } from '../../src/audit/history.ts';
import {
  type Contradiction,
  contradictionOf,
} from '../../src/audit/linearizability/contradiction.ts';
import { searchFrontier } from '../../src/audit/linearizability/frontier.ts';
import {
  checkLinearizability,
  type Method,
} from '../../src/audit/linearizability/linearizability.ts';
import {
  changeOf,
  happeningsOf,
  isRead,
  type Moves,
  movesOf,
} from '../../src/audit/linearizability/moves.ts';
import { canSweep, sweep } from '../../src/audit/linearizability/sweep.ts';
import { accountHolds } from '../../src/audit/linearizability/witness.ts';
import { type Random, randomStream } from '../../src/base/random.ts';
import { historyOf, type Told } from '../support/histories.ts';
import { someOrderExplains } from '../support/linear-orders.ts';

/** How many random histories are checked against every order there is. */
const HISTORIES = process.env['ONSALE_LONG']
  ? Number(process.env['ONSALE_HISTORIES'] ?? 60_000)
  : 2500;
const MOVES_MAX = 7;

/** Of hundreds of thousands, those in which a reduction that goes too far shows. */
const HARD_SEEDS = [2776, 3903, 6186, 107_989];

interface SmallHistory {
  readonly tickets: number;
  readonly told: readonly Told[];
}

/**
 * A few clients, one operation each at a time. About half of what they are told is what a real stock
 * would have said at a random moment of the operation; the rest is made up.
 */
function randomHistory(next: Random['next'], cancels: boolean): SmallHistory {
  const whole = (below: number): number => Math.floor(next() * below);
  const tickets = whole(4);
  const sizes = whole(3) === 0 ? 3 : 1;
  const readyNs = Array.from({ length: 1 + whole(4) }, () => whole(4));
  const planned = Array.from({ length: 2 + whole(MOVES_MAX - 1) }, (_, index) => {
    const client = whole(readyNs.length);
    const startNs = (readyNs[client] as number) + whole(3);
    const endNs = startNs + whole(7);
    const lost = next() < 0.06;
    readyNs[client] = lost ? endNs + 1 : endNs;
    const momentNs = startNs + next() * (endNs - startNs);
    const kinds = cancels ? 4 : 3;
    return {
      client,
      startNs,
      endNs,
      momentNs,
      kind: whole(kinds),
      index,
      quantity: 1 + whole(sizes),
      lost,
    };
  });
  let left = tickets;
  let serial = 0;
  const lies = next() < 0.6 ? next() * 0.4 : 0;
  const told: Told[] = [];
  for (const each of planned.toSorted((one, other) => one.momentNs - other.momentNs)) {
    const { client, startNs, endNs, quantity, kind, lost } = each;
    const lying = next() < lies;
    const common = { client, span: [startNs, lost ? Number.POSITIVE_INFINITY : endNs] as const };
    if (kind === 2) {
      const value = lying ? whole(4) : left;
      told.push({
        ...common,
        kind: 'browse',
        ending: lost ? 'indeterminate' : 'browsed',
        quantity: 0,
        value,
      });
    } else if (kind === 3) {
      if (!lost || next() < 0.5) left += quantity;
      told.push({
        ...common,
        kind: 'cancel',
        ending: lost ? 'indeterminate' : 'cancelled',
        quantity,
        value: 0,
      });
    } else {
      const granted = left >= quantity !== lying;
      const happens = granted && !lying && (!lost || next() < 0.5);
      if (happens) left -= quantity;
      const ending = granted ? 'reserved' : 'soldOut';
      told.push({
        ...common,
        kind: 'reserve',
        ending: lost ? 'indeterminate' : ending,
        quantity,
        value: serial++,
      });
    }
  }
  return { tickets, told };
}

function everyChecker(small: SmallHistory, what: string): boolean {
  const history = historyOf(small.tickets, small.told);
  const [operations] = operationsByEvent(history) as [Uint32Array];
  const moves = movesOf(history, operations);
  const happenings = happeningsOf(moves);
  const clients = Int32Array.from(
    moves.operation,
    (operation) => history.client[operation] as number,
  );
  const truth = someOrderExplains(moves, small.tickets, clients);
  const told = `${what}: ${JSON.stringify(small)}`;
  const found = searchFrontier(moves, happenings, small.tickets);
  assert.equal(found.verdict, truth ? 'ok' : 'violated', `frontier, ${told}`);
  if (canSweep(moves)) {
    const swept = sweep(moves, happenings, small.tickets);
    assert.equal(swept.verdict, truth ? 'ok' : 'violated', `sweep, ${told}`);
  }
  if (accountHolds(moves, small.tickets)) assert.ok(truth, `account, ${told}`);
  if (found.verdict === 'violated') assertContradicts(small, moves, found.at, told);
  return truth;
}

/** The operations that are shown for a violation are one by themselves: no order explains them. */
function assertContradicts(small: SmallHistory, moves: Moves, at: number, what: string): void {
  const { left, operations, unexplained } = contradictionOf(moves, small.tickets, at, 0);
  assert.ok(operations.includes(unexplained), what);
  const ordered = small.told.toSorted((one, other) => one.span[0] - other.span[0]);
  const limitNs = (ordered[unexplained] as Told).span[1];
  const shown = operations.map((operation): Told => {
    const each = ordered[operation] as Told;
    const [startNs, endNs] = each.span;
    // What ended later is not needed: it may as well have no answer.
    return endNs <= limitNs
      ? each
      : { ...each, ending: 'indeterminate', span: [startNs, Number.POSITIVE_INFINITY] };
  });
  const history = historyOf(small.tickets, shown);
  const [all] = operationsByEvent(history) as [Uint32Array];
  const few = movesOf(history, all);
  const clients = Int32Array.from(
    few.operation,
    (operation) => history.client[operation] as number,
  );
  assert.ok(!someOrderExplains(few, left, clients), `contradiction, ${what}`);
  assertFolded(small.tickets, moves, { left, operations, unexplained }, what);
}

/** What is left out is over before anything that is shown sees the stock, and is what `left` counts. */
function assertFolded(
  tickets: number,
  moves: Moves,
  { left, operations, unexplained }: Omit<Contradiction, 'event'>,
  what: string,
): void {
  const limitNs = moves.endNs[moves.operation.indexOf(unexplained)] as number;
  const places = Array.from({ length: moves.count }, (_, move) => move);
  const isShown = (move: number): boolean => operations.includes(moves.operation[move] as number);
  const reads = places.filter((move) => isShown(move) && isRead(moves, move));
  const hidden = places.filter((move) => {
    return !isShown(move) && !isRead(moves, move) && (moves.startNs[move] as number) <= limitNs;
  });
  const folded = hidden.reduce((sum, move) => sum + changeOf(moves, move), tickets);
  assert.equal(left, folded, `left, ${what}`);
  for (const read of reads) {
    for (const move of hidden) {
      const over = (moves.endNs[move] as number) < (moves.startNs[read] as number);
      assert.ok(over || moves.after[read] === move, `${move} was in progress at ${read}, ${what}`);
    }
  }
}

/** Whether the history of a seed is linearizable, as all agree. */
function checkSeed(seed: number, cancels: boolean, what: string): boolean {
  const { next } = randomStream(`${seed}`, `histories ${what}`);
  return everyChecker(randomHistory(next, cancels), `seed ${seed}`);
}

for (const [cancels, what] of [
  [false, 'nothing comes back'],
  [true, 'tickets come back'],
] as const) {
  test(`the checkers agree with every order there is: ${HISTORIES} random histories, ${what}`, () => {
    let linearizable = 0;
    for (let seed = 1; seed <= HISTORIES; seed++)
      if (checkSeed(seed, cancels, what)) linearizable++;
    for (const seed of HARD_SEEDS) checkSeed(seed, cancels, what);
    // Else one of the two answers would hardly have been tried.
    assert.ok(
      linearizable > HISTORIES / 5 && linearizable < (HISTORIES * 4) / 5,
      `${linearizable}`,
    );
  });
}

type Hand = readonly [
  what: string,
  tickets: number,
  told: readonly Told[],
  method: Method,
  /** The operations that fit into no order, and which of them it shows at; none if there is an order. */
  shown?: readonly [operations: readonly number[], unexplained: number],
];

const LOST = Number.POSITIVE_INFINITY;

function does(
  kind: Told['kind'],
  ending: Told['ending'],
  span: Told['span'],
  more: Partial<Told> = {},
): Told {
  return { kind, ending, span, ...more };
}

const BY_HAND: readonly Hand[] = [
  ['nothing happened', 1, [], 'account'],
  [
    'the last ticket, twice',
    1,
    [does('reserve', 'reserved', [0, 1]), does('reserve', 'reserved', [2, 3])],
    'sweep',
    [[1], 1],
  ],
  [
    'a refusal while one is free',
    1,
    [does('reserve', 'soldOut', [0, 1]), does('reserve', 'reserved', [2, 3])],
    'sweep',
    [[0], 0],
  ],
  [
    'a refusal while the last one is sold',
    1,
    [does('reserve', 'reserved', [0, 5]), does('reserve', 'soldOut', [1, 2])],
    'account',
  ],
  [
    'a look that jumps back',
    2,
    [
      does('reserve', 'reserved', [0, 9]),
      does('browse', 'browsed', [1, 2], { value: 1 }),
      does('browse', 'browsed', [3, 4], { value: 2 }),
    ],
    'sweep',
    [[0, 1, 2], 2],
  ],
  [
    'a return that hides an oversell',
    1,
    [
      does('reserve', 'reserved', [0, 1]),
      does('reserve', 'reserved', [2, 3]),
      does('cancel', 'cancelled', [4, 5], { value: 0 }),
    ],
    'frontier',
    [[1], 1],
  ],
  [
    'a return in time',
    1,
    [
      does('reserve', 'reserved', [0, 1]),
      does('cancel', 'cancelled', [2, 5], { value: 0 }),
      does('reserve', 'reserved', [3, 4]),
    ],
    'account',
  ],
  [
    'a request without an answer explains a refusal',
    1,
    [does('reserve', 'indeterminate', [0, LOST]), does('reserve', 'soldOut', [2, 3])],
    'frontier',
  ],
  [
    'it does not explain two tickets that are missing',
    2,
    [does('reserve', 'indeterminate', [0, LOST]), does('reserve', 'soldOut', [2, 3])],
    'frontier',
    [[0, 1], 1],
  ],
  [
    'one that was given up counts as one without an answer',
    0,
    [does('reserve', 'indeterminate', [0, 1])],
    'account',
  ],
  [
    'numbers that are not in the order of the sales, nothing comes back',
    2,
    [
      does('reserve', 'reserved', [0, 1], { value: 1 }),
      does('reserve', 'reserved', [2, 3], { value: 0 }),
    ],
    'sweep',
  ],
  [
    'numbers that are not in the order of the sales, one comes back',
    2,
    [
      does('reserve', 'reserved', [0, 1], { value: 1 }),
      does('reserve', 'reserved', [2, 3], { value: 0 }),
      does('cancel', 'cancelled', [4, 5], { value: 0 }),
    ],
    'frontier',
  ],
  [
    'the next request of a client comes after its last, in the same nanosecond',
    1,
    [
      does('reserve', 'reserved', [0, 5], { client: 7 }),
      does('browse', 'browsed', [5, 5], { client: 7, value: 1 }),
    ],
    'frontier',
    [[0, 1], 1],
  ],
  [
    'that of another may come before',
    1,
    [does('reserve', 'reserved', [0, 5]), does('browse', 'browsed', [5, 5], { value: 1 })],
    'sweep',
  ],
  [
    'a request without an answer in between changes nothing',
    1,
    [
      does('reserve', 'reserved', [0, 5], { client: 7 }),
      does('reserve', 'indeterminate', [5, LOST], { client: 7 }),
      does('browse', 'browsed', [5, 5], { client: 7, value: 1 }),
    ],
    'frontier',
    [[0, 1, 2], 2],
  ],
  [
    'a client that does two things at once is two',
    1,
    [
      does('reserve', 'soldOut', [0, 5], { client: 7, quantity: 2 }),
      does('reserve', 'reserved', [4, 5], { client: 7 }),
      does('browse', 'browsed', [5, 5], { client: 7, value: 1 }),
    ],
    'sweep',
  ],
  [
    'and so may that of somebody who is not named',
    1,
    [
      does('reserve', 'reserved', [0, 5], { client: -1 }),
      does('browse', 'browsed', [5, 5], { client: -1, value: 1 }),
    ],
    'sweep',
  ],
];

describe('by hand', () => {
  for (const [what, tickets, operations, method, shown] of BY_HAND) {
    test(`${what}: ${shown ? 'violated' : 'ok'}, by ${method}`, () => {
      const found = checkLinearizability(historyOf(tickets, operations));
      assert.equal(found.verdict, shown ? 'violated' : 'ok');
      assert.deepEqual(found.decided, { account: 0, sweep: 0, frontier: 0, [method]: 1 });
      const contradictions = found.contradictions.map((each) => [
        each.operations,
        each.unexplained,
      ]);
      assert.deepEqual(contradictions, shown ? [shown] : []);
    });
  }

  test('each event is decided for itself: 3 events, two of them violated', () => {
    const events = BY_HAND.slice(1, 4).flatMap(([, , operations], event) => {
      return operations.map((each) => ({ ...each, event }));
    });
    const { violatedEvents, decided, contradictions } = checkLinearizability(historyOf(1, events));
    assert.deepEqual([violatedEvents, decided], [2, { account: 1, sweep: 2, frontier: 0 }]);
    assert.deepEqual(
      contradictions.map(({ event }) => event),
      [0, 1],
    );
  });

  test('where it shows is worked out for the first 5: 9 events are violated', () => {
    const events = Array.from({ length: 9 }, (_, event) =>
      does('reserve', 'reserved', [0, 1], { event, quantity: 2 }),
    );
    const { violatedEvents, contradictions } = checkLinearizability(historyOf(1, events));
    assert.deepEqual([violatedEvents, contradictions.length], [9, 5]);
  });
});

test('an account that puts what a client did next before what it did last is not believed', () => {
  const history = historyOf(5, [
    { kind: 'reserve', ending: 'reserved', span: [0, 10], client: 1, value: 7 },
    { kind: 'reserve', ending: 'reserved', span: [10, 20], client: 1, value: 6 },
  ]);
  const [operations] = operationsByEvent(history) as [Uint32Array];
  assert.ok(!accountHolds(movesOf(history, operations), 5));
});

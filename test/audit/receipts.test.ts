// Whether every ticket is one of its kind: each fault by hand, and all of them against their definition.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryTerms } from '../../src/audit/history.ts';
import { auditReceipts, type ReceiptFault } from '../../src/audit/receipts.ts';
import { randomStream } from '../../src/base/random.ts';
import type { Ending } from '../../src/store/history-log.ts';
import { historyOf, type Told } from '../support/histories.ts';

const HISTORIES = process.env['ONSALE_LONG'] ? 100_000 : 5000;

type Span = Told['span'];
const UNKNOWN = Number.POSITIVE_INFINITY;

function granted(client: number, value: number, span: Span, quantity = 1): Told {
  return { kind: 'reserve', ending: 'reserved', client, value, span, quantity };
}

function asked(client: number, ending: Ending, span: Span): Told {
  return { kind: 'reserve', ending, client, value: -1, span };
}

function back(client: number, value: number, ending: Ending, span: Span, quantity = 1): Told {
  return { kind: 'cancel', ending, client, value, span, quantity };
}

/** The faults found, each as often as it is. */
function faultsOf(told: readonly Told[], terms: Partial<HistoryTerms> = {}): ReceiptFault[] {
  const { counts } = auditReceipts(historyOf(9, told, terms));
  return Object.entries(counts).flatMap(([fault, count]) =>
    Array.from({ length: count }, () => fault as ReceiptFault),
  );
}

const A = 0;
const B = 1;
const REISSUES = { reissues: true };
const sold = granted(A, 5, [0, 1]);
const again = granted(B, 5, [8, 9]);

const CASES: readonly [
  what: string,
  faults: readonly ReceiptFault[],
  told: readonly Told[],
  terms?: Partial<HistoryTerms>,
][] = [
  ['granted, given back', [], [sold, back(A, 5, 'cancelled', [2, 3])]],
  ['one ticket granted to two', ['duplicateTicket'], [sold, again]],
  ['a group that overlaps another', ['duplicateTicket'], [sold, granted(B, 3, [2, 3], 3)]],
  ['the same ticket of two events', [], [sold, { ...again, event: 1 }]],
  [
    'granted again after it came back',
    ['duplicateTicket'],
    [sold, back(A, 5, 'cancelled', [2, 3]), again],
  ],
  [
    'the same where tickets are issued again',
    [],
    [sold, back(A, 5, 'cancelled', [2, 3]), again],
    REISSUES,
  ],
  ['issued again without a return', ['duplicateTicket'], [sold, again], REISSUES],
  [
    'issued again before the return',
    ['duplicateTicket'],
    [sold, again, back(A, 5, 'cancelled', [10, 11])],
    REISSUES,
  ],
  [
    'issued again while it comes back',
    [],
    [sold, back(A, 5, 'cancelled', [2, 8]), again],
    REISSUES,
  ],
  [
    'issued again, a return nobody knows of',
    [],
    [sold, back(A, 5, 'indeterminate', [2, UNKNOWN]), again],
    REISSUES,
  ],
  [
    'issued again, a return refused',
    ['duplicateTicket', 'lostReceipt'],
    [sold, back(A, 5, 'failed', [2, 3]), again],
    REISSUES,
  ],
  [
    'issued to three after one return',
    ['duplicateTicket'],
    [sold, back(A, 5, 'cancelled', [2, 3]), again, granted(A, 5, [12, 13])],
    REISSUES,
  ],
  ['given back by somebody else', ['foreignCancel'], [sold, back(B, 5, 'cancelled', [2, 3])]],
  ['given back by somebody else, refused', [], [sold, back(B, 5, 'failed', [2, 3])]],
  ['given back though nobody had it', ['foreignCancel'], [back(A, 5, 'cancelled', [2, 3])]],
  [
    'given back before it was granted',
    ['foreignCancel'],
    [back(A, 5, 'cancelled', [0, 1]), granted(A, 5, [2, 3])],
  ],
  [
    'given back twice',
    ['repeatedCancel'],
    [sold, back(A, 5, 'cancelled', [2, 3]), back(A, 5, 'cancelled', [4, 5])],
  ],
  [
    'a group of three given back twice',
    ['repeatedCancel'],
    [
      granted(A, 0, [0, 1], 3),
      back(A, 0, 'cancelled', [2, 3], 3),
      back(A, 0, 'cancelled', [4, 5], 3),
    ],
  ],
  [
    'half of a group, then the other half',
    [],
    [
      granted(A, 0, [0, 1], 4),
      back(A, 0, 'cancelled', [2, 3], 2),
      back(A, 2, 'cancelled', [4, 5], 2),
    ],
  ],
  [
    'half of a group, then all',
    ['repeatedCancel'],
    [
      granted(A, 0, [0, 1], 4),
      back(A, 0, 'cancelled', [2, 3], 2),
      back(A, 0, 'cancelled', [4, 5], 4),
    ],
  ],
  ['refused although held', ['lostReceipt'], [sold, back(A, 5, 'failed', [2, 3])]],
  [
    'refused since it was given back',
    [],
    [sold, back(A, 5, 'cancelled', [2, 3]), back(A, 5, 'failed', [4, 5])],
  ],
  [
    'refused since it was not granted yet',
    [],
    [back(A, 5, 'failed', [0, 1]), granted(A, 5, [2, 3])],
  ],
  ['refused while it was granted', [], [granted(A, 5, [0, 9]), back(A, 5, 'failed', [8, 10])]],
  [
    'refused after a return nobody knows of',
    [],
    [sold, back(A, 5, 'indeterminate', [2, UNKNOWN]), back(A, 5, 'failed', [4, 5])],
  ],
  [
    'honoured after a return nobody knows of',
    [],
    [sold, back(A, 5, 'indeterminate', [2, UNKNOWN]), back(A, 5, 'cancelled', [4, 5])],
  ],
  [
    'what a request without an answer was granted',
    [],
    [asked(A, 'indeterminate', [0, UNKNOWN]), back(A, 5, 'cancelled', [4, 5])],
  ],
  [
    'what a request without an answer came too late for',
    ['foreignCancel'],
    [back(A, 5, 'cancelled', [0, 1]), asked(A, 'indeterminate', [2, UNKNOWN])],
  ],
  [
    'what was asked for without an answer by another',
    ['foreignCancel'],
    [asked(B, 'indeterminate', [0, UNKNOWN]), back(A, 5, 'cancelled', [4, 5])],
  ],
  [
    'refused to somebody who is not named',
    [],
    [granted(-1, 5, [0, 1]), back(-1, 5, 'failed', [2, 3])],
  ],
  [
    'given back by somebody who is not named',
    [],
    [sold, back(-1, 5, 'cancelled', [2, 3]), back(A, 5, 'failed', [4, 5])],
  ],
  [
    'given back twice by somebody who is not named',
    ['repeatedCancel'],
    [sold, back(-1, 5, 'cancelled', [2, 3]), back(-1, 5, 'cancelled', [4, 5])],
  ],
  [
    'given back by its holder after somebody who is not named',
    ['repeatedCancel'],
    [sold, back(-1, 5, 'cancelled', [2, 3]), back(A, 5, 'cancelled', [4, 5])],
  ],
  [
    'granted to somebody who is not named',
    [],
    [granted(-1, 5, [0, 1]), back(A, 5, 'cancelled', [2, 3])],
  ],
  [
    'granted to somebody who is not named, refused to another',
    [],
    [granted(-1, 5, [0, 1]), back(A, 5, 'failed', [2, 3])],
  ],
  [
    'what somebody who is not named asked for without an answer',
    [],
    [asked(-1, 'indeterminate', [0, UNKNOWN]), back(A, 5, 'cancelled', [4, 5])],
  ],
  [
    'half of a group, then all, refused',
    [],
    [granted(A, 0, [0, 1], 4), back(A, 0, 'cancelled', [2, 3], 2), back(A, 0, 'failed', [4, 5], 4)],
  ],
  [
    'all of a group, refused',
    ['lostReceipt'],
    [granted(A, 0, [0, 1], 4), back(A, 0, 'failed', [4, 5], 4)],
  ],
  [
    'refused in the nanosecond in which it was granted once more',
    [],
    [sold, back(A, 5, 'cancelled', [2, 3]), back(A, 5, 'failed', [4, 4]), granted(A, 5, [4, 4])],
    REISSUES,
  ],
];

for (const [what, faults, told, terms] of CASES) {
  test(`${what}: ${faults.join(' and ') || 'no fault'}`, () => {
    assert.deepEqual(faultsOf(told, terms), faults);
  });
}

test('scattered tickets are followed one by one: B is granted the third of 3 of A', () => {
  const told = [granted(A, 0, [0, 1], 3), granted(B, 7, [2, 3]), back(A, 0, 'failed', [4, 5], 3)];
  const scattered = new Map([
    [0, [2, 9, 7]],
    [2, [9, 2, 7]],
  ]);
  const { counts, examples } = auditReceipts({ ...historyOf(9, told), scattered });
  assert.deepEqual(counts, {
    duplicateTicket: 1,
    foreignCancel: 0,
    repeatedCancel: 0,
    lostReceipt: 1,
  });
  assert.deepEqual(new Set(examples.map(({ operation }) => operation)), new Set([1, 2]));
});

test('who names a ticket twice gives it back once: refused rightly', () => {
  const told = [granted(A, 0, [0, 1], 2), back(A, 0, 'failed', [4, 5], 2)];
  const scattered = new Map([[1, [1, 1]]]);
  const { counts } = auditReceipts({ ...historyOf(9, told), scattered });
  assert.equal(counts.lostReceipt, 0);
});

test('the first few faults are shown, and all are counted: 20 tickets granted twice', () => {
  const told = Array.from({ length: 20 }, (_, i) => [granted(A, i, [i, i]), granted(B, i, [i, i])]);
  const { counts, examples } = auditReceipts(historyOf(9, told.flat()));
  assert.equal(counts.duplicateTicket, 20);
  assert.equal(examples.length, 5);
});

function isReturn({ kind, ending }: Told): boolean {
  return kind === 'cancel' && ending !== 'failed';
}

function begun(told: readonly Told[], untilNs: number): number {
  return told.filter(({ span }) => span[0] <= untilNs).length;
}

/** The same by the definitions, with no thought for time: every operation against all others. */
function plainFaults(told: readonly Told[], reissues: boolean): Record<ReceiptFault, number> {
  const counts = { duplicateTicket: 0, foreignCancel: 0, repeatedCancel: 0, lostReceipt: 0 };
  const byEnd = told.toSorted((one, other) => one.span[1] - other.span[1]);
  let issued = 0;
  for (const { span } of byEnd.filter(({ ending }) => ending === 'reserved')) {
    if (issued <= (reissues ? begun(told.filter(isReturn), span[1]) : 0)) issued++;
    else counts.duplicateTicket++;
  }
  for (const client of [A, B]) {
    const own = byEnd.filter((each) => each.client === client);
    const grants = own.filter(({ ending }) => ending === 'reserved');
    const unanswered = own.filter(
      ({ kind, ending }) => kind === 'reserve' && ending === 'indeterminate',
    );
    let honoured = 0;
    for (const { kind, ending, span } of own.filter((each) => each.kind === 'cancel')) {
      const possible = begun(grants, span[1]);
      if (ending === 'cancelled') {
        if (honoured < possible || begun(unanswered, span[1]) > 0) honoured++;
        else counts[possible > 0 ? 'repeatedCancel' : 'foreignCancel']++;
      }
      const certain = grants.filter((grant) => grant.span[1] <= span[0]).length;
      const gone = begun(own.filter(isReturn), span[1]);
      if (kind === 'cancel' && ending === 'failed' && certain > gone) counts.lostReceipt++;
    }
  }
  return counts;
}

test(`${HISTORIES} random histories of one ticket have the faults of the definitions`, () => {
  let faulty = 0;
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const { next } = randomStream(`${seed}`, 'receipts');
    const whole = (below: number): number => Math.floor(next() * below);
    const told = Array.from({ length: 1 + whole(7) }, (_, at): Told => {
      const client = whole(2);
      // Beginnings and ends of their own: then there is only one order of them.
      const startNs = 20 * whole(8) + at;
      const endNs = startNs + 7 + 20 * whole(3);
      const kind = whole(8);
      if (kind < 3) return granted(client, 4, [startNs, endNs]);
      if (kind < 5) return back(client, 4, 'cancelled', [startNs, endNs]);
      if (kind < 6) return back(client, 4, 'failed', [startNs, endNs]);
      if (kind < 7) return back(client, 4, 'indeterminate', [startNs, UNKNOWN]);
      return asked(client, 'indeterminate', [startNs, UNKNOWN]);
    });
    const reissues = next() < 0.5;
    const expected = plainFaults(told, reissues);
    const { counts } = auditReceipts(historyOf(9, told, { reissues }));
    assert.deepEqual(
      counts,
      expected,
      `seed ${seed}, reissues ${reissues}: ${JSON.stringify(told)}`,
    );
    if (Object.values(counts).some((count) => count > 0)) faulty++;
  }
  assert.ok(faulty > HISTORIES / 4 && faulty < (HISTORIES * 15) / 16, `${faulty} have a fault`);
});

/** Who held the ticket, if anybody: nobody yet, nobody any more, somebody who is not in the history. */
const NEVER_SOLD = -2;
const CAME_BACK = -3;
const STRANGER = 9;

/** What a ticket that `holder` has becomes by an operation of `client`; undefined where it cannot be. */
function holderAfter(
  { kind, ending }: Told,
  client: number,
  holder: number,
  reissues: boolean,
): number | undefined {
  if (kind === 'reserve') {
    const free = holder === NEVER_SOLD || (reissues && holder === CAME_BACK);
    return free ? client : undefined;
  }
  if (ending === 'failed') return holder === client ? undefined : holder;
  return holder === client ? CAME_BACK : undefined;
}

/** Whether a store that keeps one ticket right can have given these answers, by trying every order. */
function canBeRight(told: readonly Told[], reissues: boolean): boolean {
  const precedes = (one: Told, other: Told): boolean => {
    if (one.span[1] !== other.span[0]) return one.span[1] < other.span[0];
    const sameClient = one.client === other.client && one.client !== -1;
    return sameClient && told.indexOf(one) < told.indexOf(other);
  };
  const seen = new Set<string>();
  const tryFrom = (rest: readonly Told[], holder: number): boolean => {
    if (rest.every(({ ending }) => ending === 'indeterminate')) return true;
    const key = `${rest.map((each) => told.indexOf(each)).join()} ${holder}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return rest.some((each) => {
      if (rest.some((other) => other !== each && precedes(other, each))) return false;
      const others = rest.filter((other) => other !== each);
      const anybody = each.client === -1 ? [A, B, STRANGER] : [each.client as number];
      return anybody.some((client) => {
        const next = holderAfter(each, client, holder, reissues);
        return next !== undefined && tryFrom(others, next);
      });
    });
  };
  return tryFrom(told, NEVER_SOLD);
}

test(`no store that can be right is accused: ${HISTORIES} random histories of one ticket`, () => {
  let right = 0;
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const { next } = randomStream(`${seed}`, 'one ticket');
    const whole = (below: number): number => Math.floor(next() * below);
    const [reissues, someUnnamed] = [whole(2) === 0, whole(2) === 0];
    const readyNs = [0, 0];
    const told = Array.from({ length: 1 + whole(6) }, (): Told => {
      const who = whole(2);
      const startNs = (readyNs[who] as number) + whole(3);
      const endNs = startNs + whole(4);
      readyNs[who] = endNs;
      const client = someUnnamed && whole(3) === 0 ? -1 : who;
      const kind = whole(10);
      if (kind < 4) return granted(client, 4, [startNs, endNs]);
      if (kind < 7) return back(client, 4, 'cancelled', [startNs, endNs]);
      if (kind < 9) return back(client, 4, 'failed', [startNs, endNs]);
      readyNs[who] = endNs + 1;
      if (whole(2) === 0) return back(client, 4, 'indeterminate', [startNs, UNKNOWN]);
      return asked(client, 'indeterminate', [startNs, UNKNOWN]);
    });
    const ordered = told.toSorted((one, other) => one.span[0] - other.span[0]);
    if (!canBeRight(ordered, reissues)) continue;
    right++;
    const faults = faultsOf(ordered, { reissues });
    assert.deepEqual(faults, [], `seed ${seed}, reissues ${reissues}: ${JSON.stringify(ordered)}`);
  }
  assert.ok(right > HISTORIES / 10, `${right} can be right`);
});

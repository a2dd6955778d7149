// Random changes of records, few enough names that they meet.
import type { Records } from '../../src/service/records/records.ts';
import {
  type KeptAnswer,
  RESERVATION_STATES,
  type ReservationState,
  type SettledState,
} from '../../src/service/terms.ts';
import fc from './fast-check.ts';
import { aClaim, anAccount, anAnswer, anEvent, aReservation } from './record-samples.ts';

export type Act =
  | { readonly kind: 'reopen' }
  | { readonly kind: 'account'; readonly at: number; readonly name: string }
  | { readonly kind: 'change account' | 'list'; readonly at: number; readonly after: number }
  | {
      readonly kind: 'event' | 'edit' | 'remove event';
      readonly at: number;
      readonly version: number;
    }
  | {
      readonly kind: 'book';
      readonly at: number;
      readonly event: number;
      readonly account: number;
      readonly state: ReservationState;
      readonly endsAtMs: number;
      readonly key: number;
    }
  | {
      readonly kind: 'settle';
      readonly at: number;
      readonly to: SettledState;
      readonly atMs: number;
      readonly key: number;
    }
  | { readonly kind: 'expire'; readonly atMs: number; readonly limit: number }
  | {
      readonly kind: 'claim' | 'keep' | 'unclaim' | 'forget';
      readonly key: number;
      readonly atMs: number;
    };

const few = fc.nat(3);
const atMs = fc.integer({ min: 0, max: 6 });
const constant = <T extends string>(...values: T[]) => fc.constantFrom(...values);

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: constant('reopen') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: constant('account'),
      at: few,
      name: constant('a', 'A', 'ß', 'b'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: constant('change account', 'list'), at: few, after: fc.nat(30) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: constant('event', 'event', 'event', 'edit', 'remove event'),
      at: few,
      version: fc.nat(3),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: constant('book'),
      at: fc.nat(30),
      event: few,
      account: few,
      state: fc.constantFrom(...RESERVATION_STATES, 'held' as const, 'held' as const),
      endsAtMs: atMs,
      key: few,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: constant('settle'),
      at: fc.nat(30),
      to: constant('confirmed', 'released', 'expired', 'cancelled'),
      atMs,
      key: few,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: constant('expire'), atMs, limit: few }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: constant('claim', 'keep', 'unclaim', 'forget'), key: few, atMs }),
  },
) as fc.Arbitrary<Act>;

export const acts: fc.Arbitrary<Act[]> = fc.array(act, { maxLength: 40, size: 'max' });

const reservationId = (at: number): string => `r-${String(at).padStart(2, '0')}`;

/** Does it, and tells all that can be seen of it. Claims that end with the process are none of it. */
export async function perform(
  records: Records,
  done: Exclude<Act, { kind: 'reopen' }>,
): Promise<unknown> {
  switch (done.kind) {
    case 'account':
      if (await records.account(`a-${done.at}`)) return 'there';
      return records.addAccount(anAccount({ id: `a-${done.at}`, name: done.name }));
    case 'change account':
      await records.changeAccount(`a-${done.at}`, { role: 'organizer' });
      return [await records.accounts({ limit: 2 }), await records.credentials('a')];
    case 'list': {
      const page = { limit: 1 + done.at, after: undefined };
      return [
        await records.reservationsOf(`a-${done.at}`, page),
        await records.accounts({ limit: 2, after: `a-${done.at}` }),
      ];
    }
    case 'event':
      if ((await records.events()).some(({ id }) => id === `e-${done.at}`)) return 'there';
      return records.addEvent(anEvent({ id: `e-${done.at}` }));
    case 'edit':
      return records.editEvent(`e-${done.at}`, done.version || undefined, {
        capacity: done.version,
      });
    case 'remove event': {
      const cancelled = await records.removeEvent(`e-${done.at}`, 9);
      return typeof cancelled === 'string' ? cancelled : new Set(cancelled.map(({ id }) => id));
    }
    case 'book':
      return book(records, done);
    case 'settle': {
      const id = reservationId(done.at);
      const { to, atMs: time } = done;
      const settlement = await withKey(records, done.key, time, (answer) =>
        records.settle(id, to, time, answer),
      );
      return [settlement, await records.reservation(id)];
    }
    case 'expire':
      return records.expire(done.atMs, done.limit);
    default:
      return ask(records, done);
  }
}

async function book(records: Records, done: Extract<Act, { kind: 'book' }>): Promise<unknown> {
  const id = reservationId(done.at);
  if (await records.reservation(id)) return 'there';
  const { number } = (await records.events()).find((event) => event.id === `e-${done.event}`) ?? {
    number: 0,
  };
  const reservation = aReservation({
    id,
    eventId: `e-${done.event}`,
    eventNumber: number,
    accountId: `a-${done.account}`,
    state: done.state,
    expiresAtMs: done.state === 'held' ? done.endsAtMs : null,
    quantity: 1 + done.at,
  });
  const booked = await withKey(records, done.key, done.endsAtMs, (answer) =>
    records.book(reservation, answer),
  );
  return [booked, await records.reservation(id)];
}

async function ask(
  records: Records,
  { kind, key, atMs: time }: Extract<Act, { kind: 'claim' | 'keep' | 'unclaim' | 'forget' }>,
): Promise<unknown> {
  if (kind === 'forget') return records.forgetKept(time);
  return withKey(records, key, time, (answer) => (kind === 'keep' ? records.keep(answer) : null));
}

/** As a request with a key does it. A claim ends with the process: none is left for a later one to meet. */
async function withKey(
  records: Records,
  at: number,
  time: number,
  work: (answer: KeptAnswer) => unknown,
): Promise<unknown> {
  const key = `${at}`;
  const claimed = await records.claim(aClaim({ key, atMs: time }));
  const done = claimed.outcome === 'claimed' && (await work(anAnswer({ key, atMs: time })));
  await records.unclaim('account-1', key);
  return [claimed, done];
}

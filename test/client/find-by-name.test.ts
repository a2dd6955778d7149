import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EventAnswer } from '../../src/client/answers.ts';
import { findEvent, findId } from '../../src/client/find-by-name.ts';

const ID = '01a20178-2d34-7499-a86e-03c9bbe22ce';
const EVENTS: readonly EventAnswer[] = [
  ['1', 'Jazz night'],
  ['2', 'JAZZ NIGHT'],
  ['3', 'Rock'],
  ['4', 'Twice'],
  ['5', 'Twice'],
  ['6', '01a20178'],
].map(([end = '', name = '']) => {
  return {
    id: ID + end,
    name,
    date: '2027-05-01',
    priceCents: 0,
    capacity: 1,
    available: 1,
    version: 1,
  };
});

describe('an event is found by', () => {
  const CASES: readonly (readonly [by: string, given: string, name: string])[] = [
    ['its id', `${ID}3`, 'Rock'],
    ['its name', 'Rock', 'Rock'],
    ['its name in another case', ' rOCK ', 'Rock'],
    ['its very name, where another differs by case only', 'JAZZ NIGHT', 'JAZZ NIGHT'],
    ['a name that is the beginning of ids', '01a20178', '01a20178'],
  ];
  for (const [by, given, name] of CASES) {
    test(by, () => assert.equal(findEvent(given, EVENTS).name, name));
  }
});

test('the beginning of an id is enough, if no other begins so', () => {
  const other = { ...(EVENTS[0] as EventAnswer), id: `ffff${ID}` };
  assert.equal(findEvent('FFFF', [...EVENTS, other]), other);
});

describe('an event is not found, and why', () => {
  const CASES: readonly (readonly [given: string, why: RegExp])[] = [
    ['Twice', /^"Twice" is more than one event: Twice 2027-05-01 \(01a.*4\), Twice .*5\)$/],
    ['01a20178-2d34', /^"01a20178-2d34" is more than one event: .*, and 1 more$/],
    ['rok', /^there is no event "rok"; there are .*; did you mean "Rock"\?$/],
    // Too short to mean an id.
    ['01a', /^there is no event "01a"/],
    ['', /^there is no event ""/],
  ];
  for (const [given, why] of CASES) {
    test(JSON.stringify(given), () =>
      assert.throws(() => findEvent(given, EVENTS), { message: why }),
    );
  }
});

test('a reservation is meant by the beginning of its id, or by an id that only the service knows', () => {
  assert.equal(findId('aaaa', ['aaaa-1', 'bbbb-1']), 'aaaa-1');
  assert.equal(findId('cccc', ['aaaa-1', 'bbbb-1']), 'cccc');
  assert.throws(() => findId('aaaa', ['aaaa-1', 'aaaa-2']), {
    message: /more than one reservation: aaaa-1, aaaa-2$/,
  });
});

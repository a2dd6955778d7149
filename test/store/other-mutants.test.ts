// The mutants of locks, counts and protocols: each has to be found by what it breaks, and to be right
// where its one bug has no part in the sale.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { checkContract } from '../../src/audit/contract.ts';
import type { Exploration } from '../../src/explore/exploration.ts';
import { exploreStrategy } from '../../src/explore/explore-strategy.ts';
import type { ViolationKind } from '../../src/explore/program.ts';
import { cancelByAnother } from '../../src/store/mutants/cancel-by-another.ts';
import { cancelTwice } from '../../src/store/mutants/cancel-twice.ts';
import { deafToDeath } from '../../src/store/mutants/deaf-to-death.ts';
import { earlyNotify } from '../../src/store/mutants/early-notify.ts';
import { earlyUnlock } from '../../src/store/mutants/early-unlock.ts';
import { halfWrite } from '../../src/store/mutants/half-write.ts';
import { holdExpiryRace } from '../../src/store/mutants/hold-expiry-race.ts';
import { ignoredFailure } from '../../src/store/mutants/ignored-failure.ts';
import { lostInCombining } from '../../src/store/mutants/lost-in-combining.ts';
import type { Mutant } from '../../src/store/mutants/mutant.ts';
import { mutants } from '../../src/store/mutants/mutants.ts';
import { noNotify } from '../../src/store/mutants/no-notify.ts';
import { oneTooMany } from '../../src/store/mutants/one-too-many.ts';
import { packedCounterWrap } from '../../src/store/mutants/packed-counter-wrap.ts';
import { partialGroup } from '../../src/store/mutants/partial-group.ts';
import { reusedSerial } from '../../src/store/mutants/reused-serial.ts';
import { staleEscrowReturn } from '../../src/store/mutants/stale-escrow-return.ts';
import { staleRefusal } from '../../src/store/mutants/stale-refusal.ts';
import { stolenLock } from '../../src/store/mutants/stolen-lock.ts';
import { summedHolds } from '../../src/store/mutants/summed-holds.ts';
import { swappedLink } from '../../src/store/mutants/swapped-link.ts';
import { uncheckedSeqlock } from '../../src/store/mutants/unchecked-seqlock.ts';
import { writerStarvation } from '../../src/store/mutants/writer-starvation.ts';

interface Expected {
  readonly mutant: Mutant;
  /** What the explorer finds, for those that it has to find. */
  readonly kind?: ViolationKind;
  /** A rule of the contract that it breaks, for those that break one. */
  readonly rule?: string;
}

type SmallSaleFlags = NonNullable<Mutant['smallSale']>;

const EXPECTED: readonly Expected[] = [
  {
    mutant: oneTooMany,
    kind: 'oversell',
    rule: 'sells exactly its capacity, one by one, and then is sold out',
  },
  { mutant: earlyUnlock, kind: 'oversell' },
  { mutant: uncheckedSeqlock, kind: 'oversell' },
  { mutant: ignoredFailure, kind: 'oversell' },
  { mutant: packedCounterWrap, rule: 'keeps a house of 100,000' },
  { mutant: noNotify, kind: 'lost wake-up' },
  { mutant: earlyNotify, kind: 'lost wake-up' },
  { mutant: deafToDeath, kind: 'deadlock' },
  { mutant: stolenLock, kind: 'oversell' },
  { mutant: swappedLink, kind: 'deadlock' },
  { mutant: writerStarvation },
  { mutant: lostInCombining, kind: 'duplicate ticket' },
  {
    mutant: staleEscrowReturn,
    kind: 'oversell',
    rule: 'does as the plainest of stocks would',
  },
  { mutant: holdExpiryRace, kind: 'oversell' },
  { mutant: summedHolds, kind: 'oversell' },
  { mutant: partialGroup, kind: 'lost stock', rule: 'grants a group all or nothing' },
  { mutant: staleRefusal, kind: 'false sold-out' },
  { mutant: halfWrite, kind: 'stale read' },
  { mutant: cancelTwice, kind: 'oversell' },
  {
    mutant: cancelByAnother,
    kind: 'lost receipt',
    rule: 'does as the plainest of stocks would',
  },
  {
    mutant: reusedSerial,
    kind: 'duplicate ticket',
    rule: 'takes back what it granted, and sells it anew',
  },
];

for (const { mutant, kind, rule } of EXPECTED) {
  const { strategy, caughtBy } = mutant;
  suite(strategy.name, () => {
    test(rule === undefined ? 'keeps the contract' : `breaks the contract: ${rule}`, () => {
      const rules = checkContract(strategy).breaches.map((breach) => breach.rule);
      if (rule === undefined) assert.deepEqual(rules, []);
      else assert.ok(rules.includes(rule), `it breaks: ${rules.join('; ')}`);
      assert.equal(caughtBy.includes('contract'), rule !== undefined);
    });

    test(`explored: ${kind ?? 'nothing to be found'}`, async () => {
      const { verdict, failure } = await explored(mutant);
      assert.equal(verdict, kind === undefined ? 'proved' : 'violated', failure?.message);
      assert.equal(failure?.kind, kind, failure?.message);
      assert.equal(caughtBy.includes('explorer'), kind !== undefined);
    });

    test('is in the list of mutants and breaks no promise knowingly', () => {
      assert.ok(mutants.includes(mutant));
      assert.equal(strategy.breaks, undefined);
    });
  });
}

/** Sales that have everything but what the bug needs. */
const HARMLESS: readonly (readonly [mutant: Mutant, lacks: string, sale: SmallSaleFlags])[] = [
  [stolenLock, 'time-outs', { clients: '2', tickets: '1', cancels: '1' }],
  [deafToDeath, 'deaths', { clients: '2', tickets: '1', cancels: '1' }],
  [noNotify, 'a second client', { clients: '1', tickets: '1', operations: '2', cancels: '1' }],
  [earlyNotify, 'a second client', { clients: '1', tickets: '1', operations: '2', cancels: '1' }],
  [staleEscrowReturn, 'rests of leases', { clients: '2', tickets: '2', operations: '2' }],
  [partialGroup, 'groups', { clients: '2', tickets: '1', operations: '2', cancels: '2' }],
  [staleRefusal, 'cancels', { clients: '2', tickets: '1', operations: '2' }],
  [halfWrite, 'looks', { clients: '2', tickets: '14', quantity: '5,1', cancels: '2' }],
  [cancelTwice, 'cancels', { clients: '2', tickets: '1', operations: '2', browses: '2' }],
  [cancelByAnother, 'a third client', { clients: '2', tickets: '2', cancels: '2' }],
  [reusedSerial, 'cancels', { clients: '2', tickets: '1', operations: '2', browses: '2' }],
  [
    packedCounterWrap,
    'a large house',
    { clients: '2', tickets: '2', operations: '2', cancels: '2' },
  ],
];

suite('right where the bug has no part', () => {
  for (const [mutant, lacks, smallSale] of HARMLESS) {
    test(`${mutant.strategy.name} without ${lacks}`, async () => {
      const { verdict, failure } = await explored({ ...mutant, smallSale });
      assert.equal(verdict, 'proved', failure?.message);
    });
  }
});

function explored({ strategy, smallSale = {} }: Mutant): Promise<Exploration> {
  const { crashes = '0', spurious = '0', 'time-outs': timeOuts = '0', ...fields } = smallSale;
  return exploreStrategy({
    strategy,
    fields,
    faults: {
      crashes: Number(crashes),
      spurious: Number(spurious),
      timeOuts: Number(timeOuts),
    },
  });
}

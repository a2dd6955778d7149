// The bugs of the seed systems, each as a mutant: what shows them, and that nothing shows without.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { checkContract } from '../../src/audit/contract.ts';
import { exploreStrategy } from '../../src/explore/explore-strategy.ts';
import { NO_FAULTS } from '../../src/explore/moves.ts';
import type { ViolationKind } from '../../src/explore/program.ts';
import type { Mutant } from '../../src/store/mutants/mutant.ts';
import { mutants } from '../../src/store/mutants/mutants.ts';

interface Expected {
  /** What the explorer finds in the small sale of the mutant; nothing where it cannot ask for it. */
  readonly kind?: ViolationKind;
  /** The rule of the contract that it breaks first; without, it keeps all. */
  readonly rule?: string;
}

const ONE_BY_ONE = 'sells exactly its capacity, one by one, and then is sold out';

const SEED_MUTANTS: Readonly<Record<string, Expected>> = {
  'negative-quantity': { rule: 'refuses less than one ticket' },
  'restart-resells': {
    kind: 'oversell',
    rule: 'goes on where it was when a thread closes and opens again',
  },
  'unlocked-precheck': { kind: 'oversell' },
  'crash-restocks': { kind: 'duplicate ticket' },
  'evict-relocks': { kind: 'deadlock', rule: 'keeps events apart' },
  'evicted-lock': { kind: 'oversell' },
  'unlocked-lookup': { kind: 'oversell' },
  'shared-receipt': { kind: 'duplicate ticket' },
  'stale-reload': {
    kind: 'oversell',
    rule: 'goes on where it was when a thread closes and opens again',
  },
  'ignored-compensation': { kind: 'lost stock' },
  'double-dispatch': { kind: 'false sold-out', rule: ONE_BY_ONE },
  'last-ticket-kept': { kind: 'false sold-out', rule: ONE_BY_ONE },
  'refusal-delists': { kind: 'false sold-out', rule: 'grants a group all or nothing' },
  'rewritten-file': { kind: 'oversell' },
};

/** Where its small sale is right for the mutant, a search ends long before. */
const SEARCH_MS = 10_000;

for (const [name, { kind, rule }] of Object.entries(SEED_MUTANTS)) {
  const mutant = mutants.find(({ strategy }) => strategy.name === name) as Mutant;
  const { strategy, caughtBy, smallSale = {} } = mutant;

  suite(name, () => {
    test('says of the contract and of the explorer whether they catch it', () => {
      assert.deepEqual(
        (['contract', 'explorer'] as const).filter((checker) => caughtBy.includes(checker)),
        [...(rule === undefined ? [] : ['contract']), ...(kind === undefined ? [] : ['explorer'])],
      );
    });

    test(`in a single thread: ${rule === undefined ? 'is right' : `not "${rule}"`}`, () => {
      const { breaches } = checkContract(strategy);
      assert.equal(breaches[0]?.rule, rule, breaches[0]?.message);
    });

    if (kind === undefined) return;
    const flags = Object.entries(smallSale).map((flag) => flag.join(': '));
    test(`among threads: ${kind}; ${flags.join(', ')}`, async () => {
      const { crashes = '0', ...fields } = smallSale;
      const { failure } = await exploreStrategy({
        strategy,
        fields,
        faults: { ...NO_FAULTS, crashes: Number(crashes) },
        timeLimitMs: SEARCH_MS,
      });
      assert.equal(failure?.kind, kind, failure?.message);
    });
  });
}

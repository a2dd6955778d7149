// Every checker on every bug that it has to catch; in test:long also on all that is correct.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { suspectOf } from '../../src/sim/matrix.ts';
import { TRIALS } from '../../src/sim/trials.ts';
import { catalog } from '../../src/store/catalog.ts';
import { CHECKERS, type CheckerName } from '../../src/store/mutants/mutant.ts';
import { mutants } from '../../src/store/mutants/mutants.ts';

const CHECKER_NAMES = Object.keys(CHECKERS) as CheckerName[];
const LONG = process.env['ONSALE_LONG'] !== undefined;
const SEEDS = 20;
/** Threads that other tests keep from running side by side do not race: then it is tried again. */
const SEEDS_TRIED = ['7', '8', '9'];

test('names are in kebab-case, and no mutant is called like another strategy', () => {
  const names = [
    ...mutants.map(({ strategy }) => strategy.name),
    ...catalog.map(({ name }) => name),
  ];
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z]+(-[a-z]+)*$/);
});

test('every mutant says where it comes from and who has to catch it, and promises something', () => {
  for (const { strategy, caughtBy } of mutants) {
    assert.ok(strategy.source.length > 10, strategy.name);
    assert.ok(caughtBy.length > 0, strategy.name);
    assert.ok(strategy.promises.length > 0, strategy.name);
    assert.equal(strategy.breaks, undefined, `${strategy.name} is a mutant, not a control`);
  }
});

test('every checker has to catch at least five bugs', () => {
  for (const checker of CHECKER_NAMES) {
    const share = mutants.filter(({ caughtBy }) => caughtBy.includes(checker));
    assert.ok(share.length >= 5, `${checker}: ${share.length}`);
  }
});

for (const mutant of mutants) {
  const { name } = mutant.strategy;
  describe(name, () => {
    // The same for all: checkers of sales look at the same ones.
    const suspects = SEEDS_TRIED.map((seed) => suspectOf(mutant.strategy, name, mutant, seed));
    for (const checker of mutant.caughtBy) {
      test(`is caught by ${checker}: ${CHECKERS[checker]}`, async () => {
        const missed: string[] = [];
        for (const [at, suspect] of suspects.entries()) {
          const { caught, effort, unit } = await TRIALS[checker](suspect, undefined);
          if (caught) return;
          missed.push(`missed in ${effort} ${unit}, seed ${SEEDS_TRIED[at]}`);
        }
        assert.fail(`${missed.join('; ')}; sim mutants --strategy ${name} --seed 7`);
      });
    }
  });
}

for (const strategy of catalog.filter(({ breaks }) => LONG && breaks === undefined)) {
  describe(`${strategy.name} is flagged by no checker`, () => {
    for (const checker of CHECKER_NAMES) {
      const chance = checker !== 'contract' && checker !== 'explorer';
      test(`${checker}: ${chance ? `${SEEDS} seeds` : CHECKERS[checker]}`, async () => {
        for (let seed = 1; seed <= (chance ? SEEDS : 1); seed++) {
          const suspect = suspectOf(strategy, strategy.name, undefined, `${seed}`);
          const { finding } = await TRIALS[checker](suspect, undefined);
          assert.equal(finding, null, `seed ${seed}`);
        }
      });
    }
  });
}

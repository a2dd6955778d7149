import assert from 'node:assert/strict';
import { test } from 'node:test';
import { searchBreadthFirst } from '../../src/explore/breadth-first.ts';
import { Machine } from '../../src/explore/machine.ts';
import type { Faults } from '../../src/explore/moves.ts';
import type { Program } from '../../src/explore/program.ts';
import { MemoryError } from '../../src/explore/progress.ts';
import type { Limits, Search, SearchOutcome } from '../../src/explore/search.ts';
import { searchSourceDpor } from '../../src/explore/source-dpor.ts';
import { Symmetry } from '../../src/explore/symmetry.ts';
import { type Enumeration, enumerate, TooManyError } from '../support/enumerate.ts';
import fc from '../support/fast-check.ts';
import {
  patientClients,
  type TinyClient,
  type TinyOptions,
  tinyClient,
  tinyClients,
  tinyProgram,
  wakefulClients,
} from '../support/tiny-programs.ts';

const NO_FAULTS: Faults = { crashes: 0, spurious: 0, timeOuts: 0 };
const NO_LIMITS: Limits = {
  maxStates: Number.POSITIVE_INFINITY,
  maxBytes: Number.POSITIVE_INFINITY,
  mayGoOn: () => true,
};
const MOST_RUNS = 6000;
const RUNS = 400;

function finish(search: Search): SearchOutcome {
  for (;;) {
    const { done, value } = search.next();
    if (done) return value;
  }
}

/** All runs, unless there are too many to try. */
function allRuns(program: Program, faults: Faults): Enumeration {
  try {
    return enumerate(program, faults, MOST_RUNS);
  } catch (error) {
    fc.pre(!(error instanceof TooManyError));
    throw error;
  }
}

interface Way {
  readonly name: string;
  readonly search: (program: Program, faults: Faults) => SearchOutcome;
}

const breadthFirst: Way = {
  name: 'breadth-first',
  search: (program, faults) =>
    finish(searchBreadthFirst(new Machine(program, faults), NO_LIMITS, undefined)),
};

const forgetful: Way = {
  name: 'breadth-first that forgets',
  search(program, faults) {
    return finish(searchBreadthFirst(new Machine(program, faults, true), NO_LIMITS, undefined));
  },
};

const preempting: Way = {
  name: 'preemptions without a bound that matters',
  search: (program, faults) =>
    finish(searchBreadthFirst(new Machine(program, faults), NO_LIMITS, undefined, 1000)),
};

const sourceDpor: Way = {
  name: 'source-DPOR',
  search: (program, faults) => finish(searchSourceDpor(new Machine(program, faults), NO_LIMITS)),
};

function compare(
  ways: readonly Way[],
  clients: readonly TinyClient[],
  options: TinyOptions,
  faults: Faults = NO_FAULTS,
): void {
  const truth = allRuns(tinyProgram(clients, options), faults);
  for (const { name, search } of ways) {
    const program = tinyProgram(clients, options);
    const { failure, races, schedules, shortest } = search(program, faults);
    assert.equal(failure !== undefined, truth.stuck, `${name}: whether somebody waits for ever`);
    if (truth.stuck) {
      if (shortest) assert.equal(failure?.moves.length, truth.shortest, `${name}: how soon`);
      continue;
    }
    const { ends, orders } = program.monitor;
    assert.deepEqual(ends, truth.ends, `${name}: ends`);
    assert.deepEqual(orders.size, truth.orders.size, `${name}: orders`);
    assert.deepEqual(orders, truth.orders, `${name}: orders`);
    assert.equal(races.length > 0, truth.races, `${name}: whether there are races`);
    assert.ok(schedules <= truth.schedules, `${name}: fewer schedules`);
  }
}

test('all searches find what trying every order finds: tiny programs of 2-3 clients', () => {
  fc.assert(
    fc.property(tinyClients, fc.boolean(), (clients, remembers) => {
      compare([breadthFirst, preempting, sourceDpor], clients, { remembers });
    }),
    { numRuns: RUNS },
  );
});

test('forgetting changes nothing where operations remember nothing: tiny programs of 2-3 clients', () => {
  fc.assert(
    fc.property(tinyClients, fc.boolean(), (clients, silent) => {
      compare([forgetful], clients, { remembers: false, silent });
    }),
    { numRuns: RUNS },
  );
});

test('forgetting is refused where it would change something: tiny programs of 2-3 clients', () => {
  fc.assert(
    fc.property(tinyClients, fc.boolean(), (clients, silent) => {
      try {
        compare([forgetful], clients, { remembers: true, silent });
      } catch (error) {
        if (!(error instanceof MemoryError)) throw error;
      }
    }),
    { numRuns: RUNS },
  );
});

test('all searches that allow faults find what trying every order finds: tiny programs of 2-3 clients', () => {
  const faults = fc.record({
    crashes: fc.nat({ max: 1 }),
    spurious: fc.nat({ max: 1 }),
    timeOuts: fc.constant(0),
  });
  fc.assert(
    fc.property(tinyClients, faults, (clients, some) => {
      compare([breadthFirst, forgetful, preempting], clients, {}, some);
    }),
    { numRuns: RUNS },
  );
});

test('all searches find who waits how long, and who is woken first: 2-3 tiny clients and one that calls them', () => {
  fc.assert(
    fc.property(patientClients, (clients) => {
      compare([breadthFirst, forgetful, preempting, sourceDpor], clients, {});
    }),
    { numRuns: RUNS / 2 },
  );
});

test('all searches that allow faults find whose sleep ends by itself: 2-3 tiny clients and one that calls them', () => {
  const faults = fc.record({
    crashes: fc.nat({ max: 1 }),
    spurious: fc.nat({ max: 1 }),
    timeOuts: fc.constant(0),
  });
  fc.assert(
    fc.property(wakefulClients, faults, (clients, some) => {
      compare([breadthFirst, forgetful, preempting], clients, {}, some);
    }),
    { numRuns: RUNS / 4 },
  );
});

test('a bound of preemptions allows all others: 2 clients that count a word up plainly', () => {
  const count: TinyClient = [
    [
      { does: 'load', word: 0 },
      { does: 'store', word: 0, value: 1, seen: true },
    ],
  ];
  const endsWithin = (bound: number): Set<string> => {
    const program = tinyProgram([count, count], {});
    finish(searchBreadthFirst(new Machine(program, NO_FAULTS), NO_LIMITS, undefined, bound));
    return program.monitor.ends;
  };
  const one = '0.0=0 1.0=1 | 2,0,0,0,0';
  const other = '0.0=1 1.0=0 | 2,0,0,0,0';
  assert.deepEqual(endsWithin(0), new Set([one, other]));
  assert.deepEqual(endsWithin(1), new Set([one, other, '0.0=0 1.0=0 | 1,0,0,0,0']));
});

/** The smallest of the texts in which clients are named in any order. */
function withoutNames(text: string, clients: number): string {
  const swapped = text
    .split(' | ')
    .map((part) =>
      part
        .replaceAll(/\b0\./g, '_.')
        .replaceAll(/\b1\./g, '0.')
        .replaceAll(/_\./g, '1.')
        .split(' ')
        .toSorted()
        .join(' '),
    )
    .join(' | ');
  assert.equal(clients, 2);
  return swapped < text ? swapped : text;
}

test('symmetry leaves out nothing but names: 2 equal clients of a tiny program', () => {
  const few = fc.record({
    crashes: fc.constant(0),
    spurious: fc.nat({ max: 1 }),
    timeOuts: fc.constant(0),
  });
  fc.assert(
    fc.property(tinyClient(4), few, fc.boolean(), (code, faults, forgets) => {
      const clients = [code, code];
      const truth = allRuns(tinyProgram(clients, {}), faults);
      const program = tinyProgram(clients, { alike: true });
      const machine = new Machine(program, faults, forgets);
      const symmetry = Symmetry.of(machine);
      assert.equal(symmetry?.size, 2);
      const { failure, races } = finish(searchBreadthFirst(machine, NO_LIMITS, symmetry));
      assert.equal(failure !== undefined, truth.stuck);
      if (failure) assert.equal(failure.moves.length, truth.shortest);
      else {
        const named = (texts: ReadonlySet<string>): Set<string> =>
          new Set([...texts].map((text) => withoutNames(text, 2)));
        assert.deepEqual(named(program.monitor.ends), named(truth.ends));
        assert.deepEqual(named(program.monitor.orders), named(truth.orders));
        assert.equal(races.length > 0, truth.races);
      }
    }),
    { numRuns: RUNS },
  );
});

// The other way round: a checker whose central comparison is turned round or taken out has to fail its
// own tests. Whoever changes a passage named here changes it here, too.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { TURNED_NOTHING, type Turn } from '../support/turning-loader.ts';

// From dist/test/repo/ to the compiled tests.
const TESTS = new URL('../', import.meta.url);
const HOOK = fileURLToPath(new URL('support/turn-module.js', TESTS));
/** Of a test that does not end, nothing is said: a turned loop may go on for ever. */
const LIMIT_MS = 60_000;

type Passage = readonly [find: string, replace: string];

/** For each module its own tests, and passages that they have to notice. */
const CHECKS: readonly (readonly [module: string, tests: string, ...passages: Passage[]])[] = [
  [
    'audit/conservation.js',
    'audit/planted-faults',
    ['peak - ticketsPerEvent, atLast', 'atLast'],
    ['refused ? Math.max', 'true ? Math.max'],
    ['sales.returnStartNs);', 'sales.returnEndNs);'],
  ],
  ['audit/conservation.js', 'audit/last-customer', [', atLast - ticketsPerEvent', '']],
  [
    'audit/identity.js',
    'audit/planted-faults',
    ['Math.max(0, Math.min(end, this.#coveredTo) - first)', '0'],
    ['Math.max(this.#coveredTo, end)', 'end'],
    ['lost[event] + 1', 'lost[event]'],
  ],
  ['audit/identity.js', 'audit/last-customer', ['serials.cover(purchase);', ';']],
  [
    'audit/refusal.js',
    'audit/planted-faults',
    ['>= quantity', '> quantity'],
    ['sales.startNs);', 'sales.endNs);'],
  ],
  [
    'audit/last-customer.js',
    'audit/last-customer',
    ['ask(event, quantity, purchases) === SOLD_OUT', 'false'],
  ],
  [
    'audit/audit.js',
    'audit/planted-faults',
    ['oversold > 0 || duplicateTickets > 0', 'false'],
    ['lostReceipts > 0,', 'lostReceipts < 0,'],
  ],
  [
    'audit/fairness.js',
    'audit/fairness',
    ['inversions += middle - left;', ''],
    ['passedBy[right] + middle - left', 'passedBy[right]'],
    ['(sum * sum)', 'sum'],
  ],
  [
    'audit/linearizability/moves.js',
    'audit/linearizability',
    ['return left >= amount[index];', 'return true;'],
    ['return left < amount[index];', 'return true;'],
    ['return left === amount[index];', 'return true;'],
    ['startNs[begun] <= endNs', 'startNs[begun] < endNs'],
  ],
  [
    'audit/linearizability/witness.js',
    'audit/linearizability',
    ['if (nowNs > endNs[move])', 'if (false)'],
    ['if (!isPossible(moves, move, levels[i]))', 'if (false)'],
    ['if (!keepsClientsInOrder(order, after))', 'if (false)'],
    ['>= untilNs)', '> untilNs)'],
  ],
  [
    'audit/linearizability/sweep.js',
    'audit/linearizability',
    ['return this.#unsold >= 0;', 'return true;'],
    ['this.#lower((left) => left > seen)', 'true'],
    ['this.#lower((left) => left >= seen)', 'true'],
    ['return step === 0 ||', 'return true ||'],
  ],
  [
    'audit/linearizability/frontier.js',
    'audit/linearizability',
    ['return next.length > 0 || this.gaveUp;', 'return true;'],
    ['return this.#firstOfEachKind(past, () => true);', 'return [target];'],
    ['return !this.#isTied(one) && !this.#isTied(other);', 'return true;'],
    ['other.done.every(', 'other.done.some('],
  ],
  [
    'audit/linearizability/contradiction.js',
    'audit/linearizability',
    ['if (endNs < fromNs)', 'if (endNs <= fromNs)'],
    ['left += changeOf(moves, move);', ';'],
  ],
  [
    'audit/receipts.js',
    'audit/receipts',
    ['if (granted <= back)', 'if (true)'],
    ['honoured < granted ||', 'true ||'],
    ["granted > 0 ? 'repeatedCancel' : 'foreignCancel'", "'foreignCancel'"],
    ['if (held <= countUntil(returnedNs, endNs[operation]))', 'if (true)'],
  ],
  [
    'audit/stock-bounds.js',
    'audit/stock-bounds',
    ['Math.max(0, -this.#most', 'Math.min(0, -this.#most'],
    ['fromNs <= timeNs', 'fromNs < timeNs'],
    ['this.#treeLeast[node] > left', 'false'],
    ['this.#treeMost[node] < left', 'false'],
  ],
  [
    'audit/check-history.js',
    'audit/check-history',
    ['>= quantity[operation]', '> quantity[operation]'],
    ['bounds.allows(left, begunNs, endedNs)', 'true'],
    ['latestNs > intendedNs[operation]', 'latestNs < intendedNs[operation]'],
    ['brokenPromises.length > 0', 'false'],
  ],
  ['audit/contract-rules.js', 'store/other-mutants', ['if (!condition)', 'if (false)']],
  [
    'explore/sale-monitor.js',
    'explore/planted-strategies',
    ['if (sum <= this.#sale.tickets)', 'if (true)'],
    ['if (answer === quantity)', 'if (true)'],
    ['if (left > rest && ', 'if (false && '],
  ],
  [
    'explore/sale-specification.js',
    'explore/sale-specification',
    ['if (rest < 0)', 'if (false)'],
    ['return status === GRANTED;', 'return true;'],
  ],
  [
    'stats/interval.js',
    'stats/interval',
    ['Math.min(1, 3 / trials)', '0'],
    ['(center - spread)', '(center + spread)'],
  ],
  [
    'audit/linearizability/contradiction.js',
    'audit/linearizability',
    ['each <= limitNs ? each', 'true ? each'],
  ],
];

for (const [module, tests, ...passages] of CHECKS) {
  describe(`${tests} notices what is turned round in ${module}`, { concurrency: 2 }, () => {
    for (const [find, replace] of passages) {
      test(`${find} -> ${replace === '' ? 'nothing' : replace}`, async () => {
        const { code, output } = await runTurned({ module, find, replace }, tests);
        assert.notEqual(code, TURNED_NOTHING, output);
        assert.notEqual(code, 0, 'its tests pass all the same');
        assert.match(output, /^\s*not ok/m);
      });
    }
  });
}

/** Runs one file of tests with one module turned round; its exit code, and what it says. */
function runTurned(turn: Turn, tests: string): Promise<{ code: number | null; output: string }> {
  const file = fileURLToPath(new URL(`${tests}.test.js`, TESTS));
  const env: NodeJS.ProcessEnv = { ...process.env, ONSALE_TURN: JSON.stringify(turn) };
  // Not what a parent that runs tests tells its own children.
  delete env['NODE_TEST_CONTEXT'];
  const args = ['--import', HOOK, '--test-reporter=tap', file];
  const child = spawn(process.execPath, args, { env, timeout: LIMIT_MS });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

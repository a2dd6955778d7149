// Which files of tests run when. They are named as they lie in test/, without the ending.

/** Run one by one at the end: each looks at what a program does at a given moment. */
export const ALONE = ['e2e/interrupt', 'e2e/live', 'e2e/terminal', 'sim/times'];

/** Those that take longest, begun first: else the end of a run would be one of them, and an idle processor. */
const LONGEST = [
  'contract/stores',
  'e2e/html',
  'sim/store-faults',
  'e2e/families',
  'sim/mutants',
  'contract/strategies',
  'e2e/stores',
  'sim/http-services',
  'store/file-faults',
  'explore/enumerate',
  'e2e/serve-kill',
  'e2e/instances',
  'sim/microscope',
  'repo/turned-checks',
  'e2e/output',
  'e2e/explore',
];

/**
 * What another version of Node cannot change, and why: run on one of them. What such a version can change runs on all:
 * threads, waiting and waking, clocks, files, sockets, servers, signals, native modules, and each strategy with them.
 */
const ONCE = [
  ['repo', 'looks at the sources, the documents, the benchmarks and at the tests themselves'],
  ['explore', 'replays steps in one thread, with neither clocks nor threads'],
  ['e2e/html', 'is a browser, which has an engine of its own'],
  // Whether a command ends as it should, also when it is stopped, is shown by e2e/output, interrupt, live and stores.
  ['e2e/usage', 'texts of a command, and what it refuses'],
  ['e2e/blocks', 'texts of a command, and what it refuses'],
  ['e2e/check', 'texts of a command, and what it refuses'],
  ['e2e/diff', 'texts of a command, and what it refuses'],
  ['e2e/explore', 'texts of a command, and what it refuses'],
  ['e2e/families', 'texts of a command; contract/stores sells by the same strategies'],
  ['e2e/microscope', 'texts of a command; sim/microscope runs on all'],
  ['e2e/mutants', 'texts of a command, and what it refuses'],
  ['e2e/report', 'texts of a command, and what it refuses'],
  ['e2e/sweep', 'texts of a command; sim/sweep runs on all'],
  ['e2e/threshold', 'texts of a command, and what it refuses'],
  // Whether strategies are right is asked on all, by contract/strategies; here it is whether checkers would notice.
  ['sim/mutants', 'tests the checkers, not what they check'],
  ['sim/store-mutants', 'tests the checkers, not what they check'],
  ['sim/http-services', 'the same: services with a bug; e2e/http-target asks others over HTTP'],
];

/** Whether a file needs to run on one version of Node only. */
export function isOnce(name) {
  return ONCE.some(([place]) => name === place || name.startsWith(`${place}/`));
}

function placeOf(name) {
  return LONGEST.includes(name) ? LONGEST.indexOf(name) : LONGEST.length;
}

/** The longest first, and the rest by name. */
export function inOrder(names) {
  return names.toSorted((one, other) => placeOf(one) - placeOf(other) || (one < other ? -1 : 1));
}

/** Entries above that name no file: somebody has moved or removed it. */
export function strayEntries(names) {
  const entries = [...ALONE, ...LONGEST, ...ONCE.map(([place]) => place)];
  return entries.filter(
    (entry) => !names.some((name) => name === entry || name.startsWith(`${entry}/`)),
  );
}

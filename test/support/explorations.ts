import type { ExplainedStep, Exploration, SearchReport } from '../../src/explore/exploration.ts';
import type { ExplorationResult } from '../../src/report/exploration-result.ts';

/** A step of A that reads, unless it is said otherwise. */
export function step(changes: Partial<ExplainedStep> = {}): ExplainedStep {
  return {
    client: 'A',
    text: 'reads event 0 remaining: 4',
    word: 'event 0 remaining',
    before: '4',
    after: '4',
    begins: null,
    ends: [],
    races: false,
    ...changes,
  };
}

export function search(changes: Partial<SearchReport> = {}): SearchReport {
  return {
    search: 'breadth-first',
    coverage: 'complete',
    stoppedBy: null,
    states: 22,
    schedules: 0,
    steps: 27,
    durationMs: 2.5,
    symmetry: 1,
    shortest: (changes.search ?? 'breadth-first') === 'breadth-first',
    preemptions: null,
    chances: null,
    ...changes,
  };
}

/** The lost update: A and B read 4, and both write what they leave. */
export const LOST_UPDATE: readonly ExplainedStep[] = [
  step({ begins: 'reserve 2' }),
  step({ client: 'B', begins: 'reserve 3', races: true }),
  step({ text: 'writes event 0 remaining: 4 → 2', after: '2', races: true }),
  step({
    text: 'adds 2 to event 0 next serial: 0 → 2',
    word: 'event 0 next serial',
    before: '0',
    after: '2',
    ends: [{ client: 'A', outcome: 'granted tickets 0-1' }],
  }),
  step({ client: 'B', text: 'writes event 0 remaining: 2 → 1', before: '2', after: '1' }),
  step({
    client: 'B',
    text: 'adds 3 to event 0 next serial: 2 → 5',
    word: 'event 0 next serial',
    before: '2',
    after: '5',
    ends: [{ client: 'B', outcome: 'granted tickets 2-4' }],
  }),
];

const HEAD: Exploration = {
  schemaVersion: 1,
  subject: 'check-then-act',
  kind: 'strategy',
  clients: [
    { name: 'A', operations: ['reserve 2'] },
    { name: 'B', operations: ['reserve 3'] },
  ],
  events: 1,
  tickets: 4,
  faults: { crashes: 0, spurious: 0, timeOuts: 0 },
  chosen: 'auto',
  verdict: 'proved',
  interrupted: false,
  searches: [search()],
  races: [],
  failure: null,
  replay: null,
};

const COMMAND = 'sim explore --strategy check-then-act --scenario lost-update';

const ENVIRONMENT = { node: 'v20.19.0', cpu: 'a processor', cores: 2, commit: 'v0.1.0' };

/** Two clients and 4 tickets, of which all schedules were seen. */
export function proved(changes: Partial<ExplorationResult> = {}): ExplorationResult {
  return { ...HEAD, command: COMMAND, environment: ENVIRONMENT, ...changes };
}

/** An oversell, in these steps. */
export function violated(
  steps: readonly ExplainedStep[] = LOST_UPDATE,
  changes: Partial<ExplorationResult> = {},
): ExplorationResult {
  return proved({
    verdict: 'violated',
    searches: [search({ coverage: 'bounded' })],
    failure: {
      kind: 'oversell',
      message: 'A holds 2, B holds 3: 5 tickets, but there are 4',
      rule: 'never grants more tickets than there are',
      schedule: '010011',
      steps,
    },
    command: `${COMMAND} --schedule 010011`,
    ...changes,
  });
}

/** So many clients, each with a step of its own, the next when the last has had one. */
export function crowd(clients: number, steps: number, text: string): ExplorationResult {
  const names = Array.from({ length: clients }, (_, i) => String.fromCharCode(65 + i));
  const taken = Array.from({ length: steps }, (_, i) =>
    step({ client: names[i % clients] as string, text, races: i === 0 || i === steps - 1 }),
  );
  return violated(taken, {
    clients: names.map((name) => ({ name, operations: ['reserve 1'] })),
  });
}

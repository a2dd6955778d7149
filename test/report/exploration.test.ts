import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderExploration } from '../../src/report/exploration.ts';
import type { ExplorationResult } from '../../src/report/exploration-result.ts';
import { visibleLength } from '../../src/report/plain.ts';
import type { Style } from '../../src/report/style.ts';
import { crowd, LOST_UPDATE, proved, search, step, violated } from '../support/explorations.ts';

const PLAIN = { color: false, width: 80 };

function table(exploration: ExplorationResult, style: Style = PLAIN): string {
  return renderExploration('table', exploration, style) ?? '';
}

/** The verdict, in one line. */
function verdictOf(text: string): string {
  const [, rest = ''] = text.split('\nverdict ');
  return (rest.split('\nreplay ')[0] as string).replace(/\s+/g, ' ').trim();
}

test('a lost update of 6 steps is shown in a column for each of 2 clients, in 80 columns', () => {
  assert.equal(
    table(violated()),
    `check-then-act
clients  A: reserve 2; B: reserve 3
stock    1 event of 4 tickets
searched breadth-first: 22 states in 2.5ms, until a rule was broken

step  A                                     B
   1  reserve 2:
      reads event 0 remaining: 4
!  2                                        reserve 3:
                                            reads event 0 remaining: 4
!  3  writes event 0 remaining: 4 → 2
   4  adds 2 to event 0 next serial: 0 → 2
      => granted tickets 0-1
   5                                        writes event 0 remaining: 2 → 1
   6                                        adds 3 to event 0 next serial: 2 → 5
                                            => granted tickets 2-4

look at steps 2 and 3, marked with !

rule     a strategy never grants more tickets than there are
verdict  violated: oversell: A holds 2, B holds 3: 5 tickets, but there are 4;
         no schedule with fewer steps breaks a rule
replay   sim explore --strategy check-then-act --scenario lost-update --schedule 010011
`,
  );
});

const LONG =
  'stores the place in the ring that the clerk serves next: entry 12 of 16 → entry 13 of 16';

for (const width of [40, 80, 100]) {
  for (const clients of [2, 3, 4, 8]) {
    test(`60 steps of ${clients} clients with long texts fit into ${width} columns, no column narrower than 24`, () => {
      const text = table(crowd(clients, 60, LONG), { color: false, width });
      const lines = text.split('\n').filter((line) => !line.startsWith('replay'));
      for (const line of lines) assert.ok(line.length <= width, line);
      for (let number = 1; number <= 60; number++) {
        assert.match(text, new RegExp(`^[! ] {0,2}${number} `, 'm'));
      }
      // Five lines is what the text takes where there is room for 24 columns.
      assert.ok(lines.length < 60 * 5 + 25, `${lines.length} lines`);
    });
  }
}

test('3 clients have columns of their own in 100 columns, and share one in 80', () => {
  const exploration = crowd(3, 6, 'reads event 0 remaining: 4');
  assert.match(table(exploration, { color: false, width: 100 }), /^step +A +B +C$/m);
  const list = table(exploration);
  assert.match(list, /^step +client$/m);
  assert.match(list, /^ {3}2 {2}B {2}reads event 0 remaining: 4$/m);
  assert.match(list, /^! {2}6 {2}C {2}reads/m);
});

test('clients that take no step have no column, and are named below: 2 of 8', () => {
  const clients = 'ABCDEFGH'.split('').map((name) => ({ name, operations: ['reserve 1'] }));
  const text = table(violated(LOST_UPDATE, { clients }));
  assert.match(text, /^step +A +B$/m);
  assert.match(text, /marked with !; C, D, E, F, G and H take no step in it$/m);
});

test('an outcome of somebody else than who steps is told with its name', () => {
  const text = table(
    violated([
      step({
        ends: [
          { client: 'A', outcome: 'sold out' },
          { client: 'B', outcome: 'contended' },
        ],
      }),
    ]),
  );
  assert.match(text, /=> sold out\n +=> B: contended\n/);
});

test('with colour, the marked steps are red, and no line is longer for it', () => {
  const text = table(violated(), { color: true, width: 80 });
  assert.ok(text.includes('\u001b[31mwrites event 0 remaining: 4 → 2\u001b[39m'));
  assert.ok(text.includes('\u001b[31mviolated\u001b[39m: '));
  const plain = table(violated()).split('\n').map(visibleLength);
  assert.deepEqual(text.split('\n').map(visibleLength), plain);
});

test('a proof says for how much it holds: 2 clients, 1 event of 4 tickets', () => {
  assert.equal(
    verdictOf(table(proved())),
    'proved: no order of the steps of 2 clients (1 operation each, 1 event of 4 tickets, no deaths or time-outs) breaks a rule, and no plain accesses race; larger sales are not covered',
  );
});

test('a proof with a clerk, deaths and wake-ups names them, and one of a lock has no stock', () => {
  const clients = [
    { name: 'A', operations: ['reserve 1', 'cancel 1'] },
    { name: 'B', operations: ['reserve 1'] },
    { name: 'clerk', operations: [] },
  ];
  const faults = { crashes: 1, spurious: 2, timeOuts: 0 };
  const served = verdictOf(table(proved({ clients, faults })));
  assert.ok(
    served.includes(
      '2 clients and the clerk (1 to 2 operations each, 1 event of 4 tickets, up to 1 death and up to 2 wake-ups for no reason)',
    ),
    served,
  );
  const lock = table(proved({ kind: 'lock', events: 0, tickets: 0 }));
  assert.doesNotMatch(lock, /stock|event|sale|strategy/);
  assert.match(verdictOf(lock), /more clients are not covered$/);
});

test('a race spoils a proof: the verdict is racy, and says so', () => {
  const races = [
    {
      word: 'event 0 remaining',
      clients: ['A', 'B'],
      accesses: ['plain write', 'atomic read'],
      schedule: '01',
    },
  ];
  const text = table(proved({ verdict: 'racy', races }));
  assert.match(
    text,
    /^races {4}event 0 remaining: a plain write by A and an atomic read by B, in no/m,
  );
  assert.match(verdictOf(text), /breaks a rule; but plain accesses race, .* nothing is proved$/);
});

for (const [name, searched, shortest] of [
  ['breadth-first', search(), true],
  ['preemption-bound', search({ search: 'preemption-bound', preemptions: 1 }), false],
  ['source-dpor', search({ search: 'source-dpor', states: 0, schedules: 3 }), false],
  ['pct', search({ search: 'pct', states: 0, schedules: 3 }), false],
] as const) {
  test(`what ${name} finds is ${shortest ? '' : 'not '}said to be the shortest`, () => {
    const text = verdictOf(table(violated(LOST_UPDATE, { searches: [searched] })));
    assert.equal(text.includes('no schedule with fewer steps'), shortest);
  });
}

test('a lock that raced before it failed is not said to have failed in the fewest steps', () => {
  const race = { word: 'left count', clients: ['A', 'B'], accesses: ['plain read', 'plain write'] };
  const races = [{ ...race, schedule: '01' }];
  const text = table(violated(LOST_UPDATE, { kind: 'lock', races }));
  assert.doesNotMatch(text, /fewer steps/);
  assert.match(text, /^rule {5}a lock never grants/m);
});

test('4 searches are told one by one, with what ended each', () => {
  const searches = [
    search({ states: 694_364, coverage: 'bounded', stoppedBy: 'time', durationMs: 2000 }),
    search({
      search: 'source-dpor',
      states: 0,
      schedules: 5288,
      coverage: 'bounded',
      stoppedBy: 'time',
    }),
    search({ search: 'preemption-bound', states: 400, preemptions: 1, coverage: 'bounded' }),
    search({
      search: 'pct',
      states: 0,
      schedules: 99,
      coverage: 'sampled',
      chances: [1, 0.712, 0.00001],
    }),
  ];
  const text = table(proved({ verdict: 'unproved', searches }));
  assert.ok(
    text.includes(`searched breadth-first: 694,364 states in 2s, bounded, stopped by --time-limit
         source-dpor: 5,288 schedules in 2.5ms, bounded, stopped by --time-limit
         preemption-bound: all 400 states with up to 1 preemption in 2.5ms,
         bounded
         pct: 99 random schedules in 2.5ms, sampled
`),
    text,
  );
  assert.match(
    verdictOf(text),
    /^unproved: no broken rule was found, which proves nothing: .* at least 99\.9 % if it takes 1, 71\.2 % if it takes 2 and 0 % if it takes 3 steps in a certain order$/,
  );
});

for (const [limit, flag] of [
  ['states', '--max-states'],
  ['memory', '--memory'],
  ['time', '--time-limit'],
] as const) {
  test(`a search that ${limit} ended names ${flag}`, () => {
    const searches = [search({ coverage: 'bounded', stoppedBy: limit })];
    assert.ok(table(proved({ verdict: 'unproved', searches })).includes(`, stopped by ${flag}`));
  });
}

test('an interrupted search says that it was, and names no limit', () => {
  const searches = [search({ coverage: 'bounded', stoppedBy: 'time' })];
  const text = table(proved({ verdict: 'unproved', searches, interrupted: true }));
  assert.match(text, /^searched breadth-first: 22 states in 2.5ms, bounded, interrupted$/m);
  assert.match(verdictOf(text), /^unproved: until the interruption, no broken rule was found/);
});

/** The verdict on the first steps of the lost update. */
function replayed(count: number): string {
  const replay = { schedule: '0'.repeat(count), steps: LOST_UPDATE.slice(0, count) };
  const exploration = proved({ verdict: 'unproved', chosen: 'schedule', searches: [], replay });
  return verdictOf(table(exploration));
}

test('a schedule that breaks no rule says who has more to do: 1 step, A and B; 5 steps, B', () => {
  assert.equal(
    replayed(1),
    'unproved: this 1 step breaks no rule, after which A and B have more to do; other schedules may',
  );
  assert.match(
    replayed(5),
    /^unproved: these 5 steps break no rule, after which B has more to do;/,
  );
  assert.match(replayed(6), /^unproved: these 6 steps break no rule; other schedules may$/);
});

test('the dead, and who is told of a death, have nothing more to do', () => {
  const steps = [
    step({ text: 'dies', word: null, before: null, after: null }),
    step({ client: 'B', ends: [{ client: 'B', outcome: 'told that somebody died' }] }),
  ];
  const replay = { schedule: 'x01', steps };
  const text = table(proved({ verdict: 'unproved', chosen: 'schedule', searches: [], replay }));
  assert.match(verdictOf(text), /these 2 steps break no rule; other/);
});

test('what breaks down before the first step has no table of steps', () => {
  const text = table(violated([]));
  assert.doesNotMatch(text, /^step|marked/m);
  assert.match(text, /^verdict {2}violated: /m);
});

test('Markdown shows the steps in a table, a column a client, with the command to paste', () => {
  const text = renderExploration('markdown', violated(), PLAIN) ?? '';
  assert.ok(text.includes('| step | A | B |\n| --: | :-- | :-- |\n'));
  assert.ok(text.includes('| ! 3 | **writes event 0 remaining: 4 → 2** |  |\n'));
  assert.ok(
    text.includes('|  | adds 3 to event 0 next serial: 2 → 5<br>⇒ granted tickets 2-4 |\n'),
  );
  assert.ok(text.includes(`\`\`\`sh\n${violated().command}\n\`\`\`\n`));
  assert.match(text, /^\*\*violated\*\*: oversell: .*\.$/m);
});

test('Markdown of 5 clients has one column for all, and each row as many cells', () => {
  const text = renderExploration('markdown', crowd(5, 60, 'a | b\n*c* <d> _e_'), PLAIN) ?? '';
  assert.ok(text.includes('| step | client | what it does |'));
  assert.ok(text.includes('| 2 | B | a \\| b \\*c\\* &lt;d> \\_e\\_ |'));
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  assert.equal(rows.length, 62);
  for (const row of rows) assert.equal(row.match(/(?<!\\)\|/g)?.length, 4, row);
});

test('without steps there is nothing to draw; table, JSON and Markdown are there', () => {
  const texts = (['table', 'json', 'markdown', 'mermaid', 'svg'] as const).map(
    (format) => renderExploration(format, proved(), PLAIN) !== undefined,
  );
  assert.deepEqual(texts, [true, true, true, false, false]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sequenceToMermaid } from '../../src/report/sequence-mermaid.ts';
import { crowd, LOST_UPDATE, proved, step, violated } from '../support/explorations.ts';

/** A text as Mermaid reads it: up to a line's end, ; or #, where # may begin a character's number. */
const TEXT = '(?:[^#;<>%\\n]|#\\d+;|<br/>)+';
const ACTOR = '(?:[A-H]|clerk|clock|memory)';
/** The statements that are used here, after Mermaid's grammar for sequence diagrams. */
const STATEMENT = new RegExp(
  [
    `^  participant ${ACTOR}(?: as [a-z ]+)?$`,
    `^  ${ACTOR}->>${ACTOR}: ${TEXT}$`,
    `^  Note over ${ACTOR}(?:,${ACTOR})?: ${TEXT}$`,
    '^  rect rgba\\(\\d+, \\d+, \\d+, 0\\.\\d+\\)$',
    '^  end$',
  ].join('|'),
);

function assertValid(text: string): void {
  assert.match(text, /^sequenceDiagram\n[\s\S]+\n$/);
  const lines = text.trimEnd().split('\n').slice(1);
  let open = 0;
  for (const line of lines) {
    assert.match(line, STATEMENT);
    if (line.startsWith('  rect ')) open++;
    if (line === '  end') open--;
    assert.ok(open === 0 || open === 1, 'a frame in a frame');
  }
  assert.equal(open, 0, 'a frame is left open');
}

test('a lost update of 6 steps is a diagram of A, B and memory, the marked steps framed', () => {
  const text = sequenceToMermaid(violated());
  assertValid(text);
  assert.equal(
    text,
    `sequenceDiagram
  participant A
  participant B
  participant memory as shared words
  Note over A: reserve 2
  A->>memory: 1: reads event 0 remaining: 4
  Note over B: reserve 3
  rect rgba(207, 34, 46, 0.18)
  B->>memory: 2: reads event 0 remaining: 4 (!)
  end
  rect rgba(207, 34, 46, 0.18)
  A->>memory: 3: writes event 0 remaining: 4 → 2 (!)
  end
  A->>memory: 4: adds 2 to event 0 next serial: 0 → 2
  Note over A: granted tickets 0-1
  B->>memory: 5: writes event 0 remaining: 2 → 1
  B->>memory: 6: adds 3 to event 0 next serial: 2 → 5
  Note over B: granted tickets 2-4
  Note over A,memory: check-then-act: violated: oversell: A holds 2, B holds 3: 5 tickets, but there are 4#59; no<br/>schedule with fewer steps breaks a rule
`,
  );
});

test('what Mermaid would read as a sign of its own is written by its number', () => {
  const text = 'a; b # c <script> & "d" %% e\nend $x$';
  const diagram = sequenceToMermaid(
    violated([step({ text, begins: ';', ends: [{ client: 'A', outcome: '#;' }] })]),
  );
  assertValid(diagram);
  assert.ok(
    diagram.includes(
      '  A->>memory: 1: a#59; b #35; c #60;script#62; #38; #34;d#34; #37;#37; e end #36;x#36;\n',
    ),
    diagram,
  );
});

test('the clerk, the clock and a death are shown, and a client without a step is not', () => {
  const clients = ['A', 'B', 'clerk', 'clock'].map((name) => ({ name, operations: [] }));
  const gone = { word: null, before: null, after: null };
  const steps = [
    step({ client: 'clerk' }),
    step({ client: 'clock', text: 'adds 1 to clock: 0 → 1', word: 'clock' }),
    step({ client: 'B', text: 'dies', ...gone, races: true }),
  ];
  const text = sequenceToMermaid(violated(steps, { clients }));
  assertValid(text);
  assert.deepEqual(text.match(/(?<=participant )\w+/g), ['B', 'clerk', 'clock', 'memory']);
  assert.ok(text.includes('  Note over B: 3: dies (!)\n'));
});

test('60 steps of 8 clients with long texts are a valid diagram, no line over 130 characters', () => {
  const text = sequenceToMermaid(crowd(8, 60, `stores ${'a very long name; '.repeat(12)}`));
  assertValid(text);
  assert.equal(text.match(/->>/g)?.length, 60);
  for (const line of text.replace(/#\d+;/g, ';').split(/\n|<br\/>/)) {
    assert.ok(line.length <= 130, line);
  }
});

test('a breakdown before the first step is a diagram with what happened alone', () => {
  const text = sequenceToMermaid(violated([]));
  assertValid(text);
  assert.match(text, /participant B\n.*\n {2}Note over A,memory: /);
});

test('a schedule that breaks no rule is drawn with its verdict', () => {
  const replay = { schedule: '0', steps: LOST_UPDATE.slice(0, 1) };
  const text = sequenceToMermaid(proved({ verdict: 'unproved', chosen: 'schedule', replay }));
  assertValid(text);
  assert.match(text, /Note over A,memory: check-then-act: unproved: this 1 step breaks no rule,/);
});

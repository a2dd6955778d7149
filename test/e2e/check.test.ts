// What a person sees who records a sale and checks it: the real commands, exit codes, formats, mistakes.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import type { HistoryCheck } from '../../src/sim/history-check.ts';
import { type Ended, sim, simInShell, simLines, startSim } from '../support/sim-command.ts';
import { strategyModules } from '../support/strategy-modules.ts';

const CONTROL = [
  '--strategy',
  'check-then-act',
  '--scenario',
  'last-ticket',
  '--requests',
  '20000',
];
const SOUND =
  '--strategy event-lock --clients 16 --events 2 --tickets 20 --quantity 1..3 --requests 3000'.split(
    ' ',
  );
const MIX = ['--mix', 'reserve=60,cancel=30,browse=10', '--threads', '4'];
/** 12 tickets, 13 sold; somebody is refused what is free; a name that would paint a terminal. */
const ODD = [
  { format: 'onsale-history', version: 1, tickets: 12, strategy: 'a | b' },
  { kind: 'reserve', outcome: 'soldOut', client: 'early', quantity: 5, startNs: 0, endNs: 5 },
  ...Array.from({ length: 30 }, (_, i) => ({
    kind: 'browse',
    outcome: 'browsed',
    left: 12,
    startNs: 10 + i,
    endNs: 300,
  })),
  {
    kind: 'reserve',
    outcome: 'reserved',
    client: '\u001b[31m of the house of long names and no end',
    quantity: 13,
    ticket: 0,
    startNs: 100,
    endNs: 200,
  },
  {
    kind: 'cancel',
    outcome: 'cancelled',
    client: 'late',
    quantity: 1,
    ticket: 0,
    startNs: 400,
    endNs: 500,
  },
];

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'onsale-check-'));
  writeFileSync(at('odd.jsonl'), ODD.map((line) => JSON.stringify(line)).join('\n'));
});
after(() => rmSync(folder, { recursive: true }));

function at(file: string): string {
  return join(folder, file);
}

function assertEnded({ code, stderr }: Ended, expected: number, message = ''): void {
  assert.deepEqual({ code, stderr }, { code: expected, stderr: message });
}

describe('a sale is recorded and checked', { concurrency: 2 }, () => {
  for (const form of ['bin', 'jsonl']) {
    test(`the control (${form}): exit 1, and where it shows`, async () => {
      const path = at(`control.${form}`);
      const recorded = await sim('run', ...CONTROL, '--record', path);
      assert.equal(recorded.stderr, '');
      assert.equal(existsSync(path), true);
      const checked = await sim('check', path);
      assertEnded(checked, 1);
      assert.match(
        checked.stdout,
        /^check-then-act\nverdict +violated: \d+ tickets? sold that did not exist;/,
      );
      assert.match(checked.stdout, /^! .* reserve 1 +ticket \d+/m);
      assert.match(
        checked.stdout,
        /^in no order of these can the one marked ! have been told so$/m,
      );
      assert.equal(checked.stdout.includes('\u001b'), false);
    });

    test(`a correct strategy (${form}): exit 0, as JSON and as Markdown`, async () => {
      const path = at(`sound.${form}`);
      assertEnded(await sim('run', ...SOUND, ...MIX, '--record', path), 0);
      const json = await sim('check', path, '--format', 'json', '--out', at(`${form}.json`));
      assertEnded(json, 0);
      assert.equal(json.stdout, '');
      const { verdict, history, looks } = JSON.parse(
        readFileSync(at(`${form}.json`), 'utf8'),
      ) as HistoryCheck;
      assert.deepEqual([verdict, history.events, history.capacity], ['ok', 2, 40]);
      assert.ok(looks.count > 100 && looks.fresh === looks.count);
      const markdown = await sim('check', path, '--format', 'markdown');
      assertEnded(markdown, 0);
      assert.match(
        markdown.stdout,
        /^\*\*event-lock\*\*\n\n\| \| \|\n\|:--\|:--\|\n\| verdict \| ok: /,
      );
    });
  }

  test('a history of others: every line fits, and nothing in it can paint the terminal', async () => {
    const { code, stdout } = await sim('check', at('odd.jsonl'));
    assert.equal(code, 1);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
    assert.equal(stdout.includes('\u001b'), false);
    const text = stdout.replace(/\s+/g, ' ');
    assert.match(
      text,
      /1 ticket sold that did not exist; 1 return taken of tickets that were not held; 1 buyer refused/,
    );
    assert.match(text, /client late gave back a ticket that was never granted to them/);
    assert.match(text, /! early reserve 5 sold out/);
    const markdown = await sim('check', at('odd.jsonl'), '--format', 'markdown');
    assert.match(markdown.stdout, /^\*\*a \| b\*\*$/m);
    assert.match(markdown.stdout, /^```text$/m);
  });

  test('a history of which not all can be decided: exit 0, and it says so', async () => {
    const grants = Array.from({ length: 40 }, (_, i) => ({
      kind: 'reserve',
      outcome: 'reserved',
      quantity: 1 + (i % 3),
      tickets: Array.from({ length: 1 + (i % 3) }, (__, seat) => `${i}.${seat}`),
      client: i,
      startNs: 0,
      endNs: 1000 + i,
    }));
    const looks = Array.from({ length: 40 }, (_, i) => ({
      kind: 'browse',
      outcome: 'browsed',
      left: 79 - ((i * 7) % 79),
      client: 99 + i,
      startNs: 0,
      endNs: 900 + i,
    }));
    const lines = [{ format: 'onsale-history', version: 1, tickets: 79 }, ...grants, ...looks];
    writeFileSync(at('entangled.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
    const { code, stdout } = await sim('check', at('entangled.jsonl'));
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^verdict +unknown: nothing wrong was found, but not all could be decided$/m,
    );
  });

  test('a path with a space can be pasted from the printed command', async () => {
    writeFileSync(at('a b.jsonl'), readFileSync(at('odd.jsonl')));
    const { stdout } = await sim('check', at('a b.jsonl'));
    const [, again = ''] = /^again +sim (.*)$/m.exec(stdout) ?? [];
    const script = `sim() { "$NODE" "$MAIN" "$@"; }; NODE=$1 MAIN=$2; sim ${again}`;
    assert.equal((await simInShell(script, [])).code, 1);
  });
});

describe('mistakes: exit 2 and one line', () => {
  const cases: readonly (readonly [what: string, args: () => string[], message: RegExp])[] = [
    ['no history', () => ['check'], /^sim: sim check needs the file of a recorded history\n$/],
    ['no such file', () => ['check', at('none')], /^sim: cannot read the history .*none: ENOENT/],
    ['a folder', () => ['check', folder], /^sim: cannot read the history .*: it is not a file\n$/],
    [
      'not a history',
      () => ['check', at('note.txt')],
      /^sim: .*note\.txt:1: a line must be a JSON object; got 'Dear all,'\n$/,
    ],
    [
      'a format that there is not',
      () => ['check', at('odd.jsonl'), '--format', 'csv'],
      /^sim: .*csv/,
    ],
    [
      'over itself',
      () => ['check', at('odd.jsonl'), '--out', at('odd.jsonl')],
      /^sim: the history and --out are the same file: /,
    ],
    [
      'recorded into a folder',
      () => ['run', ...SOUND, '--record', folder],
      /^sim: --record cannot write .*: it is a folder\n$/,
    ],
    [
      'recorded where the result goes',
      () => ['run', ...SOUND, '--record', at('x'), '--out', at('x')],
      /^sim: --record and --out are the same file: /,
    ],
    [
      'recorded where the stream goes',
      () => ['run', ...SOUND, '--record', at('x'), '--trace-out', at('x')],
      /^sim: --record and --trace-out are the same file: /,
    ],
    [
      'recorded without end',
      () => [
        'run',
        ...SOUND.slice(0, 2),
        '--rate',
        'max',
        '--requests',
        '20000000',
        '--record',
        at('x'),
      ],
      /^sim: --record keeps every request, at most 10000000 of them: give fewer --requests\n$/,
    ],
  ];
  before(() => writeFileSync(at('note.txt'), 'Dear all,\n'));
  const refused = simLines(() => cases.map(([, args]) => args()));
  for (const [index, [what, , message]] of cases.entries()) {
    test(what, async () => {
      const { code, stdout, stderr } = await refused(index);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.match(stderr, message);
      assert.equal(stderr.split('\n').length, 2, stderr);
    });
  }
});

test('an interrupted run leaves a history of what was sold until then, that can be checked', async () => {
  const own = at('interrupted');
  mkdirSync(own);
  const modules = strategyModules();
  const says = "if (calls() === 200) console.log('now'); return grant();";
  const args = [
    '--strategy',
    modules.write('says', says),
    '--rate',
    '2000',
    '--requests',
    '1000000',
  ];
  const files = ['--record', join(own, 'sale.bin'), '--trace-out', join(own, 'x.trace')];
  const { child, ended } = startSim(['run', ...args, ...files]);
  await once(child.stderr as Readable, 'data');
  child.kill('SIGINT');
  assert.equal((await ended).code, 130);
  modules.remove();
  assert.deepEqual(readdirSync(own), ['sale.bin']);
  const { code, stdout } = await sim('check', join(own, 'sale.bin'), '--format', 'json');
  assert.equal(code, 0, stdout);
  const { verdict, history } = JSON.parse(stdout) as HistoryCheck;
  assert.equal(verdict, 'ok');
  assert.ok(history.operations >= 199 && history.operations < 1_000_000, `${history.operations}`);
});

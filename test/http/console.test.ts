import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, describe, test } from 'node:test';
import { logLine } from '../../src/base/log-line.ts';
import { CONSOLE_HELP, readConsoleLine } from '../../src/http/console/commands.ts';
import { ServerConsole } from '../../src/http/console/console.ts';
import { followLines } from '../../src/http/console/log-tail.ts';
import { eventsTable } from '../../src/http/console/texts.ts';
import type { TicketEvent } from '../../src/service/terms.ts';
import fc from '../support/fast-check.ts';
import { CUSTOMER, openOffice } from '../support/open-office.ts';
import { until } from '../support/processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'onsale-console-'));
after(() => rmSync(folder, { recursive: true }));

describe('a line asks for', () => {
  const jazz = { name: 'Jazz night', date: '2027-05-01', capacity: 500, priceCents: 4250 };
  const CASES: readonly (readonly [line: string, action: object])[] = [
    ['events', { kind: 'events' }],
    ['  LIST ', { kind: 'events' }],
    ['', { kind: 'nothing' }],
    ['exit', { kind: 'quit' }],
    ['?', { kind: 'help' }],
    ['logs', { kind: 'logs', level: 'info' }],
    ['logs Warn', { kind: 'logs', level: 'warn' }],
    ['add "Jazz night" 2027-05-01 500 42.5', { kind: 'add', event: jazz }],
    ["add 'Jazz night' 2027-05-01 500 42.50", { kind: 'add', event: jazz }],
    [
      'add A 2027-05-01 5',
      { kind: 'add', event: { ...jazz, name: 'A', capacity: 5, priceCents: 0 } },
    ],
  ];
  for (const [line, action] of CASES) {
    test(JSON.stringify(line), () => assert.deepEqual(readConsoleLine(line), action));
  }
});

describe('a line is refused, with the reason', () => {
  const CASES: readonly (readonly [line: string, message: RegExp])[] = [
    [
      'evnts',
      /^there is no "evnts"; there are events, add, logs, help, quit; did you mean "events"\?$/,
    ],
    ['toString', /^there is no "toString"/],
    ['quit now', /^quit stands alone; got "now"$/],
    ['logs silent', /^there is no level "silent"; there are debug, info, warn, error$/],
    ['add "Jazz', /^a quote is not closed$/],
    ['add Jazz night 2027-05-01 500', /^the date must be .*; got "night"$/],
    ['add Jazz', /^add takes NAME DATE CAPACITY \[PRICE\]/],
    ['add "" 2027-05-01 5', /^the name must have 1 to 200 characters/],
    ['add A 2027-02-29 5', /^the date must be /],
    ['add A 2027-05-01 0', /^the capacity must be a whole number from 1; got "0"$/],
    ['add A 2027-05-01 5 1.005', /^the price must be a number as 42\.50; got "1\.005"$/],
  ];
  for (const [line, message] of CASES) {
    test(JSON.stringify(line), () => {
      const action = readConsoleLine(line);
      assert.ok(action.kind === 'wrong', action.kind);
      assert.match(action.message, message);
    });
  }
});

test('whatever is typed is understood or refused', () => {
  const words = fc.constantFrom('add', 'logs', '"', "'", ' ', 'A', '2027-05-01', '5', '1.5', '\\');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words).map((all) => all.join(' ')),
      ),
      (line) => {
        assert.match(readConsoleLine(line).kind, /^[a-z]+$/);
      },
    ),
  );
});

test('names and log lines cannot paint the terminal', () => {
  const name = 'Jazz\u001b[2J\u202e\n';
  const event = { name, date: '2027-05-01', priceCents: 5, capacity: 9, number: 3 } as TicketEvent;
  const table = eventsTable([{ event, place: 0 }], new Map([[3, { held: 2, confirmed: 4 }]]));
  assert.deepEqual(table.split('\n'), [
    'event       date        price  capacity  held  sold  left',
    'Jazz?[2J??  2027-05-01   0.05         9     2     4     3',
    '',
  ]);
  const line = JSON.stringify({ level: 40, time: 1, msg: 'slow\u009b', reqId: 'a\u001b]', ms: 7 });
  assert.equal(logLine(line, 'info', false), 'warn  slow? reqId=a?] ms=7');
  assert.equal(logLine('no\u001b json', 'error', false), 'no? json');
});

test('lines of the log are shown from their level on, in colour only if that is wanted', () => {
  const lines = [20, 30, 40, 50, 60].map((level) => JSON.stringify({ level, msg: 'm' }));
  const shown = (least: 'debug' | 'info' | 'warn' | 'error') =>
    lines.filter((line) => logLine(line, least, false) !== undefined).length;
  assert.deepEqual([shown('debug'), shown('info'), shown('warn'), shown('error')], [5, 4, 3, 2]);
  assert.equal(logLine('{"level":"error","msg":"m"}', 'warn', true), '\u001b[31merror m\u001b[0m');
});

test('a log is followed when it is not there yet, when a line comes in two parts, and when it is emptied', async () => {
  const path = join(folder, 'a.log');
  const lines: string[] = [];
  const tail = followLines(path, (line) => lines.push(line));
  writeFileSync(path, 'one\ntw');
  await until(() => lines.length === 1);
  appendFileSync(path, 'o\nthree\n');
  await until(() => lines.length === 3);
  truncateSync(path, 0);
  appendFileSync(path, 'x\n');
  await until(() => lines.length === 4);
  tail.stop();
  assert.deepEqual(lines, ['one', 'two', 'three', 'x']);
});

test('a log that is renamed is followed into the file that takes its place: 3 lines, all of them', async () => {
  const path = join(folder, 'rotated.log');
  const lines: string[] = [];
  writeFileSync(path, 'one\n');
  const tail = followLines(path, (line) => lines.push(line));
  renameSync(path, `${path}.1`);
  appendFileSync(`${path}.1`, 'two\n');
  writeFileSync(path, `${'three'.repeat(1000)}\n`);
  await until(() => lines.length === 3);
  tail.stop();
  assert.deepEqual(lines, ['one', 'two', 'three'.repeat(1000)]);
});

test('80 columns hold the help', () => {
  for (const line of CONSOLE_HELP.split('\n')) assert.ok(line.length < 80, line);
});

/** A console over a pipe, or over what says that it is a terminal. */
async function openPiped(isTerminal = false) {
  const { office, backOffice, close } = await openOffice();
  const [input, output] = [new PassThrough(), new PassThrough()];
  const told = { quits: 0, interrupts: 0, text: '' };
  output.setEncoding('utf8').on('data', (text: string) => {
    told.text += text;
  });
  const logFile = join(folder, `${isTerminal}.log`);
  writeFileSync(logFile, '{"level":30,"msg":"begun"}\n');
  const console = new ServerConsole({
    input,
    output,
    isTerminal,
    color: false,
    backOffice,
    logFile,
    nowMs: () => 1000,
    quit: () => told.quits++,
    interrupt: () => told.interrupts++,
  });
  const end = async () => {
    await console.close();
    await close();
  };
  return { office, input, told, logFile, end };
}

test('over a pipe: an event is added, listed and sold, answers in order, and the end of the pipe ends nothing', async () => {
  const { office, input, told, end } = await openPiped();
  input.write(
    'events\nadd "Jazz night" 2027-05-01 5 42.50\nevents\nadd Jazz 2027-05-01 5000\nhelp\n',
  );
  await until(() => told.text.includes('quit '));
  const [jazz] = await office.events();
  await office.reserve(CUSTOMER, { eventId: jazz?.event.id ?? '', quantity: 2, hold: true });
  input.end('events\nquit now\n');
  await until(() => told.text.includes('stands alone'));
  const tables = told.text.split('\n').filter((line) => line.startsWith('Jazz night  '));
  assert.deepEqual(tables, [
    'Jazz night  2027-05-01  42.50         5     0     0     5',
    'Jazz night  2027-05-01  42.50         5     2     0     3',
  ]);
  const order = [
    'no events',
    'Jazz night is on sale',
    'not done: an event has at most 1000',
    'help',
  ];
  const places = order.map((text) => told.text.indexOf(text));
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.ok(
    places.every((place) => place >= 0),
    told.text,
  );
  assert.equal(told.quits, 0);
  await end();
});

test('the log is followed until Enter', async () => {
  const { input, told, logFile, end } = await openPiped();
  input.write('logs\n');
  await until(() => told.text.includes('info  begun'));
  appendFileSync(logFile, '{"level":20,"msg":"too low"}\n{"level":50,"msg":"bad"}\n');
  await until(() => told.text.includes('error bad'));
  assert.doesNotMatch(told.text, /too low/);
  input.write('events\n');
  input.write('quit\n');
  await until(() => told.quits === 1);
  // What ended the following was no command.
  assert.doesNotMatch(told.text, /no events/);
  appendFileSync(logFile, '{"level":50,"msg":"later"}\n');
  await end();
  assert.doesNotMatch(told.text, /later/);
});

test('at a terminal: a prompt, Ctrl-C is told on, and the end of the input is the end', async () => {
  const { input, told, end } = await openPiped(true);
  input.write('ev');
  await until(() => told.text.endsWith('ev'));
  input.write('\t');
  await until(() => told.text.endsWith('events'));
  input.write('\r');
  await until(() => told.text.includes('no events'));
  assert.match(told.text, /onsale> /);
  input.write('\u0003');
  await until(() => told.interrupts === 1);
  input.end();
  await until(() => told.quits === 1);
  await end();
});

test('a terminal that cannot be read any more is at its end, too', async () => {
  const { input, told, end } = await openPiped(true);
  await until(() => told.text.includes('onsale> '));
  input.destroy(new Error('read EIO'));
  await until(() => told.quits === 1);
  await end();
});

test('a terminal that can be set no more, as one whose window is closed, ends it once', async () => {
  const { input, told, end } = await openPiped(true);
  await until(() => told.text.includes('onsale> '));
  let failures = 0;
  const setRawMode = (): void => {
    failures++;
    input.emit('error', new Error('setRawMode EIO'));
  };
  Object.assign(input, { setRawMode });
  input.end();
  await until(() => told.quits === 1);
  await end();
  assert.deepEqual([failures, told.quits], [1, 1]);
});

// The console of a server, as a person sees it at a terminal.
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { until } from '../support/processes.ts';
import { endTerminals, serveAtTerminal, withoutTerminal } from '../support/serve-terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'onsale-terminal-'));
after(async () => {
  await endTerminals();
  rmSync(folder, { recursive: true, force: true });
});

const RED = '\u001b[31m';
const GUESTS =
  'sim: guests may buy, and make events, without an account, since only this machine can come';

describe('at a terminal of 80 columns', { skip: withoutTerminal() }, () => {
  test('notes end lines between words; events are listed, added and listed; the log is followed in colour; quit ends with 0', async () => {
    const log = join(folder, 'server.log');
    const terminal = serveAtTerminal(['--memory', '--threads', '1', '--log-file', log]);
    const notes = await terminal.sees(/listening on .*onsale> /s);
    const lines = notes.slice(0, notes.indexOf('listening')).split('\r\n');
    for (const line of lines) assert.ok(line.length <= 80, line);
    assert.ok(lines.join('\n').replaceAll('\n     ', ' ').split('\n').includes(GUESTS), notes);
    terminal.type('events');
    await terminal.sees(/no events; add .*onsale> /s);
    terminal.type('add "Blues" 2027-01-02 7');
    await terminal.sees(/Blues is on sale\r\n.*onsale> /s);
    terminal.type('events');
    await terminal.sees(/^Blues {2}2027-01-02 {3}0\.00 +7 +0 +0 +7\r\n.*onsale> /ms);
    const url = /listening on (\S+)/.exec(terminal.shown())?.[1];
    terminal.type('logs');
    await terminal.sees(/info and above; Enter ends it/);
    await fetch(`${url}/live`);
    await terminal.sees(/^info {2}request .*route=\/live/m);
    appendFileSync(log, '{"level":"error","msg":"planted"}\n');
    assert.ok((await terminal.sees(/planted/)).includes(`${RED}error planted`));
    terminal.type('');
    await terminal.sees(/onsale> /);
    terminal.type('quit');
    assert.equal(await terminal.ended, 0);
  });

  test('when its window is closed, the server ends as it should: nobody has its folder any more', async () => {
    const data = join(folder, 'closed');
    const lock = join(data, 'books', 'server.lock');
    const terminal = serveAtTerminal(['--data', data, '--threads', '1']);
    await terminal.sees(/onsale> /);
    assert.ok(existsSync(lock));
    terminal.hangUp();
    await until(() => !existsSync(lock));
  });

  test('with NO_COLOR the log has no colour, and Ctrl-C ends the server with 130', async () => {
    const log = join(folder, 'plain.log');
    const args = ['--memory', '--threads', '1', '--log-file', log];
    const terminal = serveAtTerminal(args, { NO_COLOR: '1' });
    await terminal.sees(/onsale> /);
    appendFileSync(log, '{"level":"error","msg":"planted"}\n');
    terminal.type('logs');
    await terminal.sees(/error planted/);
    assert.ok(!terminal.shown().includes(RED));
    terminal.type('\u0003');
    assert.equal(await terminal.ended, 130);
  });
});

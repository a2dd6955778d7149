// What a person sees at a terminal, made by `script` of util-linux.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { type Ended, simInShell } from '../support/sim-command.ts';

const hasScript = /util-linux/.test(spawnSync('script', ['--version']).stdout?.toString() ?? '');
const OPTIONS = {
  skip: !hasScript && 'needs script of util-linux for a pseudo-terminal',
  concurrency: 2,
};

// Long enough for some progress, which is shown five times a second.
const RUN = ['run', '--strategy', 'rw-lock', '--rate', '5000', '--duration', '700ms'];
const SHORT_RUN = ['run', '--strategy', 'rw-lock', '--requests', '2000'];
const CLEAR_LINE = '\r\u001b[K';

function simAtTerminal(
  args: readonly string[],
  { env = {}, columns = 80 }: { env?: Readonly<Record<string, string>>; columns?: number } = {},
): Promise<Ended> {
  // Quoted once more for the shell that `script` starts.
  const command = `script -qec "stty cols ${columns}; $(printf "'%s' " "$@")" /dev/null`;
  return simInShell(command, args, { TERM: 'xterm', NO_COLOR: '', ...env });
}

describe('at a terminal', OPTIONS, () => {
  test('progress is shown in one line, and gone before the result', async () => {
    const { code, stdout } = await simAtTerminal(RUN);
    assert.equal(code, 0);
    const parts = stdout.split(CLEAR_LINE);
    assert.ok(parts.length >= 3, `${parts.length - 1} lines of progress`);
    for (const part of parts.slice(1, -1)) {
      assert.match(part, /^rw-lock {2}\d+% {2}[\d.]+k? requests\/s {2}[\d,]+ tickets left$/);
    }
    assert.match(parts.at(-1) ?? '', /verdict/);
  });

  test('progress never fills a line, so it never wraps: 20 columns', async () => {
    const { stdout } = await simAtTerminal(RUN, { columns: 20 });
    for (const part of stdout.split(CLEAR_LINE).slice(1, -1)) assert.ok(part.length < 20, part);
  });

  test('a terminal that tells no width gets whole lines of progress', async () => {
    const { stdout } = await simAtTerminal(RUN, { columns: 0 });
    for (const part of stdout.split(CLEAR_LINE).slice(1, -1)) assert.match(part, /tickets left$/);
  });

  test('--quiet shows no progress', async () => {
    const { stdout } = await simAtTerminal([...RUN, '--quiet']);
    assert.equal(stdout.includes('requests/s  '), false);
    assert.equal(stdout.includes('\u001b[K'), false);
    assert.match(stdout, /verdict/);
  });

  test('the result is coloured at a terminal, and not with NO_COLOR=1', async () => {
    const colored = await simAtTerminal([...SHORT_RUN, '--quiet']);
    // Green, or yellow where this machine was too busy for the figures to count.
    const painted = ['\u001b[32mexact', '\u001b[33mexact'];
    assert.ok(painted.some((verdict) => colored.stdout.includes(verdict)));
    const plain = await simAtTerminal([...SHORT_RUN, '--quiet'], { env: { NO_COLOR: '1' } });
    assert.equal(plain.stdout.includes('\u001b'), false);
  });

  test('a dumb terminal gets no colour', async () => {
    const { stdout } = await simAtTerminal([...SHORT_RUN, '--quiet'], { env: { TERM: 'dumb' } });
    assert.equal(stdout.includes('\u001b'), false);
  });
});

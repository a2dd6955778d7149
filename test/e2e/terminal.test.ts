// What a person sees at a terminal, made by `script` of util-linux.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { type Ended, simInShell } from '../support/sim-command.ts';

const hasScript = /util-linux/.test(spawnSync('script', ['--version']).stdout?.toString() ?? '');
const OPTIONS = {
  skip: !hasScript && 'needs script of util-linux for a pseudo-terminal',
  concurrency: 2,
};

// Long enough for some progress, which is shown five times a second.
const RUN = ['run', '--strategy', 'rw-lock', '--rate', '5000', '--duration', '700ms'];
const SHORT_RUN = ['run', '--strategy', 'rw-lock', '--requests', '2000'];
const ESCAPE = '\u001b';
const CLEAR_LINE = `\r${ESCAPE}[K`;
const DIM = `${ESCAPE}[2m`;

interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  /** 0 of a terminal that does not tell. */
  readonly rows?: number;
}

function simAtTerminal(
  args: readonly string[],
  { env = {}, columns = 80, rows = 0 }: Surroundings = {},
): Promise<Ended> {
  // Quoted once more for the shell that `script` starts.
  const command = `script -qec "stty cols ${columns} rows ${rows}; $(printf "'%s' " "$@")" /dev/null`;
  return simInShell(command, args, { TERM: 'xterm', NO_COLOR: '', ...env });
}

/** The frames of a dashboard, without colours, and what came after the last was erased. */
function framesOf(output: string): { frames: string[][]; rest: string } {
  const parts = output.split(`${ESCAPE}[J`);
  const rest = parts.pop() ?? '';
  // The last one is erased, and nothing is drawn in its place.
  parts.pop();
  return { frames: parts.map(linesOf), rest };
}

/** What is left of a frame when what moves the cursor is taken out. */
function linesOf(frame: string): string[] {
  const lines = frame.replaceAll(`${ESCAPE}[K`, '').split('\r\n').slice(0, -1);
  return lines.map((line) => stripVTControlCharacters(line).replace('\r', ''));
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

  for (const [columns, rows] of [
    [80, 9],
    [39, 24],
  ] as const) {
    test(`${columns} columns and ${rows} rows have no room for more than a line`, async () => {
      const { stdout } = await simAtTerminal(RUN, { columns, rows });
      assert.ok(stdout.split(CLEAR_LINE).length >= 3);
      assert.doesNotMatch(stdout, /\u2588|\u2591/);
    });
  }

  test('24 rows have room for a dashboard, which is gone before the result: 40 and 100 columns', async () => {
    for (const columns of [40, 100]) {
      const { code, stdout } = await simAtTerminal(RUN, { columns, rows: 24 });
      assert.equal(code, 0);
      const { frames, rest } = framesOf(stdout);
      assert.ok(frames.length >= 2, `${frames.length} frames`);
      for (const frame of frames) {
        assert.match(frame[0] ?? '', /^rw-lock {2}sim run {2}/);
        assert.match(frame[1] ?? '', /^requests {2}[\u2588\u2591]{3,40} \d+% {2}[\d,]+$/);
        assert.match(frame[2] ?? '', /^stock {5}[\u2588\u2591]{3,40} [\d,]+ left$/);
        assert.equal(frame.length, 6);
        for (const line of frame) assert.ok(line.length < columns, line);
      }
      assert.match(frames.at(-1)?.[0] ?? '', /auditing$/);
      assert.match(frames.at(-1)?.[1] ?? '', / 100% {2}3,500$/);
      assert.match(rest, /^rw-lock\r\n|^.*verdict/s);
      assert.doesNotMatch(rest, /\u2588|\u2591/);
    }
  });

  test('a dashboard is without colour with NO_COLOR=1', async () => {
    const { stdout } = await simAtTerminal(RUN, { rows: 24, env: { NO_COLOR: '1' } });
    assert.match(stdout, /\u2588/);
    assert.equal(stdout.includes(DIM), false);
    const colored = await simAtTerminal(RUN, { rows: 24 });
    assert.ok(colored.stdout.includes(DIM));
  });

  test('--quiet shows no progress', async () => {
    const { stdout } = await simAtTerminal([...RUN, '--quiet']);
    assert.equal(stdout.includes('requests/s  '), false);
    assert.equal(stdout.includes('\u001b[K'), false);
    assert.match(stdout, /verdict/);
  });

  test('the result is coloured at a terminal, and not with NO_COLOR=1', async () => {
    const colored = await simAtTerminal([...SHORT_RUN, '--quiet']);
    // Green, or yellow where the machine had other things to do.
    const colors = [32, 33].map((color) => `${ESCAPE}[${color}mexact`);
    assert.ok(colors.some((each) => colored.stdout.includes(each)));
    const plain = await simAtTerminal([...SHORT_RUN, '--quiet'], { env: { NO_COLOR: '1' } });
    assert.equal(plain.stdout.includes('\u001b'), false);
  });

  test('a dumb terminal gets no colour', async () => {
    const { stdout } = await simAtTerminal([...SHORT_RUN, '--quiet'], { env: { TERM: 'dumb' } });
    assert.equal(stdout.includes('\u001b'), false);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { InputError } from '../src/base/errors.ts';

// From dist/bench/ up to the repository.
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Another commit of this repository, built. */
export interface BaseBuild {
  readonly commit: string;
  readonly main: string;
}

/**
 * Builds a commit in a worktree of its own, and removes that when `use` has settled, whatever came of it.
 * @throws InputError when there is no such commit
 */
export async function withBase<Value>(
  base: string,
  signal: AbortSignal,
  use: (build: BaseBuild) => Promise<Value>,
): Promise<Value> {
  const commit = await commitOf(base, signal);
  const folder = mkdtempSync(join(tmpdir(), 'onsale-base-'));
  const tree = join(folder, 'tree');
  try {
    await command(ROOT, signal, 'git', 'worktree', 'add', '--quiet', '--detach', tree, commit);
    await install(tree, signal);
    await command(tree, signal, 'npm', 'run', 'build');
    return await use({ commit, main: join(tree, 'dist/src/cli/main.js') });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    // Forgets it: its folder is gone. Also after an interruption, which ends everything but this.
    await command(ROOT, new AbortController().signal, 'git', 'worktree', 'prune');
  }
}

async function commitOf(base: string, signal: AbortSignal): Promise<string> {
  try {
    const name = `${base}^{commit}`;
    return await command(ROOT, signal, 'git', 'rev-parse', '--verify', '--end-of-options', name);
  } catch (error) {
    signal.throwIfAborted();
    const why = existsSync(join(ROOT, '.git')) ? '' : '; this is not a repository';
    throw new InputError(`there is no commit ${JSON.stringify(base)}${why}`, { cause: error });
  }
}

/** The same packages where the lock files agree; else those that the commit asks for. */
async function install(tree: string, signal: AbortSignal): Promise<void> {
  const lock = 'package-lock.json';
  const own = readFileSync(join(ROOT, lock), 'utf8');
  if (existsSync(join(tree, lock)) && readFileSync(join(tree, lock), 'utf8') === own) {
    symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
    return;
  }
  await command(tree, signal, 'npm', 'ci', '--ignore-scripts');
}

/**
 * Runs a program to its end; what it printed. In a group of its own, all of which ends when it is aborted: npm leaves
 * behind what it has started.
 */
async function command(
  folder: string,
  signal: AbortSignal,
  program: string,
  ...args: readonly string[]
): Promise<string> {
  signal.throwIfAborted();
  const child = spawn(program, args, {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = (): void => {
    const runs = child.exitCode === null && child.signalCode === null;
    if (runs && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    signal.throwIfAborted();
    if (code !== 0) {
      throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${stderr || stdout}`);
    }
    return stdout.trim();
  } finally {
    signal.removeEventListener('abort', end);
  }
}

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/** Where a run took place. */
export interface Environment {
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  /** The commit of this package when it runs from its repository, else its version. */
  readonly commit: string;
}

// From dist/src/sim/ up to the package.
const PACKAGE_ROOT = new URL('../../../', import.meta.url);

/** This package's version. */
export function packageVersion(): string {
  const text = readFileSync(new URL('package.json', PACKAGE_ROOT), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

let known: Environment | undefined;

/** Describes this machine and this package; looked up once. */
export function describeEnvironment(): Environment {
  known ??= {
    node: process.version,
    cpu: cpus()[0]?.model.trim() || process.arch,
    cores: availableParallelism(),
    commit: describeCommit(),
  };
  return known;
}

function describeCommit(): string {
  const version = `v${packageVersion()}`;
  if (!existsSync(new URL('.git', PACKAGE_ROOT))) return version;
  try {
    const options = { cwd: PACKAGE_ROOT, encoding: 'utf8', stdio: 'pipe' } as const;
    return execFileSync('git', ['describe', '--always', '--dirty'], options).trim();
  } catch {
    return version;
  }
}

import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// From dist/bench/ up to the package.
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** One place of the compiled sources that is different in a variant. */
export interface Change {
  /** Below dist/src/. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A build that differs from this tree's. */
export interface Variant {
  readonly main: string;
  readonly remove: () => void;
}

/**
 * Copies this tree's build with a few constants changed: what is then measured is the production code as the compiler
 * would see it, and nothing in it has to be variable for that.
 * @throws Error when the sources no longer say what was to be changed
 */
export function buildVariant(changes: readonly Change[]): Variant {
  const folder = mkdtempSync(join(tmpdir(), 'onsale-variant-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    cpSync(join(ROOT, 'dist/src'), join(folder, 'dist/src'), { recursive: true, filter: isRun });
    cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const change of changes) apply(change, join(folder, 'dist/src'));
    return { main: join(folder, 'dist/src/cli/main.js'), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Whether a file is more than an account of another. */
function isRun(path: string): boolean {
  return !/\.(?:map|ts)$/.test(path);
}

/** @throws Error when a change cannot be made in this tree's build */
export function requireApplicable(change: Change): void {
  changed(change, join(ROOT, 'dist/src'));
}

function apply(change: Change, sources: string): void {
  writeFileSync(join(sources, change.file), changed(change, sources));
}

function changed({ file, from, to }: Change, sources: string): string {
  const parts = readFileSync(join(sources, file), 'utf8').split(from);
  if (parts.length === 2) return parts.join(to);
  throw new Error(`${file} says ${JSON.stringify(from)} ${parts.length - 1} times, not once`);
}

import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Cell, type Section, single } from './section.ts';

// From dist/bench/ up to the package.
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Packed {
  readonly size: number;
  readonly unpackedSize: number;
  readonly entryCount: number;
}

interface Locked {
  readonly dev?: boolean;
  readonly optional?: boolean;
}

/** How large the package is, and what is installed with it. */
export async function sizeSection(smoke: boolean): Promise<Section> {
  const installed = Object.entries(lockedPackages())
    .filter(([path, { dev }]) => path !== '' && dev !== true && existsSync(join(ROOT, path)))
    .map(([path, { optional }]) => ({
      optional: optional === true,
      bytes: bytesOf(join(ROOT, path)),
    }));
  const dependencies = (optional: boolean): Cell[] => {
    const some = installed.filter((each) => each.optional === optional);
    const bytes = some.reduce((sum, each) => sum + each.bytes, 0);
    return [
      optional ? 'optional dependencies' : 'dependencies',
      single('count', some.length),
      single('bytes', bytes),
    ];
  };
  return {
    title: 'Size: the package, and what a user installs with it on this machine',
    headings: ['what', 'packages or files', 'size'],
    // npm takes its time to look at every file.
    rows: [...(smoke ? [] : await packed()), dependencies(false), dependencies(true)],
  };
}

async function packed(): Promise<Cell[][]> {
  const command = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = await promisify(execFile)('npm', command, { cwd: ROOT, maxBuffer: 2 ** 26 });
  const [{ size, unpackedSize, entryCount }] = JSON.parse(stdout) as [Packed];
  return [
    ['the package, packed', single('count', entryCount), single('bytes', size)],
    ['the package, unpacked', single('count', entryCount), single('bytes', unpackedSize)],
  ];
}

function lockedPackages(): Readonly<Record<string, Locked>> {
  const text = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  return (JSON.parse(text) as { packages: Record<string, Locked> }).packages;
}

/** The files of one package, without those of packages inside it, which are locked by themselves. */
function bytesOf(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += entry.name === 'node_modules' ? 0 : bytesOf(path);
    else if (entry.isFile()) bytes += statSync(path).size;
  }
  return bytes;
}

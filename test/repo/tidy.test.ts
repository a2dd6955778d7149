// What every file of this repository keeps to, checked as one more test.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

// From dist/test/repo/ up to the repository.
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SRC = join(ROOT, 'src');

/** Files longer than this are usually two. */
const MAX_LINES = 280;

/** The floors of the house, the lowest first. A file imports from its own folder and from below. */
const FLOORS: readonly (readonly string[])[] = [
  ['base'],
  ['store', 'generator', 'stats'],
  ['audit', 'explore', 'workers', 'servers'],
  ['sim', 'service'],
  ['report', 'http', 'client'],
  ['cli', 'index.ts'],
];

/** The neighbours on one floor of which one may import the other, in this one direction. */
const NEIGHBOURS = new Set(['generator -> store']);

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = sourceFiles(SRC);
const imports = files.flatMap(importsOf);

test('imports go down the house, or to a folder of the same floor that is allowed', () => {
  const wrong = imports.filter(({ from, to }) => {
    const [above, below] = [layerOf(from), layerOf(to)];
    if (above === below || NEIGHBOURS.has(`${above} -> ${below}`)) return false;
    return floorOf(below) >= floorOf(above);
  });
  assert.deepEqual(wrong.map(describeImport), []);
});

test('reports know the simulation by its types only', () => {
  const wrong = imports.filter(({ from, to, typeOnly }) => {
    return layerOf(from) === 'report' && layerOf(to) === 'sim' && !typeOnly;
  });
  assert.deepEqual(wrong.map(describeImport), []);
});

test('nothing but the command and the library imports reports', () => {
  const wrong = imports.filter(({ from, to }) => {
    return layerOf(to) === 'report' && !['report', 'cli', 'index.ts'].includes(layerOf(from));
  });
  assert.deepEqual(wrong.map(describeImport), []);
});

test('no import goes round in a circle', () => {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    assert.ok(!path.includes(file), `imports go round: ${[...path, file].join(' -> ')}`);
    if (done.has(file)) return;
    for (const target of next.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(name(file), []);
});

test('only store/words.ts names Atomics', () => {
  assert.deepEqual(filesNaming(/\bAtomics\b/), ['store/words.ts']);
});

test('only base/ names clocks and randomness', () => {
  const named = filesNaming(
    /\bperformance\.|\bDate\b|\bhrtime\b|Math\.random|seedrandom|randomUUID/,
  );
  assert.deepEqual(
    named.filter((file) => !file.startsWith('base/')),
    [],
  );
});

test('strategies name neither shared memory nor threads', () => {
  const named = filesNaming(/SharedArrayBuffer|worker_threads|process\./);
  assert.deepEqual(
    named.filter((file) => /^store\/(memory|locks)\//.test(file)),
    [],
  );
});

test(`no file is longer than ${MAX_LINES} lines`, () => {
  const long = files.filter((file) => read(file).split('\n').length > MAX_LINES);
  assert.deepEqual(long.map(name), []);
});

test('no unfinished work is left in the sources', () => {
  assert.deepEqual(filesNaming(/\b(?:TODO|FIXME|XXX|HACK)\b/), []);
});

test('files are named in kebab-case', () => {
  assert.deepEqual(
    files.map(name).filter((file) => !/^(?:[a-z0-9-]+\/)*[a-z0-9-]+(?:\.d)?\.ts$/.test(file)),
    [],
  );
});

test('the lock file names no registry', () => {
  assert.doesNotMatch(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'), /"resolved"/);
});

function sourceFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((entry) => {
    const path = join(folder, entry);
    if (statSync(path).isDirectory()) return sourceFiles(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

function importsOf(file: string): Import[] {
  const pattern = /^(?:import|export)\s+(type\s)?(?:[^;]*?from\s+)?'(\.[^']+)';/gms;
  return [...read(file).matchAll(pattern)].map(([, type, target]) => ({
    from: name(file),
    to: name(resolve(dirname(file), target as string)),
    typeOnly: type !== undefined,
  }));
}

function filesNaming(pattern: RegExp): string[] {
  return files.filter((file) => pattern.test(withoutComments(read(file)))).map(name);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

function layerOf(file: string): string {
  return file.split('/')[0] as string;
}

function floorOf(layer: string): number {
  const floor = FLOORS.findIndex((layers) => layers.includes(layer));
  assert.ok(
    floor >= 0,
    `the folder src/${layer} has no floor: add it to this test and to the docs`,
  );
  return floor;
}

function name(file: string): string {
  return relative(SRC, file).split(sep).join('/');
}

function read(file: string): string {
  return readFileSync(file, 'utf8');
}

function describeImport({ from, to }: Import): string {
  return `${from} imports ${to}`;
}

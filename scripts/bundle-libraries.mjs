// Makes one file each of a library and all that it needs, in the place of the module of ours that is the door to it: to
// find, open and read many small modules takes longer than anything that is done with them. The doors say how long.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));

const DOORS = [
  { door: 'src/http/typebox', name: 'TypeBox' },
  {
    door: 'src/cli/yargs',
    name: 'yargs',
    // Which column a character of the world's scripts takes is of no concern to the help of a program in English: each takes one.
    alias: { 'string-width': path('scripts/one-column.mjs') },
  },
];

/** The package that a module of the bundle belongs to, from the root of this one. */
function packageOf(input) {
  return /^(?:node_modules\/(?:@[^/]+\/)?[^/]+\/)+(?=[^/])/.exec(input)?.[0];
}

/** The licence of a package, by whatever name and spelling it has there. */
function licenceOf(folder) {
  for (const name of ['license', 'LICENSE', 'license.txt', 'LICENSE.txt', 'LICENSE.md']) {
    try {
      return readFileSync(path(folder + name), 'utf8').trim();
    } catch {}
  }
  throw new Error(`${folder} has no licence to go with its code`);
}

for (const { door, name, alias = {} } of DOORS) {
  const file = path(`dist/${door}.js`);
  const { metafile } = await build({
    entryPoints: [file],
    outfile: file,
    allowOverwrite: true,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    alias,
    metafile: true,
    absWorkingDir: path(''),
    banner: {
      js: `// With ${name} and what it needs: see ${door.split('/').at(-1)}.LICENCES.txt.`,
    },
    logLevel: 'warning',
  });
  // Of what the compiler wrote, it tells no more.
  rmSync(`${file}.map`, { force: true });
  // In the order in which they are found, which is always the same.
  const packages = new Set(Object.keys(metafile.inputs).map(packageOf).filter(Boolean));
  const licences = Array.from(packages, (each) => {
    const { name: of, version } = JSON.parse(readFileSync(path(`${each}package.json`), 'utf8'));
    return `${of} ${version}\n\n${licenceOf(each)}\n`;
  });
  writeFileSync(path(`dist/${door}.LICENCES.txt`), licences.join(`\n${'-'.repeat(72)}\n\n`));
}

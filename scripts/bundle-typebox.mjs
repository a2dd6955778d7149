// Makes one file of src/http/typebox.ts and of what it needs of TypeBox: src/http/typebox.ts says why.
import { copyFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const file = path('dist/src/http/typebox.js');

await build({
  entryPoints: [file],
  outfile: file,
  allowOverwrite: true,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  banner: { js: '// With TypeBox (MIT): see typebox.LICENCE.txt.' },
  logLevel: 'warning',
});
// Of what the compiler wrote, it tells no more.
rmSync(`${file}.map`, { force: true });
copyFileSync(path('node_modules/typebox/license'), path('dist/src/http/typebox.LICENCE.txt'));

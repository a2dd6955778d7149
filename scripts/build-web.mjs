// Bundles what the pages carry with them, so that each is one file: a script, a style sheet, and the licences
// of what others wrote of it.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));

/** @param page a folder of web/, with main.ts and a style sheet of its name */
async function bundle(page, { into, of, licences }) {
  const out = path(into);
  await build({
    entryPoints: [
      { in: path(`web/${page}/main.ts`), out: page },
      { in: path(`web/${page}/${page}.css`), out: page },
    ],
    outdir: out,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    banner: { js: `/* With ${of}: see LICENCES.txt in the package onsale. */` },
    // What ECharts asks about its surroundings.
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
  // Whose code is in the bundle, and under what terms: these texts have to go where the code goes.
  const texts = licences.map((file) => `${file}\n\n${readFileSync(path(file), 'utf8')}`);
  writeFileSync(`${out}/LICENCES.txt`, texts.join('\n\n'));
}

await bundle('report', {
  into: 'dist/src/report/web',
  of: 'Apache ECharts (Apache-2.0), zrender (BSD-3-Clause) and tslib (0BSD)',
  licences: [
    'node_modules/echarts/LICENSE',
    'node_modules/echarts/NOTICE',
    'node_modules/zrender/LICENSE',
  ],
});
await bundle('live', {
  into: 'dist/src/http/web',
  of: 'uPlot (MIT)',
  licences: ['node_modules/uplot/LICENSE'],
});
copyFileSync(path('web/live/live.html'), path('dist/src/http/web/live.html'));

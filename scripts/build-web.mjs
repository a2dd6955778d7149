// Bundles what a report carries with it, so that it is one file: a script, a style sheet, and the licences
// of what others wrote of it.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const OUT = path('dist/src/report/web');

/** Whose code is in the bundle, and under what terms: these texts have to go where the code goes. */
const LICENCES = [
  'node_modules/echarts/LICENSE',
  'node_modules/echarts/NOTICE',
  'node_modules/zrender/LICENSE',
];

await build({
  entryPoints: [
    { in: path('web/report/main.ts'), out: 'report' },
    { in: path('web/report/report.css'), out: 'report' },
  ],
  outdir: OUT,
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  banner: {
    js: '/* With Apache ECharts (Apache-2.0), zrender (BSD-3-Clause) and tslib (0BSD): see LICENCES.txt in the package onsale. */',
  },
  // What ECharts asks about its surroundings.
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
});
writeFileSync(
  `${OUT}/LICENCES.txt`,
  LICENCES.map((file) => `${file}\n\n${readFileSync(path(file), 'utf8')}`).join('\n\n'),
);

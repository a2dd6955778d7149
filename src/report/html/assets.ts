import { readFileSync } from 'node:fs';

/** What every page carries with it. */
export interface Assets {
  readonly script: string;
  readonly style: string;
}

/** The script and the styles as scripts/build-web.mjs bundled them, from web/report/. */
export function bundledAssets(): Assets {
  return { script: read('report.js'), style: read('report.css') };
}

function read(name: string): string {
  return readFileSync(new URL(`../web/${name}`, import.meta.url), 'utf8').trim();
}

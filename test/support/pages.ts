import type { Chart } from '../../src/report/html/chart.ts';
import { comparisonToHtml } from '../../src/report/html/comparison-page.ts';
import type { RunResult } from '../../src/sim/result.ts';
import { measuredResult } from './measured-results.ts';

/** A script and a style sheet that take no room. */
export const ASSETS: { readonly script: string; readonly style: string } = {
  script: 'void 0;',
  style: 'p{}',
};
/** A run with nothing wrong, one that was caught, and one that is void. */
export const GOOD: RunResult = measuredResult('compare-and-swap');
export const CAUGHT: RunResult = measuredResult('check-then-act', { oversold: 3 });
export const VOID: RunResult = measuredResult('event-lock', {
  grantedNs: 5,
  reasons: ['the generator fell behind'],
});

/** The page of some runs. */
export function compared(...results: readonly RunResult[]): string {
  return comparisonToHtml({ schemaVersion: 1, results }, ASSETS);
}

/** The lead of a page: its mood, its word, what it says. */
export function leadOf(page: string): string[] {
  return /class="lead (\w+)"><span class="word">([^<]*)<\/span> ([^<]*)/.exec(page)?.slice(1) ?? [];
}

/** The charts of a page, by their ids, as its script gets them. */
export function chartsOf(page: string): Map<string, Chart> {
  const blocks = page.matchAll(
    /<script type="application\/json" id="([\w-]+)-data">(.*?)<\/script>/g,
  );
  return new Map([...blocks].map(([, id, json]) => [id as string, JSON.parse(json as string)]));
}

import type { Comparison } from '../../sim/result.ts';
import { describeScenario } from '../describe.ts';
import { counted } from '../format.ts';
import type { Assets } from './assets.ts';
import { contentionSection } from './contention.ts';
import { healthSection, thresholdsSection } from './health.ts';
import { html } from './markup.ts';
import { originSection } from './origin.ts';
import { overTimeSection } from './over-time.ts';
import { renderPage } from './page.ts';
import { percentilesSection } from './percentiles.ts';
import { strategiesSection } from './strategies.ts';
import { throughputSection } from './throughput.ts';
import { comparisonVerdict } from './verdict.ts';

/** Several strategies on one stream as a page. */
export function comparisonToHtml(comparison: Comparison, assets: Assets): string {
  const { results, blocks } = comparison;
  const [first] = results;
  if (!first) return emptyPage(assets);
  return renderPage(
    {
      title: results.length === 1 ? first.strategy : `${results.length} strategies compared`,
      about: `${describeScenario(first)}${blocks ? `; ${counted(blocks.blocks, 'block')}` : ''}.`,
      verdict: comparisonVerdict(comparison),
      sections: [
        strategiesSection(results, blocks !== undefined),
        throughputSection(comparison),
        ...thresholdsSection(results),
        percentilesSection(results),
        overTimeSection(results),
        contentionSection(results),
        healthSection(results, blocks !== undefined),
        originSection(results),
      ],
    },
    assets,
  );
}

function emptyPage(assets: Assets): string {
  const verdict = html`<p class="lead doubt"><span class="word">nothing</span> Nothing was run.</p>`;
  return renderPage({ title: 'No strategies compared', about: '', verdict, sections: [] }, assets);
}

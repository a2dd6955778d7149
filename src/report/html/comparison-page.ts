import type { Comparison } from '../../sim/result.ts';
import { ofAllBlocks } from '../block-figures.ts';
import { describeScenario } from '../describe.ts';
import { counted } from '../format.ts';
import type { Assets } from './assets.ts';
import { contentionSection } from './contention.ts';
import { healthSection, thresholdsSection } from './health.ts';
import { html } from './markup.ts';
import { originSection } from './origin.ts';
import { overTimeSection } from './over-time.ts';
import { renderPage, type Section } from './page.ts';
import { percentilesSection } from './percentiles.ts';
import { publishedSection } from './published.ts';
import { storesSection } from './stores.ts';
import { strategiesSection } from './strategies.ts';
import { throughputSection } from './throughput.ts';
import { comparisonVerdict } from './verdict.ts';

/** Several strategies on one stream as a page. */
export function comparisonToHtml(comparison: Comparison, assets: Assets): string {
  const { results, blocks } = comparison;
  const [first] = results;
  if (!first) return emptyPage(comparison, assets);
  const about = blocks ? ofAllBlocks(first, blocks) : first;
  // Of blocks only the first that counts is kept in full.
  const oneOf = (section: Section): Section =>
    blocks ? { ...section, body: [ONE_BLOCK, section.body] } : section;
  return renderPage(
    {
      title: results.length === 1 ? first.strategy : `${results.length} strategies compared`,
      about: `${describeScenario(about)}${blocks ? `; ${counted(blocks.blocks, 'block')}` : ''}.`,
      verdict: comparisonVerdict(comparison),
      sections: [
        strategiesSection(results, blocks !== undefined),
        throughputSection(comparison),
        ...[
          ...publishedSection(results),
          ...storesSection(results),
          ...thresholdsSection(results),
          percentilesSection(results),
          overTimeSection(results),
          contentionSection(results),
        ].map(oneOf),
        healthSection(results, blocks !== undefined),
        originSection(results),
      ],
    },
    assets,
  );
}

const ONE_BLOCK = html`<p class="note">Of one run each, in the first block that counts.</p>`;

/** Without a result; of blocks there may be some that do not count. */
function emptyPage({ blocks, ...comparison }: Comparison, assets: Assets): string {
  const verdict =
    blocks && blocks.runs.length > 0
      ? comparisonVerdict({ ...comparison, blocks })
      : html`<p class="lead doubt"><span class="word">nothing</span> Nothing was run.</p>`;
  return renderPage({ title: 'No strategies compared', about: '', verdict, sections: [] }, assets);
}

import type { RunResult } from '../../sim/result.ts';
import { PUBLISHED_HEADINGS, publishedNotes, publishedRows } from '../published.ts';
import { html } from './markup.ts';
import type { Section } from './page.ts';

/** The columns of a load test that was published, and its figures; no section where another test was held. */
export function publishedSection(results: readonly RunResult[]): Section[] {
  const rows = publishedRows(results);
  if (rows.length === 0) return [];
  const heads = PUBLISHED_HEADINGS.map((heading) => html`<th scope="col">${heading}</th>`);
  const body = rows.map(([name, ...cells]) => {
    return html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`;
  });
  return [
    {
      id: 'published',
      title: 'As the published test counts',
      body: [
        html`<div class="scroll" tabindex="0" role="region" aria-label="Our figures in the columns of the published table"><table><thead><tr>${heads}</tr></thead>
<tbody>
${body}</tbody></table></div>
`,
        publishedNotes(results).map((note) => html`<p class="note">${note}</p>\n`),
      ],
    },
  ];
}

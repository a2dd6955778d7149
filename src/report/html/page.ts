import { createHash } from 'node:crypto';
import type { Assets } from './assets.ts';
import { html, type Markup, type Part, trusted } from './markup.ts';

export interface Section {
  /** Unique within the page; letters and dashes. */
  readonly id: string;
  readonly title: string;
  readonly body: Part;
}

export interface Page {
  /** What kind of report it is: `Comparison of 16 strategies`. */
  readonly title: string;
  /** What was simulated, in a line. */
  readonly about: string;
  /** What came out, before everything else. */
  readonly verdict: Markup;
  readonly sections: readonly Section[];
}

/**
 * A whole document that needs nothing but itself. Its policy forbids it to load anything, and to run any
 * script but its own. Styles have to be allowed in general, since the charts place what they draw by them.
 */
export function renderPage({ title, about, verdict, sections }: Page, assets: Assets): string {
  const hash = createHash('sha256').update(assets.script).digest('base64');
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} - onsale</title>
<style>${trusted(assets.style)}</style>
</head>
<body>
<header class="masthead">
<div class="line"><p class="kicker">onsale</p><button type="button" id="theme" hidden>Dark</button></div>
<h1>${title}</h1>
<p class="about">${about}</p>
</header>
<main>
<section class="verdict" aria-labelledby="verdict"><h2 id="verdict">Verdict</h2>
${verdict}</section>
<nav aria-label="Contents"><ul>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
${sections.map(sectionMarkup)}</main>
<script>${trusted(assets.script)}</script>
</body>
</html>
`.text;
}

function sectionMarkup({ id, title, body }: Section): Markup {
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${body}</section>
`;
}

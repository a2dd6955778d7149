import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A page, and what browsers are to let it do. */
export interface LivePage {
  readonly html: string;
  /** Its content security policy: its own script and styles, and its own server's events. */
  readonly policy: string;
}

/** The page of web/live/, as scripts/build-web.mjs bundled it: one document that loads nothing else. */
export function livePage(): LivePage {
  const [script, style] = [read('live.js'), read('live.css')];
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "connect-src 'self'",
    // The icon that stands for none, lest browsers ask for one.
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  // By functions: a replacement text would have dollar signs of the script mean something.
  const html = read('live.html')
    .replace('/*STYLE*/', () => style)
    .replace('/*SCRIPT*/', () => script);
  return { html, policy };
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function read(name: string): string {
  return readFileSync(new URL(`./web/${name}`, import.meta.url), 'utf8').trim();
}

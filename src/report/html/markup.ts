/** What may stand in a template: texts are escaped, markup is not, nothing is left out. */
export type Part = Markup | string | number | readonly Part[] | undefined;

/** A piece of HTML that is known to be safe: only `html` and `trusted` make any. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A template of HTML. Whatever is put into it is text, unless it came from here itself. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const text = strings.reduce((sum, piece, index) => sum + textOf(parts[index - 1]) + piece);
  return new Markup(text);
}

/** HTML that we wrote ourselves: the script and the styles of the page. Never a reader's words. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

/**
 * A value as a block of data for the page's script. In JSON, `<` occurs within strings only, where it
 * can be written so that no `</script>` ends the block early.
 */
export function dataBlock(id: string, value: object): Markup {
  const json = trusted(JSON.stringify(value).replaceAll('<', '\\u003c'));
  return html`<script type="application/json" id="${id}">${json}</script>`;
}

function textOf(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(textOf).join('');
  return escaped(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

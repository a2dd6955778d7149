// Documents that say which test shows something: `test/…` and then, in quotes, what the test is called, or a part of it.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// From dist/test/support/ up to the repository.
const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url));

/** The rows of the tables in a document, without their headings. */
export function rowsOf(document: string, isHeading: RegExp): string[] {
  return readFileSync(ROOT + document, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !isHeading.test(line));
}

/** What is wrong with the links of a row, of which there is to be one at least; undefined when all lead somewhere. */
export function deadLinkIn(document: string, row: string): string | undefined {
  const links = [...row.matchAll(/\]\(([^)#]*)(#[^)]*)?\)/g)];
  if (links.length === 0) return `no link in: ${row}`;
  for (const [link, path, anchor] of links) {
    const place = ROOT + (path === '' ? document : path);
    if (!existsSync(place)) return `${link} leads nowhere`;
    if (anchor !== undefined && !anchorsOf(place).includes(anchor)) return `${link} leads nowhere`;
  }
  return undefined;
}

/** `#on-real-stores` for each heading, as GitHub names them. */
function anchorsOf(path: string): string[] {
  const headings = readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = '']) => {
    const kept = heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '');
    return `#${kept.replaceAll(' ', '-')}`;
  });
}

/** What is wrong with the tests that the last cell of a row names; undefined when they are all there. */
export function missingIn(row: string): string | undefined {
  const shown = row.split(' | ').at(-1) as string;
  for (const each of shown.split(/(?=`test\/)/)) {
    const path = /^`(test\/[^`]+)`/.exec(each)?.[1] ?? '';
    if (!path.endsWith('.test.ts') || !existsSync(ROOT + path)) return `no file in: ${row}`;
    const text = readFileSync(ROOT + path, 'utf8');
    for (const [, name] of each.matchAll(/"([^"]+)"/g)) {
      if (!text.includes(name as string)) return `${path} has no test "${name}"`;
    }
  }
  return undefined;
}

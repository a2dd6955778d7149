/**
 * One line for each record and one column for each number or text in it, named by its path in the
 * JSON: `audit.oversold`. Lists are joined by spaces; null is empty. Quoted as RFC 4180 says.
 */
export function toCsv(records: readonly object[]): string {
  const rows = records.map((record) => flatten(record));
  const header = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const lines = rows.map((row) => header.map((name) => quote(row.get(name) ?? '')).join(','));
  return [header.join(','), ...lines, ''].join('\r\n');
}

function flatten(
  value: object,
  prefix = '',
  into: Map<string, string> = new Map(),
): Map<string, string> {
  for (const [key, entry] of Object.entries(value) as [string, unknown][]) {
    const name = `${prefix}${key}`;
    if (Array.isArray(entry)) into.set(name, entry.join(' '));
    else if (typeof entry === 'object' && entry !== null) flatten(entry, `${name}.`, into);
    else into.set(name, entry === null ? '' : `${entry as string | number | boolean}`);
  }
  return into;
}

function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

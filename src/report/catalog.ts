import { type AnyStrategy, isStored, type StoreFamily } from '../store/stored.ts';
import { PROMISES, type StrategyPromise } from '../store/strategy.ts';
import { toCsv } from './csv.ts';
import type { Format } from './formats.ts';
import { wrap } from './plain.ts';
import { paint, type Style } from './style.ts';
import { toJson } from './to-json.ts';

/** Where the stock lies that strategies sell from. */
const FAMILY_PLACES: Readonly<Record<'memory' | StoreFamily, string>> = {
  memory: 'memory',
  file: 'a file',
  postgres: 'PostgreSQL',
  redis: 'Redis',
  hybrid: 'Redis and PostgreSQL',
  http: 'a service of yours',
};

/** Columns before what goes on of a line, itself indented by two. */
const INDENT = 4;

/** The catalogue of strategies in any format. */
export function renderCatalog(
  format: Format,
  strategies: readonly AnyStrategy[],
  style: Style,
): string {
  const entries = strategies.map(entryOf);
  switch (format) {
    case 'table':
      return entries
        .map((entry, index) => {
          const begins = entry.family !== entries[index - 1]?.family;
          return `${begins ? headingOf(entry, style) : ''}${renderEntry(entry, style)}`;
        })
        .join('\n');
    case 'json':
      return toJson(entries);
    case 'markdown':
      return renderMarkdown(entries);
    case 'csv':
      return toCsv(entries);
  }
}

interface Entry {
  readonly name: string;
  readonly family: 'memory' | StoreFamily;
  readonly summary: string;
  readonly source: string;
  readonly promises: readonly StrategyPromise[];
  readonly breaks: readonly StrategyPromise[];
  /** Of those that sell from a store. */
  readonly isolation?: string;
  readonly durability?: string;
}

function entryOf(strategy: AnyStrategy): Entry {
  const { name, summary, source, promises, breaks = [] } = strategy;
  const family = isStored(strategy) ? strategy.family : 'memory';
  const facts = { name, family, summary, source, promises, breaks } as const;
  if (!isStored(strategy)) return facts;
  return { ...facts, isolation: strategy.isolation, durability: strategy.durability };
}

function headingOf({ family }: Entry, style: Style): string {
  const how = family === 'http' ? '--strategy http --target URL' : `--strategies ${family}`;
  const heading = `Strategies that sell from ${FAMILY_PLACES[family]} (${how}):`;
  return `${paint(heading, 'dim', style)}\n\n`;
}

function renderEntry(entry: Entry, style: Style): string {
  const { name, summary, source, promises, breaks, isolation, durability } = entry;
  const kept = promises.filter((promise) => !breaks.includes(promise));
  const stored =
    isolation === undefined ? [] : [`isolation: ${isolation}`, `durability: ${durability}`];
  const lines = [
    summary,
    ...kept.map((promise) => `${paint('+', 'green', style)} ${PROMISES[promise]}`),
    ...breaks.map(
      (promise) => `${paint('!', 'red', style)} should, but does not: ${PROMISES[promise]}`,
    ),
    ...stored,
  ].map((line) => `  ${wrap(line, style, INDENT)}`);
  const after = `  ${paint(wrap(`after ${source}`, style, INDENT), 'dim', style)}`;
  return `${[paint(name, 'bold', style), ...lines, after].join('\n')}\n`;
}

function renderMarkdown(entries: readonly Entry[]): string {
  const rows = entries.map(({ name, family, summary, source, promises, breaks }) => {
    const kept = promises.filter((promise) => !breaks.includes(promise));
    return `| ${name} | ${family} | ${summary} | ${kept.join(', ')} | ${source} |`;
  });
  const head = [
    '| strategy | family | what it does and costs | keeps | after |',
    '|:--|:--|:--|:--|:--|',
  ];
  return `${[...head, ...rows].join('\n')}\n`;
}

import { PROMISES, type StrategyFacts, type StrategyPromise } from '../store/strategy.ts';
import { toCsv } from './csv.ts';
import { type Format, toJson } from './render.ts';
import { paint, type Style } from './style.ts';

/** The catalogue of strategies in any format. */
export function renderCatalog(
  format: Format,
  strategies: readonly StrategyFacts[],
  style: Style,
): string {
  const entries = strategies.map(({ name, summary, source, promises, breaks = [] }) => {
    return { name, summary, source, promises, breaks };
  });
  switch (format) {
    case 'table':
      return entries.map((entry) => renderEntry(entry, style)).join('\n');
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
  readonly summary: string;
  readonly source: string;
  readonly promises: readonly StrategyPromise[];
  readonly breaks: readonly StrategyPromise[];
}

function renderEntry({ name, summary, source, promises, breaks }: Entry, style: Style): string {
  const kept = promises.filter((promise) => !breaks.includes(promise));
  const lines = [
    paint(name, 'bold', style),
    `  ${summary}`,
    ...kept.map((promise) => `  ${paint('+', 'green', style)} ${PROMISES[promise]}`),
    ...breaks.map(
      (promise) => `  ${paint('!', 'red', style)} should, but does not: ${PROMISES[promise]}`,
    ),
    paint(`  after ${source}`, 'dim', style),
  ];
  return `${lines.join('\n')}\n`;
}

function renderMarkdown(entries: readonly Entry[]): string {
  const rows = entries.map(({ name, summary, source, promises, breaks }) => {
    const kept = promises.filter((promise) => !breaks.includes(promise));
    return `| ${name} | ${summary} | ${kept.join(', ')} | ${source} |`;
  });
  const head = ['| strategy | what it does and costs | keeps | after |', '|:--|:--|:--|:--|'];
  return `${[...head, ...rows].join('\n')}\n`;
}

// Prints the table of docs/choosing-a-strategy.md: what each strategy costs, from the reports in reports/.
import { readFileSync } from 'node:fs';

/** What a report is ranked by, and the heading of its column. */
const COLUMNS = [
  ['hot-event', 'completedPerSecond', 'one hot event: requests/s'],
  ['many-events', 'completedPerSecond', '10,000 events: requests/s'],
  ['groups', 'completedPerSecond', 'groups, returns: requests/s'],
  ['onsale', 'responseP99Ns', 'on-sale rush: p99'],
];

/** `0.71 [0.68, 0.76]`; a tie is marked. */
function shown(ratio) {
  if (!ratio) return '-';
  const [middle, low, high] = [ratio.ratio, ratio.low, ratio.high].map((each) =>
    each.toPrecision(each < 1 ? 2 : 3),
  );
  return `${middle} [${low}, ${high}]${ratio.verdict === 'tie' ? ' =' : ''}`;
}

const reports = COLUMNS.map(([preset]) => {
  const file = new URL(`../reports/${preset}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).blocks;
});
const [{ strategies, baseline, blocks }] = reports;
const rows = strategies
  .filter(({ control }) => !control)
  .map(({ strategy }) => {
    const cells = COLUMNS.map(([, metric], column) => {
      const found = reports[column].strategies.find(
        (each) => each.strategy === strategy && !each.control,
      );
      return shown(found?.ratios[metric]);
    });
    return [`\`${strategy}\``, ...cells];
  });
const headings = ['strategy', ...COLUMNS.map(([, , heading]) => heading)];
const lines = [headings, headings.map((_, i) => (i === 0 ? ':--' : '--:')), ...rows];
process.stdout.write(`Times those of \`${baseline}\`, ${blocks} blocks:\n\n`);
for (const cells of lines) process.stdout.write(`| ${cells.join(' | ')} |\n`);

import { type Chart, formatValue, type LineChart, type Series, type Unit } from './chart.ts';
import { type Look, lookOf } from './look.ts';
import { dataBlock, html, type Markup, trusted } from './markup.ts';

/** A chart with the words and the table that say the same. */
export interface Figure {
  /** Unique within the page; letters and dashes. */
  readonly id: string;
  readonly title: string;
  /** What it shows, in a sentence or two: for who does not see it, and for who does. */
  readonly summary: string;
  readonly chart: Chart;
}

/** A figure: heading, sentence, a box for the chart, its key, and the numbers in a table. */
export function figureMarkup(figure: Figure): Markup {
  const { id, title, summary, chart } = figure;
  return html`<figure class="chart" data-chart="${id}-data" aria-labelledby="${id}-title">
<h3 id="${id}-title">${title}</h3>
<p class="summary" id="${id}-summary">${summary}</p>
<div class="box ${chart.kind}" style="--rows: ${chart.kind === 'dots' ? chart.rows.length : 0}" hidden></div>
${legend(chart)}
<details><summary>The numbers: ${title}</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Numbers: ${title}">${numbers(figure)}</div>
</details>
${dataBlock(`${id}-data`, chart)}
</figure>
`;
}

function legend({ kind, series }: Chart): Markup | undefined {
  if (series.length < 2) return undefined;
  const items = keyed(series).map(
    ({ name, look }) =>
      html`<li data-series="${name}">${swatch(lookOf(look), kind)}<span>${name}</span></li>`,
  );
  return html`<ul class="legend" aria-label="Key">${items}</ul>`;
}

/** One series for each name: a curve and the points it was fitted to have one. */
function keyed(series: readonly Series[]): Series[] {
  return series.filter(
    ({ name }, index) => series.findIndex((each) => each.name === name) === index,
  );
}

const DASHES: Readonly<Record<Look['stroke'], string>> = {
  solid: 'none',
  dashed: '6 4',
  dotted: '2 3',
};

const SHAPES: Readonly<Record<Look['marker'], string>> = {
  circle: '<circle cx="16" cy="7" r="4"/>',
  rect: '<rect x="12.4" y="3.4" width="7.2" height="7.2"/>',
  triangle: '<path d="M16 2.4 20.6 10.8H11.4Z"/>',
  diamond: '<path d="M16 2 21 7 16 12 11 7Z"/>',
};

/** A little picture of how a series is drawn. */
function swatch({ color, stroke, marker, hollow }: Look, kind: Chart['kind']): Markup {
  const line =
    kind === 'dots' ? undefined : html`<path d="M0 7H32" stroke-dasharray="${DASHES[stroke]}"/>`;
  return html`<svg class="series-${color}${hollow ? ' hollow' : ''}" width="32" height="14" aria-hidden="true">${line}${trusted(SHAPES[marker])}</svg>`;
}

function numbers({ chart }: Figure): Markup {
  return chart.kind === 'lines' ? lineNumbers(chart) : dotNumbers(chart);
}

function lineNumbers({ x, y, at, labels, series }: LineChart): Markup {
  const name = (index: number): string =>
    labels?.[index] ?? formatValue(x.unit, at[index] as number);
  const rows = at.map((_, index) => {
    const cells = series.map((each) => cell(y.unit, each, index));
    return html`<tr><th scope="row">${name(index)}</th>${cells}</tr>\n`;
  });
  const heads = series.map((each) => html`<th scope="col">${headOf(each)}</th>`);
  return html`<table class="numbers"><caption>${y.name}</caption><thead><tr><th scope="col">${x.name}</th>${heads}</tr></thead><tbody>
${rows}</tbody></table>`;
}

function dotNumbers({ rows: names, rowName, value, series }: Exclude<Chart, LineChart>): Markup {
  const rows = names.map((name, index) => {
    const cells = series.map((each) => cell(value.unit, each, index));
    return html`<tr><th scope="row">${name}</th>${cells}</tr>\n`;
  });
  const heads = series.map((each) => html`<th scope="col">${headOf(each)}</th>`);
  return html`<table class="numbers"><caption>${value.name}</caption><thead><tr><th scope="col">${rowName}</th>${heads}</tr></thead><tbody>
${rows}</tbody></table>`;
}

function headOf({ name, drawn }: Series): string {
  return drawn === 'curve' ? `${name}, fitted` : name;
}

function cell(unit: Unit, series: Series, index: number): Markup {
  const value = series.values[index];
  if (value === null || value === undefined) return html`<td>-</td>`;
  const [low, high] = [series.low?.[index], series.high?.[index]];
  const interval =
    typeof low === 'number' && typeof high === 'number'
      ? ` [${formatValue(unit, low)}, ${formatValue(unit, high)}]`
      : '';
  return html`<td>${formatValue(unit, value)}${interval}</td>`;
}

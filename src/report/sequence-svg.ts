import type { ExplainedStep, Exploration } from '../explore/exploration.ts';
import { castOf, outcomeOf, shownSteps } from './cast.ts';
import { conclude, describeRule } from './verdict.ts';

// Sizes in pixels. Texts are measured by their length, with the widest of the fonts that they may
// come in: no font is at hand to measure them with.
const CHARACTER_WIDTH = 7.3;
const LINE_HEIGHT = 16;
const MARGIN = 24;
const GUTTER = 36;
const HEAD_HEIGHT = 52;
const GAP = 16;
const PADDING = 8;
const ROW_GAP = 10;
const LANE_CHARACTERS = 30;
const LANE_WIDTH: number = Math.ceil(LANE_CHARACTERS * CHARACTER_WIDTH) + 2 * PADDING;
const MEMORY = 'shared words';

const STYLE = `
  text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #1f2328; }
  .page { fill: #ffffff; } .box { fill: #f6f8fa; stroke: #d1d9e0; } .lane { stroke: #d1d9e0; }
  .link { stroke: #818b98; stroke-dasharray: 2 3; }
  .quiet { fill: #59636e; } .name { font-weight: 600; font-size: 14px; } .strong { font-weight: 600; }
  .marked .box { fill: #ffebe9; stroke: #cf222e; } .marked .link { stroke: #cf222e; }
  .violated { fill: #cf222e; font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .page { fill: #0d1117; } .box { fill: #151b23; stroke: #3d444d; } .lane { stroke: #3d444d; }
    .link { stroke: #656c76; } .quiet { fill: #9198a1; }
    .marked .box { fill: #3c1618; stroke: #ff7b72; } .marked .link { stroke: #ff7b72; }
    .violated { fill: #ff7b72; }
  }`;

interface Line {
  readonly text: string;
  readonly look: 'plain' | 'quiet' | 'strong' | 'violated';
}

/** One step: a box in its client's lane, and beside it what has changed in memory. */
interface Row {
  readonly lane: number;
  readonly number: number;
  readonly marked: boolean;
  readonly lines: readonly Line[];
  readonly change: readonly string[];
  readonly top: number;
  readonly height: number;
}

/** A failing schedule, or the one that was asked for, as a drawing: clients to the left of memory. */
export function sequenceToSvg(exploration: Exploration): string {
  const { subject, verdict } = exploration;
  const steps = shownSteps(exploration) ?? [];
  const cast = castOf(exploration, steps);
  const rows = rowsOf(steps, cast);
  const last = rows.at(-1);
  const bottom = last ? last.top + last.height + ROW_GAP : HEAD_HEIGHT + ROW_GAP;
  const width = laneX(cast.length + 1) - GAP + MARGIN;
  const foot = footOf(exploration, width);
  const footTop = bottom + PADDING;
  const height = footTop + foot.length * LINE_HEIGHT + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title steps">`,
    `<title id="title">${escaped(`${subject}: ${verdict}`)}</title>`,
    `<desc id="steps">${escaped(descriptionOf(exploration, steps))}</desc>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...[...cast, MEMORY].map((name, index) => drawLane(name, laneX(index), bottom)),
    ...rows.map((row) => draw(row, laneX(cast.length))),
    ...foot.map((line, index) => textAt(line, MARGIN, footTop + (index + 1) * LINE_HEIGHT)),
    '</svg>',
    '',
  ].join('\n');
}

/** The left edge of a lane. */
function laneX(index: number): number {
  return MARGIN + GUTTER + index * (LANE_WIDTH + GAP);
}

function rowsOf(steps: readonly ExplainedStep[], cast: readonly string[]): Row[] {
  const rows: Row[] = [];
  let top = HEAD_HEIGHT + ROW_GAP;
  for (const [index, step] of steps.entries()) {
    const { client, text, word, before, after, begins, ends, races } = step;
    const lines = [
      ...(begins === null ? [] : linesOf(begins, 'quiet')),
      ...linesOf(text, 'plain'),
      ...ends.flatMap((end) => linesOf(`⇒ ${outcomeOf(end, client)}`, 'strong')),
    ];
    const changed = word !== null && before !== after;
    const change = changed ? folded(`${word}: ${after}`, LANE_CHARACTERS) : [];
    const height = heightOf(Math.max(lines.length, change.length));
    const lane = cast.indexOf(client);
    rows.push({ lane, number: index + 1, marked: races, lines, change, top, height });
    top += height + ROW_GAP;
  }
  return rows;
}

function heightOf(lines: number): number {
  return lines * LINE_HEIGHT + 2 * PADDING;
}

function linesOf(text: string, look: Line['look']): Line[] {
  return folded(text, LANE_CHARACTERS).map((line) => ({ text: line, look }));
}

function footOf(exploration: Exploration, width: number): Line[] {
  const characters = Math.floor((width - 2 * MARGIN) / CHARACTER_WIDTH);
  const { subject, verdict } = exploration;
  const rule = describeRule(exploration);
  const look = verdict === 'violated' ? 'violated' : 'plain';
  const said = folded(`${subject}: ${verdict}: ${conclude(exploration)}`, characters);
  const ruled = rule === undefined ? [] : folded(`rule: ${rule}`, characters);
  return [
    ...said.map((text): Line => ({ text, look })),
    ...ruled.map((text): Line => ({ text, look: 'quiet' })),
  ];
}

/** The whole drawing in words, for who cannot see it. */
function descriptionOf(exploration: Exploration, steps: readonly ExplainedStep[]): string {
  const told = steps.map(({ client, text, begins, ends }, index) => {
    const begun = begins === null ? '' : ` begins to ${begins} and`;
    const ended = ends.map((end) => `; ${outcomeOf(end, client)}`).join('');
    return `${index + 1}. ${client}${begun} ${text}${ended}.`;
  });
  return [...told, `${conclude(exploration)}.`].join(' ');
}

function drawLane(name: string, x: number, bottom: number): string {
  const middle = x + LANE_WIDTH / 2;
  return `<text x="${middle}" y="32" text-anchor="middle" class="name">${escaped(name)}</text><line x1="${middle}" y1="${HEAD_HEIGHT - 8}" x2="${middle}" y2="${bottom}" class="lane"/>`;
}

function draw({ lane: own, number, marked, lines, change, top, height }: Row, memoryX: number) {
  const x = laneX(own);
  const middle = top + height / 2;
  const changeHeight = heightOf(change.length);
  const changeTop = middle - changeHeight / 2;
  const parts = [
    `<g${marked ? ' class="marked"' : ''}>`,
    textAt({ text: `${marked ? '! ' : ''}${number}`, look: 'quiet' }, MARGIN + GUTTER - 10, top, {
      anchor: 'end',
      line: 0,
    }),
    ...(change.length === 0
      ? []
      : [
          `<line x1="${x + LANE_WIDTH}" y1="${middle}" x2="${memoryX}" y2="${middle}" class="link"/>`,
          box(memoryX, changeTop, changeHeight),
          ...change.map((text, line) =>
            textAt({ text, look: 'plain' }, memoryX + PADDING, changeTop, { line }),
          ),
        ]),
    box(x, top, height),
    ...lines.map((text, line) => textAt(text, x + PADDING, top, { line })),
    '</g>',
  ];
  return parts.join('');
}

function box(x: number, top: number, height: number): string {
  return `<rect class="box" x="${x}" y="${top}" width="${LANE_WIDTH}" height="${height}" rx="6"/>`;
}

/** A text on its base line at `y`; or, with a line's number, on that line of a box whose top is `y`. */
function textAt(
  { text, look }: Line,
  x: number,
  y: number,
  { anchor = '', line }: { anchor?: string; line?: number } = {},
): string {
  const base = line === undefined ? y : y + PADDING + line * LINE_HEIGHT + 12;
  const kind = look === 'plain' ? '' : ` class="${look}"`;
  const side = anchor === '' ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${x}" y="${base}"${kind}${side}>${escaped(text)}</text>`;
}

/** Lines of at most `width` characters, broken between words, and within those that are longer. */
function folded(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let room = width;
  for (const word of text.split(/\s+/).flatMap((each) => pieces(each, width))) {
    const length = columns(word);
    if (line !== '' && length + 1 > room) {
      lines.push(line);
      line = '';
    }
    room = line === '' ? width - length : room - length - 1;
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function pieces(word: string, width: number): string[] {
  const list: string[] = [''];
  for (const character of word) {
    const piece = list.at(-1) as string;
    if (columns(piece) + columns(character) > width) list.push(character);
    else list[list.length - 1] = piece + character;
  }
  return list;
}

/** From here on, East Asian letters and pictures are two columns wide. */
const WIDE_FROM = 0x2e_80;

function columns(text: string): number {
  let sum = 0;
  for (const character of text) sum += (character.codePointAt(0) as number) < WIDE_FROM ? 1 : 2;
  return sum;
}

/** XML has no place for control characters, not even escaped. */
function escaped(text: string): string {
  return text
    .replace(/[^\P{C}\u200d]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

import type { ExplainedStep, Exploration } from '../explore/exploration.ts';

// Sizes in pixels. Texts are measured by their length: no font is at hand to measure them with.
const LANE_WIDTH = 300;
const MARGIN = 24;
const HEAD_HEIGHT = 56;
const ROW_HEIGHT = 26;
const CHARACTER_WIDTH = 6.6;
const FOOT_CHARACTERS = 110;

const STYLE = `
  svg { font: 12px ui-monospace, Menlo, Consolas, monospace; background: #fff; }
  text { fill: #1f2328; } .quiet { fill: #59636e; } .name { font-weight: 600; font-size: 14px; }
  .lane { stroke: #d1d9e0; } .arrow { stroke: #59636e; } .tip { fill: #59636e; }
  .race .arrow { stroke: #cf222e; stroke-width: 2; } .race text, .broken { fill: #cf222e; } .race .tip { fill: #cf222e; }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117; } text { fill: #f0f6fc; } .quiet { fill: #9198a1; }
    .lane { stroke: #3d444d; } .arrow { stroke: #9198a1; } .tip { fill: #9198a1; }
    .race .arrow { stroke: #ff7b72; } .race text, .broken { fill: #ff7b72; } .race .tip { fill: #ff7b72; }
  }`;

interface Row {
  readonly client: number;
  readonly text: string;
  readonly kind: 'step' | 'note';
  readonly race: boolean;
}

/** A failing schedule, or the one that was asked for, as a drawing: clients to the left of memory. */
export function sequenceToSvg(exploration: Exploration): string {
  const { clients, failure, replay, subject, verdict } = exploration;
  const names = clients.map(({ name }) => name);
  const steps = (failure ?? replay)?.steps ?? [];
  const rows = steps.flatMap((step) => rowsOf(step, names));
  const end = failure ? `${failure.kind}: ${failure.message}` : `${subject}: ${verdict}`;
  const foot = folded(end, FOOT_CHARACTERS);
  const width = Math.max(
    MARGIN * 2 + names.length * LANE_WIDTH + 120,
    MARGIN * 2 + Math.ceil(FOOT_CHARACTERS * CHARACTER_WIDTH),
  );
  const memoryX = width - MARGIN - 60;
  const bottom = HEAD_HEIGHT + rows.length * ROW_HEIGHT + 8;
  const height = bottom + foot.length * 18 + MARGIN;
  const laneX = (client: number): number => MARGIN + 30 + client * LANE_WIDTH;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(`${subject}: ${end}`)}</title><style>${STYLE}\n</style>`,
    ...names.map((name, client) => lane(name, laneX(client), bottom)),
    lane('shared words', memoryX, bottom),
    ...rows.map((row, i) => draw(row, laneX(row.client), memoryX, HEAD_HEIGHT + i * ROW_HEIGHT)),
    ...foot.map((line, i) => {
      const y = bottom + 22 + i * 18;
      return `<text x="${MARGIN}" y="${y}" class="${failure ? 'broken' : 'quiet'}">${escaped(line)}</text>`;
    }),
    '</svg>',
    '',
  ].join('\n');
}

function rowsOf(
  { client, text, word, begins, ends, races }: ExplainedStep,
  names: string[],
): Row[] {
  const own = names.indexOf(client);
  return [
    ...(begins === null ? [] : [note(own, begins)]),
    { client: own, text, kind: word === null ? 'note' : 'step', race: races },
    ...ends.map((end) => note(names.indexOf(end.split(' ')[0] as string), end)),
  ];
}

function note(client: number, text: string): Row {
  return { client, text, kind: 'note', race: false };
}

function lane(name: string, x: number, bottom: number): string {
  return `<text x="${x}" y="28" text-anchor="middle" class="name">${escaped(name)}</text><line x1="${x}" y1="38" x2="${x}" y2="${bottom}" class="lane"/>`;
}

function draw({ text, kind, race }: Row, x: number, memoryX: number, y: number): string {
  if (kind === 'note') {
    return `<text x="${x + 8}" y="${y + 12}" class="quiet">${escaped(text)}</text>`;
  }
  const tip = `${memoryX},${y + 18} ${memoryX - 7},${y + 14} ${memoryX - 7},${y + 22}`;
  return `<g${race ? ' class="race"' : ''}><text x="${x + 8}" y="${y + 12}">${escaped(text)}</text><line x1="${x}" y1="${y + 18}" x2="${memoryX - 6}" y2="${y + 18}" class="arrow"/><polygon points="${tip}" class="tip"/></g>`;
}

/** Lines of at most `width` characters, broken between words. */
function folded(text: string, width: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string;
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

import type {
  ClientReport,
  ExplainedStep,
  Exploration,
  FailureReport,
  SearchReport,
} from '../explore/exploration.ts';
import { counted, formatNs } from './format.ts';
import { plainTable, visibleLength, wrap } from './plain.ts';
import { toJson } from './render.ts';
import { sequenceToMermaid } from './sequence-mermaid.ts';
import { sequenceToSvg } from './sequence-svg.ts';
import { paint, type Style } from './style.ts';

export const EXPLORATION_FORMATS = ['table', 'json', 'mermaid', 'svg'] as const;
export type ExplorationFormat = (typeof EXPLORATION_FORMATS)[number];

export function renderExploration(
  format: ExplorationFormat,
  exploration: Exploration,
  style: Style,
): string {
  switch (format) {
    case 'table':
      return renderTable(exploration, style);
    case 'json':
      return toJson(exploration);
    case 'mermaid':
      return sequenceToMermaid(exploration);
    case 'svg':
      return sequenceToSvg(exploration);
  }
}

/** What was explored, how, and what was found. */
function renderTable(exploration: Exploration, style: Style): string {
  const { failure, replay, races, searches, command } = exploration;
  const shown = failure ?? replay;
  return [
    wrap(describeSubject(exploration), style),
    ...searches.map((search, i) => {
      const failed = failure !== null && i === searches.length - 1;
      return wrap(describeSearch(search, failed), style);
    }),
    '',
    ...(shown ? [renderSteps(exploration, shown.steps, style), ''] : []),
    ...(failure ? [...renderFailure(failure, style), ''] : []),
    ...races.map(({ word, clients, accesses }) => {
      const [one, other] = accesses;
      return wrap(
        `${paint('race', 'yellow', style)}: on ${word}, between a ${one} by ${clients[0]} and a ${other} by ${clients[1]}, which nothing orders`,
        style,
      );
    }),
    ...(races.length > 0 ? [''] : []),
    wrap(conclude(exploration, style), style),
    ...(failure ? [`replay: ${command}`] : []),
    '',
  ].join('\n');
}

/** `compare-and-swap: A reserves 1, ...; 1 event of 2 tickets`. */
function describeSubject({ subject, clients, events, tickets, kind, faults }: Exploration): string {
  const who = clients.map(describeClient).join('; ');
  const of =
    kind === 'lock' ? '' : `; ${counted(events, 'event')} of ${counted(tickets, 'ticket')}`;
  const also = [
    ...(faults.crashes > 0 ? [`up to ${counted(faults.crashes, 'death')}`] : []),
    ...(faults.timeOuts > 0 ? [`up to ${counted(faults.timeOuts, 'time-out')}`] : []),
    ...(faults.spurious > 0
      ? [`up to ${counted(faults.spurious, 'wake-up')} without a reason`]
      : []),
  ];
  return `${subject}: ${who}${of}${also.map((each) => `; ${each}`).join('')}`;
}

function describeClient({ name, operations }: ClientReport): string {
  return operations.length === 0 ? name : `${name}: ${operations.join(', ')}`;
}

const SEARCH_NAMES: Readonly<Record<SearchReport['search'], string>> = {
  'breadth-first': 'breadth-first search of all states',
  'source-dpor': 'source-DPOR',
  'preemption-bound': 'breadth-first search of schedules with few preemptions',
  pct: 'random schedules (PCT)',
};

function describeSearch(report: SearchReport, failed: boolean): string {
  const { search, coverage, states, schedules, steps, durationMs, symmetry } = report;
  const seen = states > 0 ? counted(states, 'state') : counted(schedules, 'schedule');
  const alike = symmetry > 1 ? `, ${symmetry} clients being interchangeable` : '';
  const time = formatNs(durationMs * 1e6);
  const extent = failed ? 'until the violation' : `${coverage}${describeBound(report)}`;
  return `${SEARCH_NAMES[search]}${alike}: ${seen}, ${counted(steps, 'step')} in ${time}: ${extent}`;
}

function describeBound({ coverage, stoppedBy, preemptions, chances }: SearchReport): string {
  if (chances) {
    const list = chances.map((chance, i) => `${i + 1}: ${formatChance(chance)}`).join(', ');
    return `; a bug that needs so many ordered steps had at least this chance to show: ${list}`;
  }
  const bounds = [
    ...(preemptions === null ? [] : [`up to ${counted(preemptions, 'preemption')}`]),
    ...(coverage === 'bounded' && stoppedBy !== null ? [STOPPED[stoppedBy]] : []),
  ];
  return bounds.length === 0 ? '' : ` (${bounds.join('; ')})`;
}

const STOPPED = {
  states: 'stopped by --max-states',
  memory: 'stopped by --memory',
  time: 'stopped by --time-limit',
} as const;

function formatChance(chance: number): string {
  if (chance > 0.999) return '> 99.9 %';
  return `${(chance * 100).toPrecision(3)} %`;
}

function renderFailure(failure: FailureReport, style: Style): string[] {
  const { kind, message, rule, steps } = failure;
  const lines = [wrap(`${paint(kind, 'red', style)}: ${message}`, style)];
  lines.push(wrap(`broken: ${rule}`, style));
  if (steps.some(({ races }) => races))
    lines.push('The two steps marked with ! are the ones to look at.');
  return lines;
}

function conclude(
  { verdict, subject, searches, interrupted, chosen }: Exploration,
  style: Style,
): string {
  const last = searches.at(-1);
  switch (verdict) {
    case 'violated':
      return `${paint('violated', 'red', style)}: ${
        last?.search === 'breadth-first'
          ? 'no schedule with fewer steps shows a violation'
          : 'this schedule breaks a rule'
      }`;
    case 'proved':
      return `${paint('proved', 'green', style)}: within these bounds no schedule breaks a promise of ${subject}, and nothing races`;
    case 'racy':
      return `${paint('racy', 'yellow', style)}: no schedule breaks a promise of ${subject}; but it races, and then memory may do more than any schedule shows`;
    case 'unproved':
      if (chosen === 'schedule')
        return `${paint('unproved', 'yellow', style)}: nothing is wrong in this one schedule`;
      return `${paint('unproved', 'yellow', style)}: no violation was found${interrupted ? ' until the interruption' : ''}, which is no proof: not everything was seen`;
  }
}

const GAP = 2;
const NUMBER_WIDTH = 4;

/** One column for each client, one row for each step. */
function renderSteps(
  { clients }: Exploration,
  steps: readonly ExplainedStep[],
  style: Style,
): string {
  const names = clients.map(({ name }) => name);
  const room = style.width - NUMBER_WIDTH - names.length * GAP;
  const share = Math.max(12, Math.floor(room / names.length));
  const table = plainTable(['right', ...names.map(() => 'left' as const)]);
  table.push(['step', ...names.map((name) => paint(`${' '.repeat(GAP)}${name}`, 'bold', style))]);
  for (const [i, step] of steps.entries()) {
    const column = names.indexOf(step.client);
    const cell = cellOf(step, { ...style, width: share }).split('\n');
    const indented = cell.map((line) => ' '.repeat(GAP) + line).join('\n');
    const mark = step.races ? paint('!', 'red', style) : ' ';
    const cells = names.map((_, each) => (each === column ? indented : ''));
    table.push([`${mark}${String(i + 1).padStart(NUMBER_WIDTH - 1)}`, ...cells]);
  }
  const text = table.toString();
  return text
    .split('\n')
    .map((line) => (visibleLength(line) > 0 ? line.trimEnd() : line))
    .join('\n');
}

function cellOf({ text, begins, ends, races }: ExplainedStep, style: Style): string {
  const said = wrap(text, style);
  const lines = [
    ...(begins === null ? [] : [paint(`${begins}:`, 'dim', style)]),
    races
      ? said
          .split('\n')
          .map((line) => paint(line, 'red', style))
          .join('\n')
      : said,
    ...ends.map((end) => paint(wrap(`=> ${end}`, style), 'bold', style)),
  ];
  return lines.join('\n');
}

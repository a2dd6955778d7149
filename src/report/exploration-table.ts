import type { ExplainedStep, Exploration } from '../explore/exploration.ts';
import { castOf, outcomeOf, shownSteps } from './cast.ts';
import type { ExplorationResult } from './exploration-result.ts';
import { visibleLength, wrap } from './plain.ts';
import { paint, type Style } from './style.ts';
import {
  conclude,
  describeClients,
  describeFaults,
  describeIdle,
  describeMarks,
  describeRace,
  describeRule,
  describeSearches,
  describeStock,
} from './verdict.ts';

const LABEL_WIDTH = 9;

/** What was explored, how, and what was found. */
export function explorationToTable(exploration: ExplorationResult, style: Style): string {
  const steps = shownSteps(exploration);
  return [
    paint(exploration.subject, 'bold', style),
    ...rows('clients', [describeClients(exploration)], style),
    ...rows('stock', [describeStock(exploration)], style),
    ...rows('faults', [describeFaults(exploration)], style),
    ...rows('searched', describeSearches(exploration), style),
    ...(steps && steps.length > 0 ? ['', ...stepLines(exploration, steps, style), ''] : []),
    ...rows('races', exploration.races.map(describeRace), style),
    ...rows('rule', [describeRule(exploration)], style),
    ...rows('verdict', [`${paintVerdict(exploration, style)}: ${conclude(exploration)}`], style),
    // Not wrapped: what is copied from a terminal would be broken, too.
    ...(exploration.failure ? [`${label('replay', style)}${exploration.command}`] : []),
    '',
  ].join('\n');
}

/** Some texts under one label at their left; nothing for no texts. */
function rows(name: string, texts: readonly (string | undefined)[], style: Style): string[] {
  const given = texts.filter((text) => text !== undefined);
  return given.map((text, index) => {
    return `${label(index === 0 ? name : '', style)}${wrap(text, style, LABEL_WIDTH)}`;
  });
}

function label(name: string, style: Style): string {
  const padded = name.padEnd(LABEL_WIDTH);
  return name === '' ? padded : paint(padded, 'dim', style);
}

function paintVerdict({ verdict }: Exploration, style: Style): string {
  const color = verdict === 'violated' ? 'red' : verdict === 'proved' ? 'green' : 'yellow';
  return paint(verdict, color, style);
}

const GAP = 2;
/** A column narrower than this breaks most texts into three lines or more. */
const MIN_COLUMN = 24;

/** Where the texts of a client's steps stand. */
interface Place {
  readonly left: number;
  readonly width: number;
}

/** One column for each client, one row for each step; or one below the other where that is too wide. */
function stepLines(
  exploration: Exploration,
  steps: readonly ExplainedStep[],
  style: Style,
): string[] {
  const cast = castOf(exploration, steps);
  const numbers = Math.max('step'.length, String(steps.length).length + 1);
  const room = style.width - numbers;
  const share = Math.floor(room / cast.length) - GAP;
  const columns = share >= MIN_COLUMN || cast.length === 1;
  const names = Math.max(...cast.map((name) => name.length));
  const placeOf = (client: string): Place => {
    if (columns)
      return { left: numbers + GAP + cast.indexOf(client) * (share + GAP), width: share };
    return { left: numbers + names + 2 * GAP, width: room - names - 2 * GAP };
  };
  let head = 'step'.padStart(numbers);
  for (const name of columns ? cast : ['client']) {
    head = head.padEnd(columns ? placeOf(name).left : numbers + GAP) + name;
  }
  const lines = [paint(head, 'bold', style)];
  for (const [index, step] of steps.entries()) {
    const number = String(index + 1).padStart(numbers - 1);
    const mark = step.races ? paint('!', 'red', style) : ' ';
    const who = columns ? '' : `${' '.repeat(GAP)}${step.client}`;
    const { left, width } = placeOf(step.client);
    const texts = cellOf(step, { ...style, width });
    for (const [line, text] of texts.entries()) {
      const start = line === 0 ? `${mark}${number}${who}` : '';
      lines.push(start + ' '.repeat(left - visibleLength(start)) + text);
    }
  }
  const notes = [describeMarks(exploration), describeIdle(exploration, cast)];
  const said = notes.filter((note) => note !== undefined).join('; ');
  return said === '' ? lines : [...lines, '', wrap(said, style)];
}

/** The lines of one step. */
function cellOf({ client, text, begins, ends, races }: ExplainedStep, style: Style): string[] {
  const wrapped = (said: string): string[] =>
    visibleLength(said) <= style.width ? [said] : wrap(said, style, 2).split('\n');
  return [
    ...(begins === null ? [] : wrapped(`${begins}:`).map((line) => paint(line, 'dim', style))),
    ...wrapped(text).map((line) => (races ? paint(line, 'red', style) : line)),
    ...ends.flatMap((end) =>
      wrapped(`=> ${outcomeOf(end, client)}`).map((line) => paint(line, 'bold', style)),
    ),
  ];
}

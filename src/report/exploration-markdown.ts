import type { ExplainedStep, Exploration } from '../explore/exploration.ts';
import { castOf, outcomeOf, shownSteps } from './cast.ts';
import type { ExplorationResult } from './exploration-result.ts';
import {
  conclude,
  describeClients,
  describeFaults,
  describeMarks,
  describeRace,
  describeRule,
  describeSearches,
  describeStock,
} from './verdict.ts';

/** More columns than this are too narrow on a page: then one column tells who takes the step. */
const MAX_COLUMNS = 4;

/** An exploration as a Markdown section. */
export function explorationToMarkdown(exploration: ExplorationResult): string {
  const { subject, verdict, races, failure, command } = exploration;
  const steps = shownSteps(exploration) ?? [];
  const facts = [describeClients, describeStock, describeFaults].map((tell) => tell(exploration));
  const marks = describeMarks(exploration);
  const rule = describeRule(exploration);
  return [
    `**${escaped(subject)}**: ${escaped(facts.filter((fact) => fact !== undefined).join('; '))}`,
    '',
    ...(steps.length > 0 ? [...tableOf(exploration, steps), ''] : []),
    ...(marks === undefined ? [] : [`${escaped(capitalized(marks))}.`, '']),
    `**${verdict}**: ${escaped(conclude(exploration))}.`,
    ...(rule === undefined ? [] : ['', `Rule: ${escaped(rule)}.`]),
    ...list(races.map((race) => `race: ${describeRace(race)}`)),
    ...list(describeSearches(exploration)),
    ...(failure ? ['', '```sh', command, '```'] : []),
    '',
  ].join('\n');
}

function list(texts: readonly string[]): string[] {
  return texts.length === 0 ? [] : ['', ...texts.map((text) => `- ${escaped(text)}`)];
}

function tableOf(exploration: Exploration, steps: readonly ExplainedStep[]): string[] {
  const cast = castOf(exploration, steps);
  const columns = cast.length <= MAX_COLUMNS;
  const heads = columns ? cast : ['client', 'what it does'];
  const cells = (step: ExplainedStep): string[] => {
    if (columns) return cast.map((name) => (name === step.client ? cellOf(step) : ''));
    return [step.client, cellOf(step)];
  };
  const rows = steps.map((step, index) => [
    `${step.races ? '! ' : ''}${index + 1}`,
    ...cells(step),
  ]);
  const alignments = ['--:', ...heads.map(() => ':--')];
  return [['step', ...heads], alignments, ...rows].map((row) => `| ${row.join(' | ')} |`);
}

function cellOf({ client, text, begins, ends, races }: ExplainedStep): string {
  return [
    ...(begins === null ? [] : [`*${escaped(begins)}:*`]),
    races ? `**${escaped(text)}**` : escaped(text),
    ...ends.map((end) => `⇒ ${escaped(outcomeOf(end, client))}`),
  ].join('<br>');
}

/** Texts of strategies' authors must not end a cell, or be taken for marks. */
function escaped(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\|*_`[\]~]/g, '\\$&');
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

import type { ExplainedStep, Exploration } from '../explore/exploration.ts';
import { castOf, shownSteps } from './cast.ts';
import { conclude } from './verdict.ts';

const MARK_COLOR = 'rgba(207, 34, 46, 0.18)';

/** A failing schedule, or the one that was asked for, as a Mermaid sequence diagram. */
export function sequenceToMermaid(exploration: Exploration): string {
  const { subject, verdict } = exploration;
  const steps = shownSteps(exploration) ?? [];
  const cast = castOf(exploration, steps);
  const lines = [
    'sequenceDiagram',
    ...cast.map((name) => `  participant ${name}`),
    '  participant memory as shared words',
    ...steps.flatMap((step, index) => linesOf(step, index + 1)),
    note(`${cast[0]},memory`, `${subject}: ${verdict}: ${conclude(exploration)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function linesOf(
  { client, text, word, begins, ends, races }: ExplainedStep,
  number: number,
): string[] {
  const said = `${number}: ${races ? `${text} (!)` : text}`;
  const line = word === null ? note(client, said) : `  ${client}->>memory: ${escaped(said)}`;
  return [
    ...(begins === null ? [] : [note(client, begins)]),
    ...(races ? [`  rect ${MARK_COLOR}`, line, '  end'] : [line]),
    ...ends.map((end) => note(end.client, end.outcome)),
  ];
}

function note(over: string, text: string): string {
  return `  Note over ${over}: ${escaped(text)}`;
}

/** Widest line of a note; Mermaid does not break them. */
const LINE_LENGTH = 90;

/**
 * A statement ends at a line's end or a semicolon; # begins a character's number, %% a remark, and
 * < a tag.
 */
function escaped(text: string): string {
  const lines = text
    .replace(/\s+/g, ' ')
    .match(new RegExp(`.{1,${LINE_LENGTH}}(?: |$)|\\S+`, 'gu'));
  return (lines ?? []).map((line) => coded(line.trimEnd())).join('<br/>');
}

function coded(line: string): string {
  return line.replace(/[#;<>&%$"]/g, (each) => `#${each.charCodeAt(0)};`);
}

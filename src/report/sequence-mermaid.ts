import type { ExplainedStep, Exploration } from '../explore/exploration.ts';

/** A failing schedule, or the one that was asked for, as a Mermaid sequence diagram. */
export function sequenceToMermaid({
  clients,
  failure,
  replay,
  subject,
  verdict,
}: Exploration): string {
  const names = clients.map(({ name }) => name);
  const steps = (failure ?? replay)?.steps ?? [];
  const lines = ['sequenceDiagram', ...names.map((name) => `  participant ${name}`)];
  lines.push('  participant memory as shared words');
  for (const step of steps) lines.push(...linesOf(step));
  const [first, last] = [names[0], 'memory'];
  const end = failure ? `${failure.kind}: ${failure.message}` : `${subject}: ${verdict}`;
  lines.push(`  Note over ${first},${last}: ${escaped(end)}`);
  return `${lines.join('\n')}\n`;
}

function linesOf({ client, text, word, begins, ends, races }: ExplainedStep): string[] {
  const said = escaped(races ? `${text} (!)` : text);
  return [
    ...(begins === null ? [] : [`  Note over ${client}: ${escaped(begins)}`]),
    word === null ? `  Note over ${client}: ${said}` : `  ${client}->>memory: ${said}`,
    ...ends.map((end) => `  Note over ${end.split(' ')[0]}: ${escaped(end)}`),
  ];
}

/** Mermaid ends a statement at a semicolon, and takes # for the beginning of a character's number. */
function escaped(text: string): string {
  return text.replaceAll('#', '#35;').replaceAll(';', '#59;');
}

import type { Diagnosis } from '../servers/diagnose.ts';
import { SERVER_NAMES } from '../servers/server.ts';
import type { Environment } from '../sim/environment.ts';
import { formatNs } from './format.ts';
import { wrap } from './plain.ts';
import { paint, type Style } from './style.ts';
import { toJson } from './to-json.ts';

/** Columns of what each line is about. */
const INDENT = 12;

/** What keeps the books of `sim serve` in a folder. */
export interface EmbeddedDatabase {
  readonly name: string;
  readonly works: boolean;
  readonly problem: string | null;
}

/** What was found on this machine, for a person or as JSON. */
export function renderDiagnoses(
  format: 'table' | 'json',
  diagnoses: readonly Diagnosis[],
  database: EmbeddedDatabase,
  environment: Environment,
  style: Style,
): string {
  if (format === 'json') return toJson({ environment, servers: diagnoses, database });
  const { node, cores, cpu } = environment;
  const lines = [entry('node', `${node} on ${cpu}, ${cores} processors`, style)];
  for (const each of diagnoses) lines.push(...linesOn(each, style));
  lines.push(databaseLine(database, style));
  return `${lines.join('\n')}\n`;
}

function databaseLine({ name, works, problem }: EmbeddedDatabase, style: Style): string {
  const what = works
    ? `${paint('works', 'green', style)}: for the books of sim serve`
    : `${paint('broken', 'red', style)}: ${problem}`;
  return entry(name, what, style);
}

function linesOn(diagnosis: Diagnosis, style: Style): string[] {
  const { kind, found, works, facts, problem } = diagnosis;
  const name = SERVER_NAMES[kind];
  if (!works || !facts) {
    const mark =
      found === 'none' ? paint('missing', 'yellow', style) : paint('broken', 'red', style);
    return [entry(name, `${mark}: ${problem}`, style)];
  }
  const settings = Object.entries(facts.settings).map(([key, value]) => `${key} ${value}`);
  const what = `${paint('works', 'green', style)}: ${facts.version}, ${placeOf(diagnosis)}`;
  return [entry(name, what, style), entry('', settings.join(', '), style)];
}

function entry(name: string, text: string, style: Style): string {
  return `${name.padEnd(INDENT)}${wrap(text, style, INDENT)}`;
}

function placeOf({ source, startMs }: Diagnosis): string {
  if (startMs === null) return `at ${source}, as given`;
  return `a private one (${source}), started in ${formatNs(startMs * 1e6)}`;
}

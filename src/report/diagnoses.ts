import type { Diagnosis } from '../servers/diagnose.ts';
import type { Environment } from '../sim/environment.ts';
import { formatNs } from './format.ts';
import { toJson } from './render.ts';
import { paint, type Style } from './style.ts';

const NAMES = { postgres: 'PostgreSQL', redis: 'Redis' } as const;

/** What was found on this machine, for a person or as JSON. */
export function renderDiagnoses(
  format: 'table' | 'json',
  diagnoses: readonly Diagnosis[],
  environment: Environment,
  style: Style,
): string {
  if (format === 'json') return toJson({ environment, servers: diagnoses });
  const { node, cores, cpu } = environment;
  const lines = [`node        ${node} on ${cpu}, ${cores} processors`];
  for (const each of diagnoses) lines.push(...linesOn(each, style));
  return `${lines.join('\n')}\n`;
}

function linesOn(
  { kind, found, works, facts, startMs, problem }: Diagnosis,
  style: Style,
): string[] {
  const name = NAMES[kind].padEnd(12);
  if (!works || !facts) {
    const mark =
      found === 'none' ? paint('missing', 'yellow', style) : paint('broken', 'red', style);
    return [`${name}${mark}: ${problem}`];
  }
  const where =
    startMs === null ? 'at the URL given' : `a private one, started in ${formatNs(startMs * 1e6)}`;
  const settings = Object.entries(facts.settings).map(([key, value]) => `${key} ${value}`);
  return [
    `${name}${paint('works', 'green', style)}: ${facts.version}, ${where}`,
    `${' '.repeat(12)}${settings.join(', ')}`,
  ];
}

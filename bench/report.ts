import { release, totalmem, type } from 'node:os';
import { timeOfDayMs } from '../src/base/clock.ts';
import { requireDistinct, requireWritable, writeResult } from '../src/cli/output.ts';
import { formatShort } from '../src/report/format.ts';
import { describeEnvironment, type Environment } from '../src/sim/environment.ts';
import { renderSection, type Section } from './section.ts';

/** Where and when something was measured. */
export interface Surroundings extends Environment {
  readonly memoryBytes: number;
  readonly os: string;
  readonly date: string;
}

/** All that a run of the benchmarks says. The JSON is this, the Markdown is made of it. */
export interface Report {
  readonly schemaVersion: 1;
  /** Whether it only shows that everything runs. */
  readonly smoke: boolean;
  readonly environment: Surroundings;
  /** By name; in the order in which they were measured. */
  readonly sections: Readonly<Record<string, Section>>;
}

export function describeSurroundings(): Surroundings {
  return {
    ...describeEnvironment(),
    memoryBytes: totalmem(),
    os: `${type()} ${release()}`,
    date: new Date(timeOfDayMs()).toISOString(),
  };
}

/** What comes before the sections. */
export function renderHead({ environment, smoke }: Omit<Report, 'sections'>): string {
  const { cpu, cores, memoryBytes, os, node, commit, date } = environment;
  const machine = `${cpu}, ${cores} cores, ${formatShort(memoryBytes)}B of memory, ${os}, Node ${node}`;
  const warning = '\n\nA smoke run: it shows that everything runs, its figures mean nothing.';
  return `# Benchmarks\n\n${machine}, onsale ${commit}, ${date}${smoke ? warning : ''}\n\n`;
}

export function renderReport({ sections, ...head }: Report): string {
  return renderHead(head) + Object.values(sections).map(renderPart).join('');
}

/** A section as one of several. */
export function renderPart(section: Section): string {
  return `${renderSection(section)}\n`;
}

export function reportToJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** Where to keep a report. */
export interface Keeping {
  readonly json: string | undefined;
  readonly out: string | undefined;
}

/** @throws InputError when one of the files cannot be written, before there is anything to write */
export function requireKeeping({ json, out }: Keeping): void {
  requireDistinct({ '--json': json, '--out': out });
  requireWritable(json, '--json');
  requireWritable(out, '--out');
}

export function keepReport(report: Report, { json, out }: Keeping): void {
  if (json !== undefined) writeResult(reportToJson(report), json, '--json');
  if (out !== undefined) writeResult(renderReport(report), out);
}

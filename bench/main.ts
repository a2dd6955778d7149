// npm run bench [-- SECTION...]: measures the lab itself and prints Markdown. See `-- --help`.
import { InputError, messageOf } from '../src/base/errors.ts';
import { EXIT } from '../src/cli/interrupt.ts';
import { type BenchOptions, benchHelp, parseBench } from './options.ts';
import {
  describeSurroundings,
  keepReport,
  renderHead,
  renderPart,
  requireKeeping,
} from './report.ts';
import type { Section } from './section.ts';

async function measure({ sections, smoke, json, out }: BenchOptions): Promise<void> {
  requireKeeping({ json, out });
  const head = { schemaVersion: 1, smoke, environment: describeSurroundings() } as const;
  process.stdout.write(renderHead(head));
  const measured: Record<string, Section> = {};
  for (const { name, measure: measureIt } of sections) {
    // All of it takes an hour: somebody who looks on wants to know where it is.
    if (process.stderr.isTTY) process.stderr.write(`bench: ${name}\n`);
    try {
      measured[name] = await measureIt(smoke);
    } catch (error) {
      // The others are worth having without it.
      process.stderr.write(`bench: ${name} failed: ${messageOf(error)}\n`);
      process.exitCode = EXIT.broken;
      continue;
    }
    process.stdout.write(renderPart(measured[name]));
    // After each: all of them take long, and whoever ends them keeps what there is.
    keepReport({ ...head, sections: measured }, { json, out });
  }
}

try {
  const options = parseBench(process.argv.slice(2));
  if (options.help) process.stdout.write(benchHelp());
  else await measure(options);
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = EXIT.usage;
}

// npm run bench:compare -- BASE [SCENARIO...]: this tree beside another commit, in turn. See `-- --help`.
import { InputError } from '../src/base/errors.ts';
import { EXIT, onInterrupt } from '../src/cli/interrupt.ts';
import { withBase } from './base-build.ts';
import { type CompareOptions, compareHelp, parseCompare } from './compare-options.ts';
import { describeSurroundings, keepReport, renderReport, requireKeeping } from './report.ts';
import { OWN_MAIN } from './sim-process.ts';
import { compareBuilds } from './turns.ts';

async function compare(options: CompareOptions, signal: AbortSignal): Promise<void> {
  const { base, smoke, json, out } = options;
  requireKeeping({ json, out });
  process.stderr.write(`bench:compare: building ${base}\n`);
  const section = await withBase(base, signal, async ({ commit, main }) => {
    const compared = await compareBuilds({ this: OWN_MAIN, base: main }, options, signal);
    return { ...compared, title: `${compared.title}; the base is ${commit.slice(0, 12)}` };
  });
  const environment = describeSurroundings();
  const report = { schemaVersion: 1, smoke, environment, sections: { compare: section } } as const;
  process.stdout.write(renderReport(report));
  keepReport(report, { json, out });
}

const interrupt = onInterrupt();
try {
  const options = parseCompare(process.argv.slice(2));
  if (options === undefined) process.stdout.write(compareHelp());
  else await compare(options, interrupt.signal);
} catch (error) {
  // What an interruption has cut off fails in one way or another.
  if (!(error instanceof InputError) && !interrupt.signal.aborted) throw error;
  if (error instanceof InputError) process.stderr.write(`bench:compare: ${error.message}\n`);
  process.exitCode = EXIT.usage;
}
process.exitCode = interrupt.code() ?? process.exitCode;

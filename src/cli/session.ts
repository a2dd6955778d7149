import type { ResultFormat } from '../report/formats.ts';
import type { Style } from '../report/style.ts';
import type { RunOptions } from '../sim/run.ts';
import { resolveScenario } from '../sim/scenario.ts';
import type { SessionPlan } from '../sim/session-progress.ts';
import { type AnyStrategy, isStored } from '../store/stored.ts';
import { follow } from './follow.ts';
import { EXIT, noteMissingTrace, onInterrupt } from './interrupt.ts';
import { type Arguments, resultFormatOf, scenarioRequest, textOf } from './options.ts';
import { requireDistinct, requireFile, requireWritable, styleFor, writeResult } from './output.ts';
import { openStores, STORE_SCENARIO } from './stores.ts';
import { thresholdsOf } from './thresholds.ts';

/** What the commands that sell share: the scenario, where results go, progress, Ctrl-C. */
export interface Session {
  /** What to sell, and how to follow and end it. */
  readonly options: Omit<RunOptions, 'strategy'>;
  readonly format: ResultFormat;
  readonly style: Style;
  /** Writes the result, and tells all who follow that this is the end; the exit code. */
  readonly finish: (text: string, broken: boolean) => Promise<number>;
}

/**
 * Checks all that was given before any work is done for it.
 * @param plan what those who follow are told will come
 * @param strategies what is to sell: the servers that they need are found or started
 * @param presetByDefault the scenario when none is given, and none of the strategies sells from a store
 * @throws InputError when anything is wrong
 */
export async function openSession(
  argv: Arguments,
  plan: SessionPlan,
  strategies: readonly AnyStrategy[],
  presetByDefault?: string,
): Promise<Session> {
  const format = resultFormatOf(argv);
  const out = requireWritable(textOf(argv, 'out'), '--out');
  const traceOut = requireFile(textOf(argv, 'trace-out'), '--trace-out');
  requireDistinct({ '--trace': textOf(argv, 'trace'), '--out': out, '--trace-out': traceOut });
  const usual = strategies.some(isStored) ? STORE_SCENARIO : presetByDefault;
  const scenario = resolveScenario(scenarioRequest(argv, usual));
  const thresholds = thresholdsOf(argv);
  const stores = await openStores(argv, strategies);
  // Not before: until then there is nothing to show, and servers end with the process however it ends.
  const interrupt = onInterrupt();
  for (const note of stores.notes) process.stderr.write(`sim: ${note}\n`);
  const following = await follow(argv, plan);
  const { onProgress, onResult } = following;
  return {
    options: {
      scenario,
      traceOut,
      thresholds,
      stores: stores.terms,
      signal: interrupt.signal,
      onProgress,
      onResult,
    },
    format,
    style: styleFor(out),
    async finish(text, broken) {
      following.clear();
      const code = interrupt.code();
      const exitCode = code ?? (broken ? EXIT.broken : EXIT.done);
      try {
        writeResult(text, out);
        if (traceOut !== undefined && code !== undefined) noteMissingTrace();
      } finally {
        await stores.stop();
        await following.end(exitCode);
      }
      return exitCode;
    },
  };
}

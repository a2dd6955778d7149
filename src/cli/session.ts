import { currentEpoch, systemClock } from '../base/clock.ts';
import type { ResultFormat } from '../report/render.ts';
import type { Style } from '../report/style.ts';
import type { RunOptions } from '../sim/run.ts';
import { resolveScenario } from '../sim/scenario.ts';
import { EXIT, noteMissingTrace, onInterrupt } from './interrupt.ts';
import { type Arguments, isSet, resultFormatOf, scenarioRequest, textOf } from './options.ts';
import { requireDistinct, requireFile, requireWritable, styleFor, writeResult } from './output.ts';
import { progressLine } from './progress.ts';
import { thresholdsOf } from './thresholds.ts';

/** What the commands that sell share: the scenario, where results go, progress, Ctrl-C. */
export interface Session {
  /** What to sell, and how to follow and end it. */
  readonly options: Omit<RunOptions, 'strategy'>;
  readonly format: ResultFormat;
  readonly style: Style;
  /** Writes the result; the exit code. */
  readonly finish: (text: string, broken: boolean) => number;
}

/**
 * Checks all that was given before any work is done for it.
 * @param presetByDefault the scenario when none is given
 * @throws InputError when anything is wrong
 */
export function openSession(argv: Arguments, presetByDefault?: string): Session {
  const format = resultFormatOf(argv);
  const out = requireWritable(textOf(argv, 'out'), '--out');
  const traceOut = requireFile(textOf(argv, 'trace-out'), '--trace-out');
  requireDistinct({ '--trace': textOf(argv, 'trace'), '--out': out, '--trace-out': traceOut });
  const scenario = resolveScenario(scenarioRequest(argv, presetByDefault));
  const thresholds = thresholdsOf(argv);
  const clock = systemClock(currentEpoch());
  const progress = progressLine(isSet(argv, 'quiet'), () => clock.now() / 1e6);
  const interrupt = onInterrupt();
  return {
    options: {
      scenario,
      traceOut,
      thresholds,
      signal: interrupt.signal,
      onProgress: progress.show,
    },
    format,
    style: styleFor(out),
    finish(text, broken) {
      progress.clear();
      writeResult(text, out);
      const code = interrupt.code();
      if (traceOut !== undefined && code !== undefined) noteMissingTrace();
      return code ?? (broken ? EXIT.broken : EXIT.done);
    },
  };
}

import { type RunOptions, type RunResult, run } from '../../src/index.ts';

/** A sale that is judged, not timed: its threads do without the warm-up, most of what a small sale takes. */
export function coldRun(options: RunOptions): Promise<RunResult> {
  return run({ warmsUp: false, ...options });
}

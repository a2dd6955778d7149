/** Exit codes of the command. */
export const EXIT = { done: 0, broken: 1, usage: 2, interrupted: 130, terminated: 143 } as const;

/** What Ctrl-C does while the command works. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** The exit code that the interruption asks for, if there was one. */
  code(): number | undefined;
}

/**
 * The first Ctrl-C ends the run and shows what there is; a second ends the process.
 * @param terminated the exit code of a termination
 */
export function onInterrupt(terminated: number = EXIT.terminated): Interrupt {
  const controller = new AbortController();
  let code: number | undefined;
  const interrupt = (exitCode: number, atOnce: number) => (): void => {
    if (code !== undefined) process.exit(atOnce);
    code = exitCode;
    controller.abort();
  };
  process.on('SIGINT', interrupt(EXIT.interrupted, EXIT.interrupted));
  process.on('SIGTERM', interrupt(terminated, EXIT.terminated));
  return { signal: controller.signal, code: () => code };
}

/** Says that an interruption left no trace: half a stream would replay as if it were whole. */
export function noteMissingTrace(): void {
  process.stderr.write('sim: no trace was saved, since the stream was cut short\n');
}

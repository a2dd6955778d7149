/** Exit codes of the command. */
export const EXIT = { done: 0, broken: 1, usage: 2, interrupted: 130, terminated: 143 } as const;

/** What Ctrl-C does while a sale runs. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** The exit code that the interruption asks for, if there was one. */
  code(): number | undefined;
  dispose(): void;
}

/** The first Ctrl-C ends the run and shows what there is; a second ends the process. */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  let code: number | undefined;
  const interrupt = (exitCode: number) => (): void => {
    if (code !== undefined) process.exit(exitCode);
    code = exitCode;
    controller.abort();
  };
  const onInt = interrupt(EXIT.interrupted);
  const onTerm = interrupt(EXIT.terminated);
  process.on('SIGINT', onInt);
  process.on('SIGTERM', onTerm);
  return {
    signal: controller.signal,
    code: () => code,
    dispose() {
      process.off('SIGINT', onInt);
      process.off('SIGTERM', onTerm);
    },
  };
}

import type { Phase } from '../sim/run.ts';

/** Exit codes of the command. */
export const EXIT = { done: 0, broken: 1, usage: 2, interrupted: 130, terminated: 143 } as const;

/** What Ctrl-C does while a sale runs. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** To be told when a run begins to sell and when it begins to audit. */
  readonly onPhase: (phase: Phase) => void;
  /** The exit code that the interruption asks for, if there was one. */
  code(): number | undefined;
}

/**
 * While tickets are sold, the first Ctrl-C ends the run and shows what there is; a second ends the
 * process. An audit keeps this thread busy, so that no handler of ours would run: during that the
 * system's own takes over, and ends the process at once.
 */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  let code: number | undefined;
  const interrupt = (exitCode: number) => (): void => {
    if (code !== undefined) process.exit(exitCode);
    code = exitCode;
    controller.abort();
  };
  const handlers = {
    SIGINT: interrupt(EXIT.interrupted),
    SIGTERM: interrupt(EXIT.terminated),
  } as const;
  return {
    signal: controller.signal,
    code: () => code,
    onPhase(phase) {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        if (phase === 'selling') process.on(signal, handlers[signal]);
        else process.off(signal, handlers[signal]);
      }
    },
  };
}

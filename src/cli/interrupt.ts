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

/** So long may it take, once somebody has interrupted it, to begin what then only has to end. */
const GIVE_UP_MS = 1000;

/**
 * What `begin` comes to, unless it is interrupted meanwhile: then undefined, once it has failed by that. If it does not,
 * as where it waits for a server that does not answer, the process ends with the command: as if it were killed, so
 * whatever is begun must bear that.
 */
export async function unlessInterrupted<T>(
  beginning: Promise<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const givenUp = new Promise<undefined>((resolve) => {
    const giveUp = (): void => {
      resolve(undefined);
      // After the command has told how it ended.
      setImmediate(() => process.exit());
    };
    signal.addEventListener('abort', () => (timer = setTimeout(giveUp, GIVE_UP_MS)), {
      once: true,
    });
  });
  try {
    return await Promise.race([beginning, givenUp]);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Says that an interruption left no trace: half a stream would replay as if it were whole. */
export function noteMissingTrace(): void {
  process.stderr.write('sim: no trace was saved, since the stream was cut short\n');
}

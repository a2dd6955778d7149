/** Something that is done again and again. */
export interface Repeated {
  /** Ends it, after what is under way. */
  stop(): Promise<void>;
}

/**
 * Does something every so often, never twice at a time. It keeps no process alive.
 * @param atOnce whether it begins now, or when it is due for the first time
 */
export function repeat(
  everyMs: number,
  atOnce: boolean | undefined,
  work: () => Promise<void>,
): Repeated {
  let working: Promise<void> | undefined;
  const begin = (): void => {
    working ??= work().finally(() => {
      working = undefined;
    });
  };
  const timer = setInterval(begin, everyMs);
  if (atOnce) begin();
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await working;
    },
  };
}

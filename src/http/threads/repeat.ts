/** Something that is done again and again. */
export interface Repeated {
  /** Ends it, after what is under way. */
  stop(): Promise<void>;
}

/** Does something every so often, never twice at a time. It keeps no process alive. */
export function repeat(everyMs: number, work: () => Promise<void>): Repeated {
  let working: Promise<void> | undefined;
  const timer = setInterval(() => {
    working ??= work().finally(() => {
      working = undefined;
    });
  }, everyMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await working;
    },
  };
}

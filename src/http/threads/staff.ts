/** All that a server has opened, to be closed in the opposite order; those of one name together. */
export class Staff {
  readonly #closings: (() => Promise<void>)[] = [];
  #leaving: Promise<void> | undefined;
  #tellGone: (reason: string | undefined) => void = () => {};

  /** Resolves when all is closed: to the reason, if nobody asked for it. */
  readonly gone: Promise<string | undefined> = new Promise((resolve) => {
    this.#tellGone = resolve;
  });

  /** @param close what ends it; called once */
  add(close: () => Promise<unknown>): void {
    this.#closings.push(async () => {
      await close();
    });
  }

  /** Closes all, since something has ended that should not have. */
  fail(reason: string): void {
    void this.#leave(reason);
  }

  /** Closes all; again and again the same promise. */
  dismiss(): Promise<void> {
    return this.#leave(undefined);
  }

  #leave(reason: string | undefined): Promise<void> {
    this.#leaving ??= this.#closeAll(reason);
    return this.#leaving;
  }

  async #closeAll(reason: string | undefined): Promise<void> {
    let failure: unknown;
    for (const close of this.#closings.toReversed()) {
      try {
        await close();
      } catch (error) {
        failure ??= error;
      }
    }
    this.#tellGone(reason);
    // Who asked for it hears of it; of what failed already, the reason tells.
    if (failure !== undefined && reason === undefined) throw failure;
  }
}

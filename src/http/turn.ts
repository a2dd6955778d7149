/**
 * The end of this turn of the event loop: the same promise for all who ask in it. Answers that wait for it are written
 * one after another, once all requests of the turn have been decided. Written as each is ready, every one of them wakes
 * a client that has just gone to sleep, which costs both sides more than the whole sale.
 */
export class Turn {
  #end: Promise<void> | undefined;

  end(): Promise<void> {
    this.#end ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#end = undefined;
        resolve();
      });
    });
    return this.#end;
  }
}

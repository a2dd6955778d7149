/** A process that dies after so many steps: those it does later never end, and do nothing. */
export class Mortal {
  readonly #lives: number;
  #done = 0;

  constructor(lives: number) {
    this.#lives = lives;
    this.died.catch(() => {});
  }

  /** Rejects a moment after the death: a statement that was sent by then is done. */
  readonly died: Promise<never> = new Promise((_, reject) => {
    const look = (): void => {
      if (this.isDead) setTimeout(() => reject(new Error('dead')), 30);
      else setTimeout(look, 1).unref();
    };
    setImmediate(look);
  });

  get isDead(): boolean {
    return this.#done >= this.#lives;
  }

  /** The same object, in which each call of one of these functions is a step. */
  as<Part extends object>(
    part: Part,
    steps: readonly (keyof Part & string)[],
    others: Partial<Part> = {},
  ): Part {
    return new Proxy(part, {
      get: (target, name) => {
        if (name in others) return Reflect.get(others, name);
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (!steps.includes(name as keyof Part & string)) return value.bind(target);
        return (...args: unknown[]) => {
          if (this.isDead) return new Promise(() => {});
          this.#done++;
          return value.apply(target, args);
        };
      },
    });
  }
}

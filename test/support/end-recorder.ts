import type { ClientState } from '../../src/explore/client-tree.ts';
import type { Monitor, Violation } from '../../src/explore/program.ts';
import { endText, orderText } from './enumerate.ts';
import type { Ended } from './recorded-words.ts';

/** Notes every end of a run. Its state is the number of a set of pairs: which operation ended before which. */
export class EndRecorder implements Monitor {
  readonly initial = 0;
  readonly size = 1;
  readonly ends: Set<string> = new Set();
  /** What clients saw where everybody ended. */
  readonly orders: Set<string> = new Set();
  readonly #orders: string[] = [''];
  readonly #ended: string[] = [''];
  readonly #numbers: Map<string, number> = new Map([['/', 0]]);

  begin(state: number, who: number, operation: number): number {
    const ended = split(this.#ended[state]);
    const pairs = ended.map((each) => `${each}<${who}.${operation}`);
    return this.#number([...split(this.#orders[state]), ...pairs], ended);
  }

  end(state: number, who: number, at: readonly ClientState[]): number | Violation {
    const { parent } = at[who] as ClientState;
    const ended = [...split(this.#ended[state]), `${who}.${parent?.operation}`];
    if (at.every(({ step }) => step === undefined)) {
      this.orders.add(orderText(at.flatMap(endedOf), split(this.#orders[state])));
    }
    return this.#number(split(this.#orders[state]), ended);
  }

  die(state: number): number {
    return state;
  }

  finish(at: readonly ClientState[], memory: Int32Array): undefined {
    this.ends.add(endText(at.flatMap(endedOf), memory));
  }

  rename(state: number, renaming: readonly number[]): number {
    const name = (text: string): string =>
      text.replaceAll(/(\d+)\./g, (_match, who: string) => `${renaming[Number(who)]}.`);
    return this.#number(split(this.#orders[state]).map(name), split(this.#ended[state]).map(name));
  }

  #number(orders: readonly string[], ended: readonly string[]): number {
    const [order, done] = [orders.toSorted().join(' '), ended.toSorted().join(' ')];
    const key = `${order}/${done}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#orders.push(order);
    this.#ended.push(done);
    this.#numbers.set(key, this.#orders.length - 1);
    return this.#orders.length - 1;
  }
}

function split(text: string | undefined): string[] {
  return text ? text.split(' ') : [];
}

/** The operations that a client has ended, as its states tell. */
function endedOf(state: ClientState, who: number): Ended[] {
  const ended: Ended[] = [];
  for (let at = state; at.parent; at = at.parent) {
    if (at.ended === undefined) continue;
    ended.push({ client: who, operation: at.parent.operation, outcome: at.ended });
  }
  return ended;
}

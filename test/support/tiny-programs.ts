import fc from 'fast-check';
import type { ClientState } from '../../src/explore/client-tree.ts';
import type { Monitor, Program, ProgramClient, Violation } from '../../src/explore/program.ts';
import type { Script } from '../../src/explore/script.ts';
import { endText, orderText } from './enumerate.ts';
import type { Ended } from './recorded-words.ts';

/** Words that the clients of a tiny program use. Behind them each client has one that tells its death. */
export const TINY_WORDS = 3;

/** One line of a client's code. What it reads becomes its `seen`, which it may write elsewhere. */
export type Line =
  | { readonly does: 'get' | 'load'; readonly word: number }
  | {
      readonly does: 'set' | 'store' | 'add' | 'exchange';
      readonly word: number;
      readonly value: number;
      /** Whether what was seen is added to the value. */
      readonly seen: boolean;
    }
  | {
      readonly does: 'swap';
      readonly word: number;
      readonly expected: number;
      readonly value: number;
      readonly seen: boolean;
    }
  | {
      readonly does: 'wait';
      readonly word: number;
      readonly value: number;
      readonly timed: boolean;
    }
  | { readonly does: 'notify'; readonly word: number; readonly count: number }
  | { readonly does: 'await'; readonly word: number; readonly value: number }
  | { readonly does: 'skip unless'; readonly value: number };

/** A client's operations, each some lines of code. */
export type TinyClient = readonly (readonly Line[])[];

const word = fc.nat({ max: TINY_WORDS - 1 });
const value = fc.integer({ min: 0, max: 2 });

const reading: fc.Arbitrary<Line> = fc.record({
  does: fc.constantFrom('get' as const, 'load' as const),
  word,
});

const writing: fc.Arbitrary<Line> = fc.record({
  does: fc.constantFrom('set' as const, 'store' as const, 'add' as const, 'exchange' as const),
  word,
  value,
  seen: fc.boolean(),
});

const swapping: fc.Arbitrary<Line> = fc.record({
  does: fc.constant('swap' as const),
  word,
  expected: value,
  value,
  seen: fc.boolean(),
});

const other: fc.Arbitrary<Line> = fc.oneof(
  fc.record({ does: fc.constant('wait' as const), word, value, timed: fc.boolean() }),
  fc.record({
    does: fc.constant('notify' as const),
    word,
    count: fc.constantFrom(0, 1, 2, 2 ** 31 - 1),
  }),
  fc.record({ does: fc.constant('await' as const), word, value }),
  fc.record({ does: fc.constant('skip unless' as const), value }),
);

// Most lines never wait, so that most programs come to an end.
const line: fc.Arbitrary<Line> = fc.oneof(
  { weight: 3, arbitrary: reading },
  { weight: 4, arbitrary: writing },
  { weight: 2, arbitrary: swapping },
  { weight: 2, arbitrary: other },
);

/** A client of at most `most` lines in one or two operations. */
export function tinyClient(most: number): fc.Arbitrary<TinyClient> {
  return fc
    .tuple(fc.array(line, { minLength: 1, maxLength: most }), fc.nat({ max: most - 1 }))
    .map(([lines, at]) => {
      return at === 0 || at >= lines.length ? [lines] : [lines.slice(0, at), lines.slice(at)];
    });
}

/** Two clients of up to four lines, or three of up to two. */
export const tinyClients: fc.Arbitrary<readonly TinyClient[]> = fc.oneof(
  fc.array(tinyClient(4), { minLength: 2, maxLength: 2 }),
  fc.array(tinyClient(2), { minLength: 3, maxLength: 3 }),
);

/** Runs a line; the value it leaves as seen. */
function run(script: Script, each: Line, seen: number): number {
  switch (each.does) {
    case 'get':
    case 'load':
      return script[each.does](each.word);
    case 'set':
    case 'store':
      script[each.does](each.word, each.value + (each.seen ? seen : 0));
      return seen;
    case 'add':
    case 'exchange':
      return script[each.does](each.word, each.value + (each.seen ? seen : 0));
    case 'swap':
      return script.compareExchange(each.word, each.seen ? seen : each.expected, each.value);
    case 'wait':
      return ['ok', 'not-equal', 'timed-out'].indexOf(
        script.wait(each.word, each.value, each.timed ? 50 : undefined),
      );
    case 'notify':
      return script.notify(each.word, each.count);
    case 'await':
      while (script.load(each.word) !== each.value) script.spin();
      return each.value;
    case 'skip unless':
      return seen;
  }
}

function client(code: TinyClient, self: number, options: TinyOptions): ProgramClient {
  return {
    name: String.fromCharCode(65 + self),
    likeness: options.alike ? 'any' : String(self),
    operations: code.map((_, operation) => `operation ${operation}`),
    outcomeOf: (_operation, outcome) => String(outcome),
    code(script) {
      let seen = 0;
      for (const [operation, lines] of code.entries()) {
        script.begin(operation);
        if (!options.remembers) seen = 0;
        for (const each of lines) {
          if (each.does === 'skip unless' && each.value !== seen) break;
          seen = run(script, each, seen);
        }
        const last = operation === code.length - 1;
        script.end(options.silent && !last ? 0 : seen);
      }
    },
  };
}

export interface TinyOptions {
  /** Whether what an operation saw last is remembered in the next. */
  readonly remembers?: boolean;
  /** Whether only the last operation tells what was seen. */
  readonly silent?: boolean;
  /** Whether clients are said to be alike. */
  readonly alike?: boolean;
}

/** Notes every end of a run. Its state is the number of a set of pairs: which operation ended before which. */
export class EndRecorder implements Monitor {
  readonly initial = 0;
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

/** A program of such clients. */
export function tinyProgram(
  clients: readonly TinyClient[],
  options: TinyOptions,
): Program & { readonly monitor: EndRecorder } {
  return {
    clients: clients.map((code, self) => client(code, self, options)),
    initial: new Int32Array(TINY_WORDS + clients.length),
    describe: (at) =>
      at < TINY_WORDS ? { name: `word ${at}` } : { name: 'death', member: at - TINY_WORDS },
    death: (who) => ({ word: TINY_WORDS + who, value: 1 }),
    monitor: new EndRecorder(),
    racesAreViolations: false,
  };
}

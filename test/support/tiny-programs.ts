import type { Program, ProgramClient } from '../../src/explore/program.ts';
import type { Script } from '../../src/explore/script.ts';
import { EndRecorder } from './end-recorder.ts';
import fc from './fast-check.ts';

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
  /** Waits in a loop, or asleep, until the caller has come; the latter also ends if the caller dies. */
  | { readonly does: 'await call' | 'sleep till call' }
  | { readonly does: 'call' | 'wake all' }
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

/** The word that the caller writes; nobody else takes a call back. */
const CALLED = TINY_WORDS - 1;
const CALL = 9;

const dataWord = fc.nat({ max: CALLED - 1 });

const waking: fc.Arbitrary<Line> = fc.record({
  does: fc.constant('notify' as const),
  word: fc.constant(CALLED),
  count: fc.constantFrom(1, 2),
});

/** Sleeps and busy loops of all kinds, of which none lasts longer than until the call. */
const patientLine: fc.Arbitrary<Line> = fc.oneof(
  fc.record({ does: fc.constant('exchange' as const), word: dataWord, value, seen: fc.boolean() }),
  fc.record({ does: fc.constant('add' as const), word: dataWord, value, seen: fc.constant(false) }),
  fc.record({
    does: fc.constant('add' as const),
    word: fc.constant(CALLED),
    value: fc.constant(1),
    seen: fc.constant(false),
  }),
  waking,
  fc.record({ does: fc.constant('await call' as const) }),
  fc.record({
    does: fc.constant('wait' as const),
    word: fc.constant(CALLED),
    value: fc.nat({ max: 1 }),
    timed: fc.boolean(),
  }),
);

/** As {@link patientLine}, where the caller may die. */
const wakefulLine: fc.Arbitrary<Line> = fc.oneof(
  fc.record({ does: fc.constant('exchange' as const), word: dataWord, value, seen: fc.boolean() }),
  waking,
  fc.record({ does: fc.constant('sleep till call' as const) }),
);

const callers: fc.Arbitrary<TinyClient> = fc.constantFrom<TinyClient>(
  [[{ does: 'call' }, { does: 'wake all' }]],
  [[{ does: 'call' }, { does: 'notify', word: CALLED, count: 1 }, { does: 'wake all' }]],
);

/** Clients who wait for the last of them, which waits for nobody: all come to the end. */
function calledClients(one: fc.Arbitrary<Line>): fc.Arbitrary<readonly TinyClient[]> {
  const lists = fc.oneof(
    fc.array(tinyClient(2, one), { minLength: 2, maxLength: 2 }),
    fc.array(tinyClient(1, one), { minLength: 3, maxLength: 3 }),
  );
  return fc.tuple(lists, callers).map(([clients, caller]) => [...clients, caller]);
}

/** A client of at most `most` lines in one or two operations. */
export function tinyClient(most: number, one: fc.Arbitrary<Line> = line): fc.Arbitrary<TinyClient> {
  return fc
    .tuple(fc.array(one, { minLength: 1, maxLength: most }), fc.nat({ max: most - 1 }))
    .map(([lines, at]) => {
      return at === 0 || at >= lines.length ? [lines] : [lines.slice(0, at), lines.slice(at)];
    });
}

/** Two clients of up to four lines, or three of up to two. */
export const tinyClients: fc.Arbitrary<readonly TinyClient[]> = fc.oneof(
  fc.array(tinyClient(4), { minLength: 2, maxLength: 2 }),
  fc.array(tinyClient(2), { minLength: 3, maxLength: 3 }),
);

export const patientClients: fc.Arbitrary<readonly TinyClient[]> = calledClients(patientLine);
export const wakefulClients: fc.Arbitrary<readonly TinyClient[]> = calledClients(wakefulLine);

/** Runs a line; the value it leaves as seen. */
function run(script: Script, each: Line, seen: number, caller: number): number {
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
    case 'await call':
      // The loop looks at two words, and either may end it.
      while (script.load(CALLED) < CALL && script.load(0) < CALL) script.spin();
      return seen;
    case 'sleep till call':
      return sleepTillCall(script, caller);
    case 'call':
      return script.add(CALLED, CALL);
    case 'wake all':
      return script.notify(CALLED);
    case 'skip unless':
      return seen;
  }
}

/** As locks do: whoever's time is up looks whether the other is dead, and sleeps on if not. */
function sleepTillCall(script: Script, caller: number): number {
  for (;;) {
    const called = script.load(CALLED);
    if (called >= CALL) return called;
    const end = script.wait(CALLED, called, 50);
    if (end === 'timed-out' && script.load(TINY_WORDS + caller) === 1) return -1;
  }
}

function client(
  code: TinyClient,
  self: number,
  caller: number,
  options: TinyOptions,
): ProgramClient {
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
          seen = run(script, each, seen, caller);
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

/** A program of such clients. */
export function tinyProgram(
  clients: readonly TinyClient[],
  options: TinyOptions,
): Program & { readonly monitor: EndRecorder } {
  return {
    clients: clients.map((code, self) => client(code, self, clients.length - 1, options)),
    initial: new Int32Array(TINY_WORDS + clients.length),
    describe: (at) =>
      at < TINY_WORDS ? { name: `word ${at}` } : { name: 'death', member: at - TINY_WORDS },
    death: (who) => ({ word: TINY_WORDS + who, value: 1 }),
    monitor: new EndRecorder(),
    racesAreViolations: false,
  };
}

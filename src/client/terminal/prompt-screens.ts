// Screens on a terminal that can move its cursor, by Clack's prompts.

import type { Key } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CANCEL_SYMBOL,
  confirm,
  intro,
  isCancel,
  note,
  outro,
  password,
  text,
} from '@clack/prompts';
import { CountPrompt } from './count-prompt.ts';
import { ListPrompt } from './list-prompt.ts';
import { TerminalOutput } from './output.ts';
import {
  type CountQuestion,
  Left,
  type List,
  type Outcome,
  type Pending,
  type Screens,
} from './screens.ts';
import { outcomeText, WaitPrompt } from './wait-prompt.ts';

/** What is shown is asked for again this often: soon enough for a person, seldom enough for a service. */
const REFRESH_MS = 1000;
const REDRAW_MS = 250;
const INTERRUPTED = 130;

export class PromptScreens implements Screens {
  readonly #input: NodeJS.ReadStream;
  readonly #output: TerminalOutput;
  #isInterrupt = false;
  /** Clack tells Esc and Ctrl-C by the same symbol. */
  readonly #onKey = (_char: string | undefined, key: Key): void => {
    this.#isInterrupt = key.ctrl === true && key.name === 'c';
  };

  constructor(input: NodeJS.ReadStream, output: NodeJS.WriteStream, color: boolean) {
    this.#input = input;
    this.#output = new TerminalOutput(output, color);
    input.on('keypress', this.#onKey);
  }

  begin(title: string): void {
    intro(title, { output: this.#output });
  }

  end(said: string): void {
    outro(said, { output: this.#output });
  }

  say(outcome: Outcome): void {
    this.#output.write(`${outcomeText(outcome, this.#output)}\n`);
  }

  show(title: string, said: string): void {
    // Clack would dim all of it.
    note(said, title, { output: this.#output, format: (line) => line });
  }

  async choose<Value>(list: List<Value>): Promise<Value | undefined> {
    const prompt = new ListPrompt(list, this.#input, this.#output);
    const over = new AbortController();
    const refreshing = keepFresh(list, prompt, over.signal);
    try {
      return this.#answer(await prompt.prompt(), prompt.hasQuit);
    } finally {
      over.abort();
      await refreshing;
    }
  }

  async count(question: CountQuestion): Promise<number | undefined> {
    const prompt = new CountPrompt(question, this.#input, this.#output);
    return this.#answer(await prompt.prompt(), prompt.hasQuit);
  }

  async ask(
    question: string,
    fault: (answer: string) => string | undefined,
  ): Promise<string | undefined> {
    const validate = (answer: string | undefined) => fault(answer ?? '');
    const streams = { input: this.#input, output: this.#output };
    return this.#answer(await text({ message: question, validate, ...streams }), false);
  }

  async askSecret(question: string): Promise<string | undefined> {
    const streams = { input: this.#input, output: this.#output };
    return this.#answer(
      await password({ message: question, validate: emptyFault, ...streams }),
      false,
    );
  }

  async confirm(question: string): Promise<boolean | undefined> {
    const streams = { input: this.#input, output: this.#output };
    return this.#answer(
      await confirm({ message: question, initialValue: false, ...streams }),
      false,
    );
  }

  async wait(
    said: string,
    work: (pending: Pending) => Promise<Outcome | undefined>,
  ): Promise<boolean> {
    const prompt = new WaitPrompt(said, this.#input, this.#output);
    const enough = new AbortController();
    const left = prompt.prompt().then((answer) => {
      if (isCancel(answer)) enough.abort();
    });
    try {
      const pending = { note: (news: string) => prompt.note(news), signal: enough.signal };
      prompt.finish(await work(pending));
    } catch (error) {
      if (!enough.signal.aborted) throw error;
      if (this.#isInterrupt) throw new Left(INTERRUPTED);
    }
    await left;
    if (enough.signal.aborted && this.#isInterrupt) throw new Left(INTERRUPTED);
    return !enough.signal.aborted;
  }

  close(): void {
    this.#input.off('keypress', this.#onKey);
    this.#input.pause();
    this.#output.destroy();
  }

  #answer<Value>(
    answer: Value | typeof CANCEL_SYMBOL | undefined,
    hasQuit: boolean,
  ): Value | undefined {
    if (!isCancel(answer)) return answer;
    if (hasQuit) throw new Left(0);
    if (this.#isInterrupt) throw new Left(INTERRUPTED);
    return undefined;
  }
}

function emptyFault(answer: string | undefined): string | undefined {
  return answer ? undefined : 'Nothing was typed';
}

/** Brings a list up to date, again and again. */
async function keepFresh<Value>(
  list: List<Value>,
  prompt: ListPrompt<Value>,
  signal: AbortSignal,
): Promise<void> {
  if (!list.refresh) return;
  // Also while nothing has come yet: it shows what it waits for.
  const drawing = setInterval(() => prompt.refresh(), REDRAW_MS);
  try {
    while (!signal.aborted) {
      await sleep(REFRESH_MS, undefined, { signal });
      await list.refresh(signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(drawing);
  }
}

/** What a terminal is given back with, however the process ends. */
export const SHOW_CURSOR: string = `${String.fromCharCode(27)}[?25h`;

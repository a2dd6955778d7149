// Screens on a terminal that can only write one line after the other, such as `TERM=dumb`: numbers in place of a cursor.
import { createInterface, type Interface } from 'node:readline/promises';
import { askWithoutEcho } from './no-echo.ts';
import {
  type CountQuestion,
  Left,
  type List,
  type Outcome,
  type Pending,
  type Screens,
} from './screens.ts';

const INTERRUPTED = 130;
const WIDTH = 78;
const SIGNS: Readonly<Record<Outcome['kind'], string>> = { done: 'ok', warn: '!', error: 'x' };

export class LineScreens implements Screens {
  readonly #input: NodeJS.ReadStream;
  readonly #output: NodeJS.WriteStream;

  constructor(input: NodeJS.ReadStream, output: NodeJS.WriteStream) {
    this.#input = input;
    this.#output = output;
  }

  begin(title: string): void {
    this.#write(title);
  }

  end(text: string): void {
    this.#write(text);
  }

  say({ kind, text }: Outcome): void {
    this.#write(`${SIGNS[kind]}: ${text}`);
  }

  show(title: string, text: string): void {
    this.#write(`\n${title}\n${text}`);
  }

  async choose<Value>(list: List<Value>): Promise<Value | undefined> {
    for (;;) {
      const { heading, rows, note } = list.view(WIDTH - 5);
      const lines = rows.map(({ label }, index) => `${String(index + 1).padStart(3)}  ${label}`);
      const head = rows.length > 0 && heading !== '' ? [`     ${heading}`] : [];
      const body = rows.length === 0 ? [list.empty] : lines;
      this.#write(['', list.title, ...head, ...body, ...(note === '' ? [] : [note])].join('\n'));
      const again = list.refresh ? ', r to look again' : '';
      const back = list.isFirst ? '' : ', Enter to go back';
      const answer = await this.#line(`Number${again}${back}, q to quit: `);
      if (answer === '') return undefined;
      if (answer === 'q') throw new Left(0);
      const key = list.keys?.[answer];
      if (answer === 'r') await list.refresh?.(new AbortController().signal);
      else if (key) key();
      else {
        const row = /^\d+$/.test(answer) ? rows[Number(answer) - 1] : undefined;
        if (row) return row.value;
        this.say({ kind: 'warn', text: `there is no ${JSON.stringify(answer)} in this list` });
      }
    }
  }

  async count({ question, max, about }: CountQuestion): Promise<number | undefined> {
    const fault = (answer: string): string | undefined =>
      /^\d+$/.test(answer) && Number(answer) >= 1 && Number(answer) <= max
        ? undefined
        : `a whole number from 1 to ${max}`;
    const answer = await this.ask(`${question} (1 to ${max})`, fault);
    if (answer === undefined) return undefined;
    this.#write(about(Number(answer)));
    return Number(answer);
  }

  async ask(
    question: string,
    fault: (answer: string) => string | undefined,
  ): Promise<string | undefined> {
    for (;;) {
      const answer = await this.#line(`${question} (Enter to go back): `);
      if (answer === '') return undefined;
      const wrong = fault(answer);
      if (wrong === undefined) return answer;
      this.say({ kind: 'warn', text: wrong });
    }
  }

  async askSecret(question: string): Promise<string | undefined> {
    const answer = await askWithoutEcho(`${question}: `, this.#input, this.#output);
    return answer === '' ? undefined : answer;
  }

  async confirm(question: string): Promise<boolean | undefined> {
    const answer = await this.#line(`${question} (y or n): `);
    return answer === '' ? undefined : answer.toLowerCase().startsWith('y');
  }

  async wait(
    text: string,
    work: (pending: Pending) => Promise<Outcome | undefined>,
  ): Promise<boolean> {
    this.#write(`${text} ...`);
    const { signal } = new AbortController();
    const outcome = await work({ note: (news) => this.#write(`... ${news}`), signal });
    if (outcome) this.say(outcome);
    return true;
  }

  close(): void {
    this.#input.pause();
  }

  async #line(question: string): Promise<string> {
    const lines = createInterface({ input: this.#input, output: this.#output, terminal: false });
    try {
      return (await untilClosed(lines, lines.question(question))).trim();
    } finally {
      lines.close();
    }
  }

  #write(text: string): void {
    this.#output.write(`${text}\n`);
  }
}

/** Whoever closes the terminal has left. */
function untilClosed(lines: Interface, answer: Promise<string>): Promise<string> {
  return new Promise((resolve, reject) => {
    lines.once('close', () => reject(new Left(0)));
    lines.once('SIGINT', () => reject(new Left(INTERRUPTED)));
    answer.then(resolve, reject);
  });
}

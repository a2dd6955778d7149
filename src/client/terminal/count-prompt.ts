import { styleText } from 'node:util';
import { Prompt } from '@clack/core';
import { S_BAR, S_BAR_END, S_STEP_SUBMIT, symbol } from '@clack/prompts';
import { clamp, typed } from './list-state.ts';
import type { TerminalOutput } from './output.ts';
import type { CountQuestion } from './screens.ts';

const PAGE = 10;
const STEPS: Readonly<Record<string, number>> = {
  up: 1,
  right: 1,
  down: -1,
  left: -1,
  pageup: PAGE,
  pagedown: -PAGE,
};

/** How many: by arrows or by digits. */
export class CountPrompt extends Prompt<number> {
  hasQuit = false;
  readonly #question: CountQuestion;
  #count = 1;
  #isTyped = false;

  constructor(question: CountQuestion, input: NodeJS.ReadStream, output: TerminalOutput) {
    super({ render: () => this.#draw(), input, output }, false);
    this.#question = question;
    this.value = 1;
    this.on('key', (char, { name = '' }) => {
      const step = STEPS[name] ?? 0;
      const { max } = this.#question;
      if (step !== 0) this.#set(clamp(this.#count + step, max), false);
      if (char !== undefined && /^\d$/.test(char)) {
        this.#set(typed(this.#count, Number(char), max, !this.#isTyped), true);
      }
      if (name === 'backspace') this.#set(clamp(Math.floor(this.#count / 10), max), true);
      if (char === 'q') {
        this.hasQuit = true;
        this.state = 'cancel';
      }
    });
  }

  #set(count: number, isTyped: boolean): void {
    this.#count = count;
    this.#isTyped = isTyped;
    this.value = count;
  }

  #draw(): string {
    const { question, about } = this.#question;
    const head = `${styleText('gray', S_BAR)}\n${symbol(this.state)}  ${question}`;
    if (this.state === 'cancel') {
      return `${styleText('gray', S_BAR)}\n${styleText('gray', `${S_STEP_SUBMIT}  ${question}`)}`;
    }
    const text = `${this.#count}  ${about(this.#count)}`;
    if (this.state === 'submit') {
      return `${head}\n${styleText('gray', S_BAR)}  ${styleText('dim', text)}`;
    }
    const number = styleText('green', `◂ ${this.#count} ▸`);
    const help = '↑/↓ or digits · Enter go on · Esc back · q quit';
    return [
      head,
      `${styleText('cyan', S_BAR)}  ${number}  ${about(this.#count)}`,
      `${styleText('cyan', S_BAR_END)}  ${styleText('dim', help)}`,
      '',
    ].join('\n');
  }
}

import { styleText } from 'node:util';
import { Prompt, wrapTextWithPrefix } from '@clack/core';
import { S_BAR, S_ERROR, S_STEP_SUBMIT, S_WARN } from '@clack/prompts';
import { monotonicMs } from '../../base/clock.ts';
import { cutToWidth } from '../../base/terminal-text.ts';
import type { TerminalOutput } from './output.ts';
import type { Outcome } from './screens.ts';

const FRAMES = ['◒', '◐', '◓', '◑'] as const;
const FRAME_MS = 100;
/** Whoever waits longer is told how long. */
const TOLD_FROM_S = 2;
const LINE_UP = `${String.fromCharCode(27)}[1A`;

/** A spinner that keys reach: Esc has had enough. It ends with what came of it. */
export class WaitPrompt extends Prompt<never> {
  readonly #screen: TerminalOutput;
  readonly #timer: NodeJS.Timeout;
  readonly #beginMs = monotonicMs();
  #text: string;
  #outcome: Outcome | undefined;
  #isOver = false;

  constructor(text: string, input: NodeJS.ReadStream, output: TerminalOutput) {
    super({ render: () => this.#draw(), input, output }, false);
    this.#text = text;
    this.#screen = output;
    this.#timer = setInterval(() => output.redraw(), FRAME_MS);
    this.on('finalize', () => clearInterval(this.#timer));
  }

  note(text: string): void {
    this.#text = text;
    this.#screen.redraw();
  }

  /** Shows what came of it, or leaves nothing, and ends; not if somebody has ended it already. */
  finish(outcome: Outcome | undefined): void {
    clearInterval(this.#timer);
    if (this.state === 'cancel' || this.state === 'submit') return;
    this.#outcome = outcome;
    this.#isOver = true;
    this.state = 'submit';
    this.#screen.redraw();
    this.close();
    // It has ended its line, of which there is none.
    if (!outcome) this.#screen.write(LINE_UP);
  }

  /** Enter is no answer to something that asks nothing. */
  protected override _shouldSubmit(): boolean {
    return false;
  }

  #draw(): string {
    const bar = styleText('gray', S_BAR);
    if (this.#outcome) return outcomeText(this.#outcome, this.#screen);
    if (this.#isOver) return '';
    if (this.state === 'cancel') return `${bar}\n${bar}  ${styleText('dim', this.#text)}`;
    const elapsedMs = monotonicMs() - this.#beginMs;
    const seconds = Math.floor(elapsedMs / 1000);
    const frame = FRAMES[Math.floor(elapsedMs / FRAME_MS) % FRAMES.length] ?? FRAMES[0];
    const after = seconds < TOLD_FROM_S ? '' : ` · ${seconds} s`;
    const room = this.#screen.columns - 4 - after.length;
    const text = cutToWidth(this.#text, room) + styleText('dim', after);
    return `${bar}\n${styleText('magenta', frame)}  ${text}`;
  }
}

/** An outcome as it stands below what was asked, broken where the line ends. */
export function outcomeText(outcome: Outcome, screen: TerminalOutput): string {
  const bar = styleText('gray', S_BAR);
  const text = wrapTextWithPrefix(screen, outcome.text, `${bar}  `, `${symbolOf(outcome)}  `);
  return `${bar}\n${text}`;
}

function symbolOf({ kind }: Outcome): string {
  if (kind === 'done') return styleText('green', S_STEP_SUBMIT);
  return kind === 'warn' ? styleText('yellow', S_WARN) : styleText('red', S_ERROR);
}

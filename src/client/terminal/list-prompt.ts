import { styleText } from 'node:util';
import { Prompt } from '@clack/core';
import {
  limitOptions,
  S_BAR,
  S_BAR_END,
  S_RADIO_ACTIVE,
  S_RADIO_INACTIVE,
  S_STEP_SUBMIT,
  symbol,
} from '@clack/prompts';
import { cutToWidth } from '../../base/terminal-text.ts';
import { type ListState, listState, moved, refreshed } from './list-state.ts';
import type { TerminalOutput } from './output.ts';
import type { List, ListView } from './screens.ts';

const PAGE_ROWS = 10;
const LIVE = 'live: asked for anew every second';
/** What stands before a row: the bar, and the mark of the one that is chosen. */
const PREFIX_COLUMNS = 5;
/** Title, heading, note, keys, bars, and the line in which the cursor rests. */
const OTHER_ROWS = 8;

/** A list to choose from, drawn anew whenever what it shows has changed. */
export class ListPrompt<Value> extends Prompt<Value> {
  hasQuit = false;
  readonly #list: List<Value>;
  readonly #screen: TerminalOutput;
  #state: ListState;

  constructor(list: List<Value>, input: NodeJS.ReadStream, output: TerminalOutput) {
    super({ render: () => this.#draw(), input, output }, false);
    this.#list = list;
    this.#screen = output;
    this.#state = listState(keysOf(this.#view()), list.follows === true);
    this.#select();
    this.on('cursor', (action) => {
      if (action === 'up' || action === 'left') this.#move(-1);
      if (action === 'down' || action === 'right') this.#move(1);
    });
    this.on('key', (char, { name }) => {
      if (name === 'pageup') this.#move(-PAGE_ROWS);
      if (name === 'pagedown') this.#move(PAGE_ROWS);
      if (name === 'home') this.#move(-this.#state.keys.length - 1);
      if (name === 'end') this.#move(this.#state.keys.length + 1);
      if (char === 'q') this.#quit();
      if (char !== undefined) this.#list.keys?.[char]?.();
    });
  }

  /** What the list shows may be new. */
  refresh(): void {
    this.#screen.redraw();
  }

  #quit(): void {
    this.hasQuit = true;
    this.state = 'cancel';
  }

  #move(by: number): void {
    this.#state = moved(this.#state, by);
    this.#select();
  }

  #select(): void {
    this.value = this.#view().rows[this.#state.cursor]?.value;
  }

  #view(): ListView<Value> {
    return this.#list.view(this.#screen.columns - PREFIX_COLUMNS - 1);
  }

  #draw(): string {
    const view = this.#view();
    this.#state = refreshed(this.#state, keysOf(view), this.#list.follows === true);
    this.#select();
    const { title } = this.#list;
    const head = `${styleText('gray', S_BAR)}\n${symbol(this.state)}  ${title}`;
    if (this.state === 'submit') {
      const chosen = view.rows[this.#state.cursor]?.label ?? '';
      return `${head}\n${styleText('gray', S_BAR)}  ${styleText('dim', chosen.trim())}`;
    }
    if (this.state === 'cancel') {
      return `${styleText('gray', S_BAR)}\n${styleText('gray', `${S_STEP_SUBMIT}  ${title}`)}`;
    }
    return [head, ...this.#body(view)].join('\n');
  }

  #body({ heading, rows, note: said }: ListView<Value>): string[] {
    const note = said === '' && this.#list.refresh ? LIVE : said;
    const bar = styleText('cyan', S_BAR);
    const width = this.#screen.columns - 4;
    const lines = limitOptions({
      options: rows,
      cursor: this.#state.cursor,
      output: this.#screen,
      columnPadding: 3,
      rowPadding: OTHER_ROWS,
      style: ({ label }, isActive) =>
        isActive
          ? `${styleText('green', S_RADIO_ACTIVE)} ${label}`
          : `${styleText('dim', S_RADIO_INACTIVE)} ${styleText('dim', label)}`,
    });
    const empty = rows.length === 0 ? [cutToWidth(this.#list.empty, width)] : [];
    const { isFirst, keysText = '' } = this.#list;
    const keys = ['↑/↓ move', 'Enter choose', isFirst ? '' : 'Esc back', 'q quit', keysText];
    const help = keys.filter((each) => each !== '').join(' · ');
    return [
      ...(heading === '' || rows.length === 0 ? [] : [`${bar}    ${styleText('dim', heading)}`]),
      ...[...empty, ...lines].map((line) => `${bar}  ${line}`),
      ...(note === '' ? [] : [`${bar}  ${styleText('dim', cutToWidth(note, width))}`]),
      `${styleText('cyan', S_BAR_END)}  ${styleText('dim', cutToWidth(help, width))}`,
      '',
    ];
  }
}

function keysOf(view: ListView<unknown>): readonly string[] {
  return view.rows.map(({ key }) => key);
}

import { LOG_LEVELS, type LogLevel, logLine } from '../../base/log-line.ts';
import { cutToWidth } from '../../base/terminal-text.ts';
import type { ClientLog } from '../client-log.ts';
import type { List, ListView } from '../terminal/screens.ts';
import type { App } from './attempt.ts';

const EMPTY = 'Nothing of this level yet.';

/** The client's own log, from a level on, while it grows. */
export class LogList implements List<string> {
  readonly title: string = 'Log of this client';
  readonly empty: string = EMPTY;
  readonly follows: boolean = true;
  readonly keysText: string = 'd/i/w/e level';
  readonly keys: Readonly<Record<string, () => void>> = {
    d: () => this.#from('debug'),
    i: () => this.#from('info'),
    w: () => this.#from('warn'),
    e: () => this.#from('error'),
  };
  readonly #log: Pick<ClientLog, 'lines'>;
  #level: LogLevel = 'debug';

  constructor(log: Pick<ClientLog, 'lines'>) {
    this.#log = log;
  }

  view(width: number): ListView<string> {
    const rows = this.#log.lines.flatMap((line, index) => {
      const shown = logLine(line, this.#level, false);
      if (shown === undefined) return [];
      const label = cutToWidth(`${timeIn(line)}${shown}`, width);
      return [{ key: `${index} ${line}`, label, value: line }];
    });
    const levels = LOG_LEVELS.filter((level) => level !== 'silent').join(', ');
    return { heading: '', rows, note: `from ${this.#level} on, of ${levels}` };
  }

  /** What is new is there without being asked for. */
  async refresh(): Promise<void> {}

  #from(level: LogLevel): void {
    this.#level = level;
  }
}

export async function logScreen({ client, screens }: App): Promise<void> {
  for (;;) {
    const line = await screens.choose(new LogList(client.log));
    if (line === undefined) return;
    const whole = logLine(line, 'debug', false) ?? '';
    screens.show('One line of the log', whole.replaceAll(/ (?=\w+=)/g, '\n'));
  }
}

/** `20:15:00 ` of a line of JSON. */
function timeIn(line: string): string {
  const time = /"time":"[^"]*T(\d\d:\d\d:\d\d)/.exec(line)?.[1];
  return time === undefined ? '' : `${time} `;
}

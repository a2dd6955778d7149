// The console of a server: commands are read from one stream, and answered on another.
import { createInterface, type Interface } from 'node:readline';
import { messageOf } from '../../base/errors.ts';
import { freshId } from '../../base/fresh-id.ts';
import { type LogLevel, logLine } from '../../base/log-line.ts';
import type { BackOfficeCalls } from '../../service/back-office-calls.ts';
import { type EventFields, GUEST_ID } from '../../service/terms.ts';
import { CONSOLE_COMMANDS, CONSOLE_HELP, type ConsoleAction, readConsoleLine } from './commands.ts';
import { followLines, type LogTail } from './log-tail.ts';
import { eventsTable } from './texts.ts';

const PROMPT = 'onsale> ';
const NOTHING: ConsoleAction = { kind: 'nothing' };

export interface ConsoleParts {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Whether a person sits there: lines are edited, and their end is the end of the server. */
  readonly isTerminal: boolean;
  readonly color: boolean;
  readonly backOffice: Pick<BackOfficeCalls, 'listings' | 'totals' | 'createEvent'>;
  /** Where the log goes. */
  readonly logFile: string | undefined;
  readonly nowMs: () => number;
  /** Somebody wants the server to stop. */
  readonly quit: () => void;
  /** Somebody has pressed Ctrl-C, which a terminal that is read line by line does not tell the process. */
  readonly interrupt: () => void;
}

/** Takes commands, one after the other. */
export class ServerConsole {
  readonly #parts: ConsoleParts;
  readonly #lines: Interface;
  /** Commands wait for each other: answers come in the order of the questions. */
  #working: Promise<void> = Promise.resolve();
  #tail: LogTail | undefined;
  #closed = false;

  constructor(parts: ConsoleParts) {
    this.#parts = parts;
    this.#lines = createInterface({
      input: parts.input,
      // Of what is piped in, nothing is repeated.
      ...(parts.isTerminal ? { output: parts.output, completer: complete } : {}),
      terminal: parts.isTerminal,
      prompt: PROMPT,
    });
    this.#lines.on('line', (line) => {
      this.#working = this.#working.then(() => this.#obey(line));
    });
    this.#lines.on('SIGINT', () => parts.interrupt());
    this.#lines.on('close', () => this.#onEnd());
    // A terminal that is just being closed may fail to be read (EIO), before it is at its end. Not at once: to close the lines
    // sets the terminal, which then fails in the same way, and would close them in the middle of being closed.
    this.#lines.on('error', () => setImmediate(() => this.#lines.close()));
    this.#prompt();
  }

  /** Takes no more commands; what was asked is still answered. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#unfollow();
    this.#lines.close();
    await this.#working;
  }

  #onEnd(): void {
    // The end of a file, or of a pipe, is no reason to stop selling; that of a terminal is.
    if (!this.#closed && this.#parts.isTerminal) this.#parts.quit();
  }

  async #obey(line: string): Promise<void> {
    // While the log is followed, any line ends that, and is nothing else.
    const action = this.#tail ? NOTHING : readConsoleLine(line);
    this.#unfollow();
    switch (action.kind) {
      case 'events':
        await this.#orSayWhy(() => this.#showEvents());
        break;
      case 'add':
        await this.#orSayWhy(() => this.#add(action.event));
        break;
      case 'logs':
        await this.#orSayWhy(async () => this.#follow(action.level));
        break;
      case 'help':
        this.#say(CONSOLE_HELP);
        break;
      case 'wrong':
        this.#say(`${action.message}\n`);
        break;
      case 'quit':
        this.#parts.quit();
        return;
      case 'nothing':
    }
    if (!this.#tail) this.#prompt();
  }

  async #showEvents(): Promise<void> {
    const { backOffice } = this.#parts;
    this.#say(eventsTable(await backOffice.listings(), await backOffice.totals()));
  }

  async #add(event: EventFields): Promise<void> {
    const createdAtMs = this.#parts.nowMs();
    const made = { id: freshId(createdAtMs), organizerId: GUEST_ID, createdAtMs };
    await this.#parts.backOffice.createEvent({ ...event, ...made });
    this.#say(`${event.name} is on sale\n`);
  }

  #follow(level: LogLevel): void {
    const { logFile, color } = this.#parts;
    if (logFile === undefined) {
      this.#say('the log is shown here already, as it comes\n');
      return;
    }
    this.#say(`${logFile}, ${level} and above; Enter ends it\n`);
    this.#tail = followLines(logFile, (line) => {
      const shown = logLine(line, level, color);
      if (shown !== undefined) this.#say(`${shown}\n`);
    });
  }

  #unfollow(): void {
    this.#tail?.stop();
    this.#tail = undefined;
  }

  async #orSayWhy(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#say(`not done: ${messageOf(error)}\n`);
    }
  }

  #say(text: string): void {
    this.#parts.output.write(text);
  }

  #prompt(): void {
    if (this.#parts.isTerminal && !this.#closed) this.#lines.prompt();
  }
}

function complete(line: string): [completions: string[], typed: string] {
  return [CONSOLE_COMMANDS.filter((name) => name.startsWith(line)), line];
}

import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timeOfDayMs } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { freshName } from '../base/fresh-name.ts';
import { ServerConsole } from '../http/console/console.ts';
import type { RunningServer } from '../http/serve.ts';
import type { LogSettings } from '../http/settings.ts';
import { wrap } from '../report/plain.ts';
import type { BackOfficeCalls } from '../service/back-office-calls.ts';
import { requireWritable } from './output.ts';

/** Whether somebody sits at a terminal, and sees what is written to stderr. */
export function isAtTerminal(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Where the log goes. */
export interface LogPlace {
  readonly settings: LogSettings;
  /** Removes what nobody asked for. */
  remove(): void;
}

/**
 * Where log lines go: beside a console they go to a file, so that nobody's typing is torn apart, and are followed
 * by `logs`.
 * @param folder where what is kept lies
 */
export function logPlace(
  log: LogSettings,
  hasConsole: boolean,
  folder: string | undefined,
): LogPlace {
  if (!hasConsole || log.file !== undefined) return { settings: log, remove() {} };
  if (folder !== undefined) {
    return { settings: { ...log, file: join(folder, 'server.log') }, remove() {} };
  }
  const file = join(tmpdir(), `${freshName('onsale')}.log`);
  return { settings: { ...log, file }, remove: () => rmSync(file, { force: true }) };
}

/** A note as it is shown: at a terminal, lines end between words. */
export function noteLines(note: string): string {
  const { isTTY, columns } = process.stderr;
  const text = `sim: ${note}`;
  return `${isTTY && columns > 0 ? wrap(text, { width: columns, color: false }, INDENT) : text}\n`;
}

/** Of what does not fit into the first line, under `sim: `. */
const INDENT = 5;

/** What a hang-up does, as those send it who rotate logs. */
export interface Hangup {
  /** From now on, a server is told of it. */
  tell(server: Pick<RunningServer, 'reopenLog'>): void;
}

/**
 * Has a server open its log file anew after somebody has renamed it. Without one, a hang-up does what it does to
 * any process; the end of a terminal is told by the end of its input, too.
 */
export function onHangup(logFile: string | undefined): Hangup {
  let server: Pick<RunningServer, 'reopenLog'> | undefined;
  if (logFile !== undefined) {
    process.on('SIGHUP', () => {
      try {
        requireWritable(logFile, '--log-file');
        server?.reopenLog();
      } catch (error) {
        process.stderr.write(
          noteLines(`${messageOf(error)}; the log goes on in the file of before`),
        );
      }
    });
  }
  return {
    tell(to) {
      server = to;
    },
  };
}

/** Takes commands from stdin, and answers on stderr: stdout is for scripts. */
export function openConsole(
  backOffice: BackOfficeCalls,
  logFile: string | undefined,
  quit: () => void,
): ServerConsole {
  const { NO_COLOR, TERM } = process.env;
  if (isAtTerminal()) outliveTerminal();
  return new ServerConsole({
    input: process.stdin,
    output: process.stderr,
    isTerminal: isAtTerminal(),
    color: isAtTerminal() && !NO_COLOR && TERM !== 'dumb',
    backOffice,
    logFile,
    nowMs: timeOfDayMs,
    quit,
    // As if the terminal had told the process itself.
    interrupt: () => process.kill(process.pid, 'SIGINT'),
  });
}

/** When a window is closed, what is left to do is done: that nobody can be shown anything any more is no error. */
function outliveTerminal(): void {
  const { stdin, stderr } = process;
  stderr.on('error', () => {});
  const setRawMode = stdin.setRawMode.bind(stdin);
  stdin.setRawMode = (mode) => {
    try {
      return setRawMode(mode);
    } catch {
      return stdin;
    }
  };
}

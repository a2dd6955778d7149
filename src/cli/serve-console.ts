import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timeOfDayMs } from '../base/clock.ts';
import { freshName } from '../base/fresh-name.ts';
import { ServerConsole } from '../http/console/console.ts';
import type { LogSettings } from '../http/settings.ts';
import type { BackOfficeCalls } from '../service/back-office-calls.ts';

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

/** Takes commands from stdin, and answers on stderr: stdout is for scripts. */
export function openConsole(
  backOffice: BackOfficeCalls,
  logFile: string | undefined,
  quit: () => void,
): ServerConsole {
  const { NO_COLOR, TERM } = process.env;
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

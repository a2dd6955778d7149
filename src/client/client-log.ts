// The client's own log: a line of JSON for everything, to a file if one is given, and the last ones to the log view.
import { closeSync, openSync } from 'node:fs';
import { type Logger, pino } from 'pino';
import { InputError, messageOf } from '../base/errors.ts';
import type { LogLevel } from '../base/log-line.ts';
import { writeFully } from '../base/write-fully.ts';

/** Kept for the log view. */
const KEPT_LINES = 1000;
/** It says who bought what. */
const OWNER_ONLY = 0o600;

type Write = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

export interface ClientLog extends Write {
  /** The last lines, the oldest first. */
  readonly lines: readonly string[];
  close(): void;
}

/**
 * No secrets are ever logged: neither bodies nor headers are.
 * @param file lines from `level` on are appended to it; the log view has all
 * @throws InputError when the file cannot be opened
 */
export function openClientLog(file: string | undefined, level: LogLevel = 'debug'): ClientLog {
  const lines: string[] = [];
  const target = file === undefined ? undefined : openToAppend(file);
  let isWritable = level !== 'silent';
  const toView = {
    write(line: string): void {
      lines.push(line.trimEnd());
      if (lines.length > KEPT_LINES) lines.shift();
    },
  };
  const toFile = {
    write(line: string): void {
      if (target === undefined || !isWritable) return;
      try {
        writeFully(target, Buffer.from(line));
      } catch {
        // A full disk is no reason to sell nothing.
        isWritable = false;
      }
    },
  };
  const least = level === 'silent' ? 'fatal' : level;
  const logger = pino(
    {
      level: 'debug',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.multistream([
      { level: 'debug', stream: toView },
      { level: least, stream: toFile },
    ]),
  );
  return Object.assign(logger, {
    lines,
    close(): void {
      isWritable = false;
      if (target !== undefined) closeSync(target);
    },
  });
}

function openToAppend(path: string): number {
  try {
    return openSync(path, 'a', OWNER_ONLY);
  } catch (error) {
    throw new InputError(`--log-file cannot be opened: ${messageOf(error)}`);
  }
}

// Lines of a log, as a person reads them. What is in a log comes from whoever sends requests.
import { fitForTerminal } from './terminal-text.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The numbers by which pino knows levels. */
const PINO_LEVELS: Readonly<Record<number, LogLevel>> = {
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'error',
};
/** Said in every line, or of no use to a person. */
const LEFT_OUT: ReadonlySet<string> = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'v']);
const COLORS: Readonly<Record<LogLevel, string>> = {
  debug: '2',
  info: '0',
  warn: '33',
  error: '31',
  silent: '0',
};

/**
 * A line of the log for a person: `info  request served reqId=7 status=201`. undefined when it is of a lower level.
 * What is no JSON is shown as it is.
 */
export function logLine(line: string, least: LogLevel, color: boolean): string | undefined {
  const fields = fieldsOf(line);
  if (!fields) return fitForTerminal(line);
  const level = levelOf(fields['level']);
  if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(least)) return undefined;
  const rest = Object.entries(fields)
    .filter(([key]) => !LEFT_OUT.has(key))
    .map(([key, value]) => `${key}=${wordOf(value)}`);
  const message = [level.padEnd(5), wordOf(fields['msg'] ?? ''), ...rest].join(' ');
  const fit = fitForTerminal(message).trimEnd();
  return color && level !== 'info' ? `\u001b[${COLORS[level]}m${fit}\u001b[0m` : fit;
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function fieldsOf(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function levelOf(given: unknown): LogLevel {
  const named = LOG_LEVELS.find((level) => level === given);
  return named ?? PINO_LEVELS[Number(given)] ?? 'info';
}

// What the console of a server shows. Names of events, and what is in the log, come from whoever sends requests: no
// character of theirs may paint the terminal.
import type { Listing } from '../../service/catalogue.ts';
import type { EventTotals } from '../../service/records/records.ts';
import { LOG_LEVELS, type LogLevel } from '../settings.ts';

/** For control, for the direction of text, and separators of lines. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** With it, a line of the table fits into 80 columns. */
const NAME_MAX = 30;

/** Events in the order in which they were made: what there is of each, who has it, and what is left. */
export function eventsTable(
  listings: readonly Listing[],
  totals: ReadonlyMap<number, EventTotals>,
): string {
  if (listings.length === 0) return 'no events; add NAME DATE CAPACITY [PRICE] makes one\n';
  const rows = listings.map(({ event }) => {
    const { held, confirmed } = totals.get(event.number) ?? { held: 0, confirmed: 0 };
    const { capacity, priceCents } = event;
    const left = capacity - held - confirmed;
    const counts = [capacity, held, confirmed, left].map(String);
    return [shorten(event.name), event.date, (priceCents / 100).toFixed(2), ...counts];
  });
  const headings = ['event', 'date', 'price', 'capacity', 'held', 'sold', 'left'];
  return align([headings, ...rows]);
}

/** The first two columns are texts; numbers stand at the right. */
function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

function shorten(name: string): string {
  const fit = name.replaceAll(UNFIT, '?');
  return fit.length > NAME_MAX ? `${fit.slice(0, NAME_MAX - 3)}...` : fit;
}

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
  if (!fields) return line.replaceAll(UNFIT, '?');
  const level = levelOf(fields['level']);
  if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(least)) return undefined;
  const rest = Object.entries(fields)
    .filter(([key]) => !LEFT_OUT.has(key))
    .map(([key, value]) => `${key}=${wordOf(value)}`);
  const message = [level.padEnd(5), wordOf(fields['msg'] ?? ''), ...rest].join(' ');
  const fit = message.replaceAll(UNFIT, '?').trimEnd();
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

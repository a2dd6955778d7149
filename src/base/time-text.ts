let lastMs = 0;
let lastText: string = textOf(lastMs);

/** A time of day as ISO 8601 has it. */
export function isoTime(timeMs: number): string {
  // Much happens in the same millisecond, and this takes one of its microseconds.
  if (timeMs !== lastMs) {
    lastText = textOf(timeMs);
    lastMs = timeMs;
  }
  return lastText;
}

function textOf(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** A time of day for libraries that ask for a date. */
export function dateAt(timeMs: number): Date {
  return new Date(timeMs);
}

/** The year of a time of day, as UTC has it. */
export function yearOf(timeMs: number): number {
  return new Date(timeMs).getUTCFullYear();
}

/** A day of a year, the first is 1, as ISO 8601 has it. */
export function isoDay(year: number, dayOfYear: number): string {
  return new Date(Date.UTC(year, 0, dayOfYear)).toISOString().slice(0, 10);
}

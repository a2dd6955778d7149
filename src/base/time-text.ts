/** A time of day as ISO 8601 has it. */
export function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** A time of day for libraries that ask for a date. */
export function dateAt(timeMs: number): Date {
  return new Date(timeMs);
}

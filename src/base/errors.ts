import { inspect } from 'node:util';

/** What a user gave cannot be used. The message names the value and what is allowed, in one line. */
export class InputError extends Error {
  override name = 'InputError';
}

/** The message of anything thrown, in one line. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === 'string') return inOneLine(thrown);
  if (!(thrown instanceof Error)) return shown(thrown);
  // A name with several addresses, none of which can be reached, fails without a message of its own.
  const parts = thrown instanceof AggregateError && thrown.message === '' ? thrown.errors : [];
  return parts.length > 0 ? parts.map(messageOf).join(', ') : inOneLine(thrown.message);
}

/** Any value as a message shows it: texts quoted, in one short line. */
export function shown(value: unknown): string {
  if (value instanceof Promise) return 'a promise';
  return inOneLine(inspect(value, { depth: 0, maxArrayLength: 3, maxStringLength: 60 }));
}

function inOneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}

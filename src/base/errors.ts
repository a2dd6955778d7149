/** What a user gave cannot be used. The message names the value and what is allowed, in one line. */
export class InputError extends Error {
  override name = 'InputError';
}

/** The message of anything thrown, in one line. */
export function messageOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message.trim().replace(/\s*\n\s*/g, ' ');
}

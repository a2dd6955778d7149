/** What a user gave cannot be used. The message names the value and what is allowed, in one line. */
export class InputError extends Error {
  override name = 'InputError';
}

/** The message of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

import { InputError } from '../base/errors.ts';
import type { ServerKind } from '../store/stored.ts';

/** What URLs begin with. */
const SCHEMES: Readonly<Record<ServerKind, readonly string[]>> = {
  postgres: ['postgres:', 'postgresql:'],
  redis: ['redis:', 'rediss:'],
};

/**
 * Checks the URL of a server.
 * @param name what gave it
 * @throws InputError when it is none
 */
export function requireUrl(url: string, name: string, kind: ServerKind): void {
  const schemes = SCHEMES[kind];
  const scheme = URL.canParse(url) ? new URL(url).protocol : '';
  if (schemes.includes(scheme)) return;
  // Not the URL itself: it may hold a password.
  throw new InputError(`${name} must be a URL that begins with ${schemes.join('// or ')}//`);
}

// Who is logged in where, kept between commands: a file for each service, readable for its owner only.
import {
  appendFileSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError, messageOf } from '../base/errors.ts';
import { freshName } from '../base/fresh-name.ts';
import { writeFully } from '../base/write-fully.ts';
import { type SessionAnswer, sessionShape } from './answers.ts';

const OWNER_ONLY = 0o600;
/** Of what a guest has reserved, so much is remembered. */
const REMEMBERED = 100;

/** The sessions and the guest's reservations at one service. */
export class SessionStore {
  readonly #session: string;
  readonly #reservations: string;

  /**
   * @param folder where state is kept
   * @param url of the service
   */
  constructor(folder: string, url: string) {
    const name = encodeURIComponent(url);
    this.#session = join(folder, `${name}.session.json`);
    this.#reservations = join(folder, `${name}.reservations`);
  }

  /** Who is logged in; undefined: nobody, or nobody knows. */
  load(): SessionAnswer | undefined {
    const text = readIfThere(this.#session);
    if (text === undefined) return undefined;
    try {
      const value: unknown = JSON.parse(text);
      return sessionShape(value, '') === undefined ? (value as SessionAnswer) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Whole or not at all. */
  save(session: SessionAnswer): void {
    const { token, expiresAt, account } = session;
    const temporary = `${this.#session}.${freshName('new')}`;
    try {
      makeFolder(this.#session);
      const file = openSync(temporary, 'wx', OWNER_ONLY);
      try {
        writeFully(file, Buffer.from(`${JSON.stringify({ token, expiresAt, account })}\n`));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, this.#session);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw new InputError(`the log-in cannot be kept: ${messageOf(error)}`);
    }
  }

  forget(): void {
    rmSync(this.#session, { force: true });
  }

  /** What was reserved without an account: the service lists that for nobody. */
  guestReservations(): readonly string[] {
    const ids = (readIfThere(this.#reservations) ?? '').split('\n').filter((line) => line !== '');
    return ids.slice(-REMEMBERED).toReversed();
  }

  remember(reservationId: string): void {
    try {
      makeFolder(this.#reservations);
      // Appended, so that two commands at a time lose nothing.
      appendFileSync(this.#reservations, `${reservationId}\n`, { mode: OWNER_ONLY });
    } catch {
      // It was reserved all the same, and its id has been told.
    }
  }
}

/** Where state is kept, by the XDG Base Directory Specification. */
export function stateFolder(env: NodeJS.ProcessEnv, home: string): string {
  const given = env['XDG_STATE_HOME'];
  // Relative ones are to be ignored, says the specification.
  const base = given?.startsWith('/') ? given : join(home, '.local', 'state');
  return join(base, 'onsale');
}

function makeFolder(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

// Who somebody is, by the token he shows: signed here, valid for a while, and worth nothing once the account has
// changed. Most requests show a token that was verified before, and are answered without waiting.
import { webcrypto } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Calendar } from '../base/clock.ts';
import { InputError } from '../base/errors.ts';
import { freshId } from '../base/fresh-id.ts';
import { dateAt } from '../base/time-text.ts';
import type { BackOfficeCalls } from '../service/back-office-calls.ts';
import { type Caller, GUEST } from '../service/policy.ts';
import { Refusal } from '../service/refusals.ts';
import { type Account, ROLES, type Role } from '../service/terms.ts';
import type { TokenSettings } from './settings.ts';

const ISSUER = 'onsale';
const AUDIENCE = 'onsale-box-office';
/** Access tokens say so (RFC 9068): no other token of this issuer is taken for one. */
const TYPE = 'at+jwt';
const ALGORITHM = 'HS256';
/** HS256 is as strong as its key, up to this. */
const SECRET_BYTES_MIN = 32;

/** Ours have some 400 characters. Longer ones are not looked at. */
const TOKEN_LENGTH_MAX = 1024;
/** Tokens and accounts that are known without asking. */
const REMEMBERED_MAX = 10_000;
/** How long an account's role is believed that another thread may have changed. */
const ACCOUNT_MS = 5000;

/** What a token says. */
interface Verified {
  readonly id: string;
  readonly role: Role;
  readonly version: number;
  readonly expiresAtMs: number;
}

interface KnownAccount {
  readonly account: Account;
  readonly untilMs: number;
}

export interface IssuedToken {
  readonly token: string;
  readonly expiresAtMs: number;
}

/** What a token of the HTTP face is refused with; {@link Refusal.details} say nothing of why. */
export const INVALID_TOKEN = 'invalid_token';

/** Issues and verifies the tokens of one thread; all threads of a server have the same secret. */
export class Tokens {
  readonly #key: webcrypto.CryptoKey;
  readonly ttlMs: number;
  readonly #backOffice: BackOfficeCalls;
  readonly #calendar: Calendar;
  readonly #verified = new LRUCache<string, Verified>({ max: REMEMBERED_MAX });
  readonly #accounts = new LRUCache<string, KnownAccount>({ max: REMEMBERED_MAX });

  private constructor(
    key: webcrypto.CryptoKey,
    ttlMs: number,
    backOffice: BackOfficeCalls,
    calendar: Calendar,
  ) {
    this.#key = key;
    this.ttlMs = ttlMs;
    this.#backOffice = backOffice;
    this.#calendar = calendar;
  }

  static async open(
    { secret, ttlMs }: TokenSettings,
    backOffice: BackOfficeCalls,
    calendar: Calendar,
  ): Promise<Tokens> {
    const bytes = Buffer.from(secret, 'base64url');
    if (bytes.length < SECRET_BYTES_MIN) {
      throw new InputError(
        `the secret of tokens must have at least ${SECRET_BYTES_MIN} bytes; got ${bytes.length}`,
      );
    }
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    // Imported once: jose would do so for every token.
    const key = await webcrypto.subtle.importKey('raw', bytes, algorithm, false, [
      'sign',
      'verify',
    ]);
    return new Tokens(key, ttlMs, backOffice, calendar);
  }

  async issue({ id, role, version }: Account): Promise<IssuedToken> {
    const nowMs = this.#calendar.nowMs();
    const seconds = Math.floor(nowMs / 1000);
    const expires = seconds + Math.ceil(this.ttlMs / 1000);
    const token = await new SignJWT({ role, ver: version })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(id)
      .setJti(freshId(nowMs))
      .setIssuedAt(seconds)
      .setNotBefore(seconds)
      .setExpirationTime(expires)
      .sign(this.#key);
    return { token, expiresAtMs: expires * 1000 };
  }

  /**
   * Who shows this Authorization header; a guest without one. At once where all is known.
   * @throws Refusal `not-logged-in`, for whatever is wrong with the token
   */
  caller(authorization: string | undefined): Caller | Promise<Caller> {
    if (authorization === undefined) return GUEST;
    const token = bearerToken(authorization);
    const nowMs = this.#calendar.nowMs();
    const verified = this.#verified.get(token);
    if (!verified) return this.#verify(token, nowMs);
    if (verified.expiresAtMs <= nowMs) {
      this.#verified.delete(token);
      throw invalid('the token has expired: log in again');
    }
    return this.#accountOf(verified, nowMs);
  }

  /** To be called when this thread has changed an account. */
  forget(accountId: string): void {
    this.#accounts.delete(accountId);
  }

  #accountOf(verified: Verified, nowMs: number): Caller | Promise<Caller> {
    const known = this.#accounts.get(verified.id);
    return known && known.untilMs > nowMs
      ? current(known.account, verified)
      : this.#ask(verified, nowMs);
  }

  async #ask(verified: Verified, nowMs: number): Promise<Caller> {
    const account = await this.#backOffice.account(verified.id);
    if (!account) throw invalid('the account of this token is gone');
    this.#accounts.set(account.id, { account, untilMs: nowMs + ACCOUNT_MS });
    return current(account, verified);
  }

  async #verify(token: string, nowMs: number): Promise<Caller> {
    const { payload } = await jwtVerify(token, this.#key, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      typ: TYPE,
      requiredClaims: ['sub', 'exp', 'jti'],
      currentDate: dateAt(nowMs),
      clockTolerance: 0,
    }).catch((error: unknown) => {
      throw refusalOf(error);
    });
    const { sub = '', role, ver, exp = 0 } = payload;
    if (!ROLES.includes(role as Role) || typeof ver !== 'number') throw invalid('it is not ours');
    const expiresAtMs = exp * 1000;
    const verified = { id: sub, role: role as Role, version: ver, expiresAtMs };
    this.#verified.set(token, verified);
    return this.#accountOf(verified, nowMs);
  }
}

/** The account, as long as it is what the token says. */
function current(account: Account, { role, version }: Verified): Caller {
  if (account.version === version && account.role === role) return account;
  throw invalid('the account has changed since this token was issued: log in again');
}

function bearerToken(authorization: string): string {
  if (!/^bearer /i.test(authorization)) {
    throw invalid('Authorization must be "Bearer" and a token');
  }
  const token = authorization.slice('bearer '.length).trim();
  if (token.length > TOKEN_LENGTH_MAX) throw invalid('the token is none of this server');
  return token;
}

function refusalOf(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return invalid('the token has expired: log in again');
  return error instanceof errors.JOSEError || error instanceof TypeError
    ? invalid('the token is none of this server')
    : error;
}

function invalid(why: string): Refusal {
  return new Refusal('not-logged-in', why, { error: INVALID_TOKEN });
}

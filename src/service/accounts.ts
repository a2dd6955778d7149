// Who may log in, as what. Passwords are in nobody's messages, and their hashes leave the back office only to be
// compared here.
import type { Calendar } from '../base/clock.ts';
import { freshId } from '../base/fresh-id.ts';
import type { BackOfficeCalls } from './back-office-calls.ts';
import type { Keeper } from './box-office.ts';
import type { GuessKeys, GuessOutcome } from './log-in-throttle.ts';
import { PasswordHasher } from './password.ts';
import { type Caller, requireRight } from './policy.ts';
import type { NewAccount, Page } from './records/records.ts';
import { Refusal } from './refusals.ts';
import type { Account, Role } from './terms.ts';

/** What accounts can be made of. */
export const ACCOUNT_NAME: { readonly pattern: RegExp; readonly allowed: string } = {
  pattern: /^[A-Za-z0-9._-]{3,40}$/,
  allowed: '3 to 40 letters of A-Z and a-z, digits, dots, hyphens and underscores',
};
/** In characters; of any kind. */
export const PASSWORD_LENGTH: { readonly min: number; readonly max: number } = { min: 8, max: 256 };
/** What somebody can be who registers. */
export const OPEN_ROLES = ['customer', 'organizer'] as const;
export type OpenRole = (typeof OPEN_ROLES)[number];

export interface AccountsParts {
  readonly backOffice: BackOfficeCalls;
  readonly calendar: Calendar;
  readonly hasher?: PasswordHasher;
}

/** Somebody who wants an account. */
export interface Registration {
  readonly name: string;
  readonly password: string;
  readonly role?: OpenRole | undefined;
}

/** Somebody who says that an account is his. */
export interface LogIn {
  readonly name: string;
  readonly password: string;
  /** Where he comes from. */
  readonly address: string;
}

/** Accounts, for the callers of one thread. Whatever it does not do, it throws as a {@link Refusal}. */
export class Accounts {
  readonly #backOffice: BackOfficeCalls;
  readonly #calendar: Calendar;
  readonly #hasher: PasswordHasher;

  constructor({ backOffice, calendar, hasher = new PasswordHasher() }: AccountsParts) {
    this.#backOffice = backOffice;
    this.#calendar = calendar;
    this.#hasher = hasher;
  }

  async register(registration: Registration, keeper?: Keeper<NewAccount>): Promise<NewAccount> {
    const { name, password, role = 'customer' } = registration;
    requireName(name);
    requirePassword(password);
    if (!OPEN_ROLES.includes(role)) {
      throw new Refusal('bad-request', `who registers is ${OPEN_ROLES.join(' or ')}`);
    }
    return this.#add(name, password, role, keeper);
  }

  /** The account, if the password is right. Takes as long for a name that nobody has. */
  async logIn({ name, password, address }: LogIn): Promise<Account> {
    const keys: GuessKeys = [`name ${name.toLowerCase()}`, `address ${address}`];
    const nowMs = () => this.#calendar.nowMs();
    requirePatience(await this.#backOffice.logInWait(keys, nowMs()));
    const { passwordHash, ...account } = (await this.#backOffice.credentials(name)) ?? {};
    let hasBegun = false;
    // Once more when its turn has come: others may have guessed wrong meanwhile.
    const before = async (): Promise<void> => {
      requirePatience(await this.#backOffice.beginLogIn(keys, nowMs()));
      hasBegun = true;
    };
    let outcome: GuessOutcome = 'unknown';
    try {
      const isRight = await this.#hasher.verify(password, passwordHash, before);
      outcome = isRight ? 'right' : 'wrong';
    } finally {
      if (hasBegun) await this.#backOffice.endLogIn(keys, nowMs(), outcome);
    }
    if (outcome === 'right') return account as Account;
    throw new Refusal('wrong-credentials', 'the name or the password is wrong');
  }

  async changePassword(
    caller: Caller,
    current: string,
    next: string,
    address: string,
  ): Promise<Account> {
    const { name } = await this.own(caller);
    requirePassword(next);
    await this.logIn({ name, password: current, address });
    const passwordHash = await this.#hasher.hash(next);
    return found(await this.#backOffice.changeAccount(caller.id, { passwordHash }), caller.id);
  }

  /** The caller's own. */
  async own(caller: Caller): Promise<Account> {
    if (caller.role === 'guest') throw new Refusal('not-logged-in', 'guests have no account');
    return found(await this.#backOffice.account(caller.id), caller.id);
  }

  /** In the order in which they registered. */
  async list(caller: Caller, page: Page): Promise<Account[]> {
    requireRight(caller, 'listAccounts', 'none');
    return this.#backOffice.accounts(page);
  }

  async changeRole(caller: Caller, id: string, role: Role): Promise<Account> {
    requireRight(caller, 'changeRole', 'none');
    if (id === caller.id) {
      // The last admin would lock everybody out.
      throw new Refusal('forbidden', 'admins cannot change their own role; another admin can');
    }
    return found(await this.#backOffice.changeAccount(id, { role }), id);
  }

  /** Sees to it that there is an admin of this name and password. */
  async ensureAdmin(name: string, password: string): Promise<void> {
    requireName(name);
    requirePassword(password);
    const is = await this.#backOffice.credentials(name);
    if (!is) {
      await this.#add(name, password, 'admin');
      return;
    }
    const isRight = await this.#hasher.verify(password, is.passwordHash);
    if (isRight && is.role === 'admin') return;
    const passwordHash = isRight ? is.passwordHash : await this.#hasher.hash(password);
    await this.#backOffice.changeAccount(is.id, { role: 'admin', passwordHash });
  }

  async #add(
    name: string,
    password: string,
    role: Role,
    keeper?: Keeper<NewAccount>,
  ): Promise<NewAccount> {
    const passwordHash = await this.#hasher.hash(password);
    const createdAtMs = this.#calendar.nowMs();
    const account = { id: freshId(createdAtMs), name, role, createdAtMs, passwordHash };
    const added = await this.#backOffice.addAccount(account, keeper?.(account));
    if (added === 'taken') {
      throw new Refusal('name-taken', `there is an account "${name}" already`);
    }
    return account;
  }
}

function requirePatience(waitMs: number): void {
  if (waitMs === 0) return;
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  const seconds = retryAfterSeconds === 1 ? 'a second' : `${retryAfterSeconds} seconds`;
  throw new Refusal('throttled', `too many wrong passwords: try again in ${seconds}`, {
    retryAfterSeconds,
  });
}

function requireName(name: string): void {
  if (ACCOUNT_NAME.pattern.test(name)) return;
  throw new Refusal('bad-request', `an account's name has ${ACCOUNT_NAME.allowed}`);
}

function requirePassword(password: string): void {
  const { min, max } = PASSWORD_LENGTH;
  // As schemas count: in characters, not in the halves of some of them.
  const { length } = Array.from(password);
  if (length >= min && length <= max) return;
  throw new Refusal('bad-request', `a password has ${min} to ${max} characters; got ${length}`);
}

function found(account: Account | undefined, id: string): Account {
  if (!account) throw new Refusal('not-found', `there is no account ${id}`);
  return account;
}

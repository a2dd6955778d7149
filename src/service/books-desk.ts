import type { BackOfficeCalls } from './back-office-calls.ts';
import type { CommitStats } from './records/group-commit.ts';
import type {
  Claim,
  ClaimAnswer,
  EventTotals,
  NewAccount,
  Page,
  Records,
} from './records/records.ts';
import type { Account, Credentials, KeptAnswer, Reservation, Role } from './terms.ts';

/** What is asked of the books alone, and changes no stock. */
type BooksCalls = Pick<
  BackOfficeCalls,
  | 'totals'
  | 'commits'
  | 'reservation'
  | 'reservationsOf'
  | 'addAccount'
  | 'credentials'
  | 'account'
  | 'accounts'
  | 'changeAccount'
  | 'claim'
  | 'keep'
  | 'unclaim'
>;

/** Passes on what is asked of the books. */
export class BooksDesk implements BooksCalls {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  readonly totals = (): Promise<ReadonlyMap<number, EventTotals>> => this.#records.totals();

  readonly commits = async (): Promise<CommitStats | undefined> => this.#records.stats?.();

  readonly reservation = (id: string): Promise<Reservation | undefined> =>
    this.#records.reservation(id);

  readonly reservationsOf = (accountId: string, page: Page): Promise<Reservation[]> =>
    this.#records.reservationsOf(accountId, page);

  readonly addAccount = (account: NewAccount, kept?: KeptAnswer): Promise<Account | 'taken'> =>
    this.#records.addAccount(account, kept);

  readonly credentials = (name: string): Promise<Credentials | undefined> =>
    this.#records.credentials(name);

  readonly account = (id: string): Promise<Account | undefined> => this.#records.account(id);

  readonly accounts = (page: Page): Promise<Account[]> => this.#records.accounts(page);

  readonly changeAccount = (
    id: string,
    change: { readonly role?: Role; readonly passwordHash?: string },
  ): Promise<Account | undefined> => this.#records.changeAccount(id, change);

  readonly claim = (claim: Claim): Promise<ClaimAnswer> => this.#records.claim(claim);

  readonly keep = (kept: KeptAnswer): Promise<void> => this.#records.keep(kept);

  readonly unclaim = (scope: string, key: string): Promise<void> =>
    this.#records.unclaim(scope, key);
}

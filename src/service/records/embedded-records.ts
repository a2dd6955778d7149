// The books in an embedded database: one file, which one process has open. Whoever waits for it does so on its thread: a commit
// blocks that, and all that comes meanwhile is the next group.
import type {
  Account,
  Credentials,
  EventFields,
  KeptAnswer,
  Reservation,
  SettledState,
  TicketEvent,
} from '../terms.ts';
import { Claims } from './claims.ts';
import { EmbeddedBooks } from './embedded-books.ts';
import { EmbeddedFile } from './embedded-file.ts';
import { type CommitStats, type Commits, GroupCommit } from './group-commit.ts';
import { LateCommit } from './late-commit.ts';
import type {
  AccountChange,
  Claim,
  ClaimAnswer,
  Durability,
  EventTotals,
  NewAccount,
  NewEvent,
  Page,
  Records,
  Settlement,
} from './records.ts';

/** Answers that are forgotten in one transaction: others wait for it. */
const FORGET_AT_ONCE = 1000;

/** Keeps the books in a folder. */
export class EmbeddedRecords implements Records {
  readonly #file: EmbeddedFile;
  readonly #books: EmbeddedBooks;
  readonly #commits: Commits;
  readonly #claims: Claims = new Claims();

  private constructor(file: EmbeddedFile, durability: Durability) {
    this.#file = file;
    this.#books = new EmbeddedBooks(file.tables);
    file.listen(this.#books);
    this.#commits = durability === 'fsync' ? new GroupCommit(file) : new LateCommit(file);
  }

  /**
   * Opens the books in a folder, which is made if there is none.
   * @throws InputError when another server has them open, or they are no books
   */
  static async open(folder: string, durability: Durability): Promise<EmbeddedRecords> {
    return new EmbeddedRecords(await EmbeddedFile.open(folder, durability !== 'none'), durability);
  }

  /** How changes were committed so far. */
  stats(): CommitStats {
    return this.#commits.stats();
  }

  /** On disk whatever the durability: a number that is used twice gives tickets of two buyers one name. */
  async beginRun(): Promise<number> {
    await this.#commits.flush();
    let run = 0;
    this.#file.transact(() => {
      run = this.#books.beginRun();
    });
    this.#file.sync();
    return run;
  }

  addAccount(account: NewAccount, kept?: KeptAnswer): Promise<Account | 'taken'> {
    return this.#do(kept, () => this.#books.addAccount(account, kept), isDone);
  }

  async credentials(name: string): Promise<Credentials | undefined> {
    return this.#books.credentials(name);
  }

  async account(id: string): Promise<Account | undefined> {
    return this.#books.account(id);
  }

  async accounts(page: Page): Promise<Account[]> {
    return this.#books.accountsAfter(page);
  }

  changeAccount(id: string, change: AccountChange): Promise<Account | undefined> {
    return this.#commits.do(() => this.#books.changeAccount(id, change));
  }

  async events(): Promise<TicketEvent[]> {
    return this.#books.events();
  }

  addEvent(event: NewEvent, kept?: KeptAnswer): Promise<TicketEvent> {
    return this.#do(kept, () => this.#books.addEvent(event, kept), isDone);
  }

  editEvent(
    id: string,
    version: number | undefined,
    fields: Partial<EventFields>,
  ): Promise<TicketEvent | 'missing' | 'changed'> {
    return this.#commits.do(() => this.#books.editEvent(id, version, fields));
  }

  removeEvent(id: string, atMs: number): Promise<Reservation[] | 'missing'> {
    return this.#commits.do(() => this.#books.removeEvent(id, atMs));
  }

  book(reservation: Reservation, kept?: KeptAnswer): Promise<'booked' | 'no event'> {
    return this.#do(
      kept,
      () => this.#books.book(reservation, kept),
      (is) => is === 'booked',
    );
  }

  settle(id: string, to: SettledState, atMs: number, kept?: KeptAnswer): Promise<Settlement> {
    return this.#do(
      kept,
      () => this.#books.settle(id, to, atMs, kept),
      ({ outcome }) => outcome === 'settled',
    );
  }

  expire(atMs: number, limit: number): Promise<Reservation[]> {
    return this.#commits.do(() => this.#books.expire(atMs, limit));
  }

  async reservation(id: string): Promise<Reservation | undefined> {
    return this.#books.reservation(id);
  }

  async reservationsOf(accountId: string, page: Page): Promise<Reservation[]> {
    return this.#books.reservationsOf(accountId, page);
  }

  async totals(): Promise<ReadonlyMap<number, EventTotals>> {
    return this.#books.totals();
  }

  async claim(claim: Claim): Promise<ClaimAnswer> {
    return this.#claims.claim(claim, this.#books.kept(claim));
  }

  keep(kept: KeptAnswer): Promise<void> {
    return this.#do(
      kept,
      () => this.#books.keep(kept),
      () => true,
    );
  }

  async unclaim(scope: string, key: string): Promise<void> {
    this.#claims.end({ scope, key });
  }

  async forgetKept(beforeMs: number): Promise<number> {
    let forgotten = 0;
    for (;;) {
      const some = await this.#commits.do(() => this.#books.forgetKept(beforeMs, FORGET_AT_ONCE));
      forgotten += some;
      if (some < FORGET_AT_ONCE) return forgotten;
    }
  }

  /** @throws Refusal when what was acknowledged last cannot be written: it is lost */
  async close(): Promise<void> {
    try {
      await this.#commits.close();
    } finally {
      await this.#file.close();
    }
  }

  /** Ends the claim once the answer is kept in its place. */
  async #do<T>(
    kept: KeptAnswer | undefined,
    change: () => T,
    isKept: (answer: T) => boolean,
  ): Promise<T> {
    const answer = await this.#commits.do(change);
    if (kept && isKept(answer)) this.#claims.end(kept);
    return answer;
  }
}

function isDone(answer: object | string): boolean {
  return typeof answer === 'object';
}

import type { Listing } from './catalogue.ts';
import type { GuessKeys, GuessOutcome } from './log-in-throttle.ts';
import type { CommitStats } from './records/group-commit.ts';
import type {
  Claim,
  ClaimAnswer,
  EventTotals,
  NewAccount,
  NewEvent,
  Page,
  Settlement,
} from './records/records.ts';
import type {
  Account,
  Credentials,
  EventFields,
  KeptAnswer,
  Reservation,
  Role,
  SettledState,
} from './terms.ts';

/** What those who sell may ask of the back office, from whichever thread. */
export interface BackOfficeCalls {
  readonly listings: () => Promise<Listing[]>;
  /** An event, also one that another server has made a moment ago. */
  readonly listing: (id: string) => Promise<Listing | undefined>;
  readonly createEvent: (event: NewEvent, kept?: KeptAnswer) => Promise<Listing>;
  readonly editEvent: (
    id: string,
    version: number | undefined,
    fields: Partial<EventFields>,
  ) => Promise<Listing>;
  readonly removeEvent: (id: string) => Promise<void>;
  /** In how many groups changes were committed; undefined where they are not. */
  readonly commits: () => Promise<CommitStats | undefined>;
  readonly totals: () => Promise<ReadonlyMap<number, EventTotals>>;

  readonly book: (reservation: Reservation, kept?: KeptAnswer) => Promise<'booked' | 'no event'>;
  readonly settle: (
    id: string,
    to: SettledState,
    atMs: number,
    kept?: KeptAnswer,
  ) => Promise<Settlement>;
  readonly reservation: (id: string) => Promise<Reservation | undefined>;
  readonly reservationsOf: (accountId: string, page: Page) => Promise<Reservation[]>;

  readonly addAccount: (account: NewAccount, kept?: KeptAnswer) => Promise<Account | 'taken'>;
  readonly credentials: (name: string) => Promise<Credentials | undefined>;
  readonly account: (id: string) => Promise<Account | undefined>;
  readonly accounts: (page: Page) => Promise<Account[]>;
  readonly changeAccount: (
    id: string,
    change: { readonly role?: Role; readonly passwordHash?: string },
  ) => Promise<Account | undefined>;

  /** How long whoever guesses a password must wait, in milliseconds. */
  readonly logInWait: (keys: GuessKeys, nowMs: number) => Promise<number>;
  /** The same; with 0, the guess has begun. */
  readonly beginLogIn: (keys: GuessKeys, nowMs: number) => Promise<number>;
  readonly endLogIn: (keys: GuessKeys, nowMs: number, outcome: GuessOutcome) => Promise<void>;

  readonly claim: (claim: Claim) => Promise<ClaimAnswer>;
  readonly keep: (kept: KeptAnswer) => Promise<void>;
  readonly unclaim: (scope: string, key: string) => Promise<void>;
}

// What the client asks of a terminal, whatever kind it is.

/** Somebody leaves: with 0, or with 130 by Ctrl-C. */
export class Left extends Error {
  override name = 'Left';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('left');
    this.exitCode = exitCode;
  }
}

/** One row of a list. */
export interface Row<Value> {
  /** By which it is found again when the list has changed. */
  readonly key: string;
  readonly label: string;
  readonly value: Value;
}

/** A list as it is now. */
export interface ListView<Value> {
  readonly heading: string;
  readonly rows: readonly Row<Value>[];
  /** Said below it: how fresh it is. */
  readonly note: string;
}

/** A list that somebody chooses from, and that may change meanwhile. */
export interface List<Value> {
  readonly title: string;
  /** What stands in the place of rows when there are none. */
  readonly empty: string;
  /** @param width of a line */
  view(width: number): ListView<Value>;
  /** Brings what `view` shows up to date; without it, nothing changes. Never fails. */
  refresh?(signal: AbortSignal): Promise<void>;
  /** Letters that do something, and what is said of them. */
  readonly keys?: Readonly<Record<string, () => void>>;
  readonly keysText?: string;
  /** There is no way back from it. */
  readonly isFirst?: boolean;
  /** Begins at the last row, and stays there when there are more. */
  readonly follows?: boolean;
}

/** What is told of something that is over. */
export interface Outcome {
  readonly kind: 'done' | 'warn' | 'error';
  readonly text: string;
}

/** How to wait for something: what it is told, and when somebody has had enough. */
export interface Pending {
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
}

/** How many of something, from 1 to `max`. */
export interface CountQuestion {
  readonly question: string;
  readonly max: number;
  /** Said beside the number. */
  readonly about: (count: number) => string;
}

/** Whatever is asked is answered with undefined by whoever goes back; whoever leaves throws {@link Left}. */
export interface Screens {
  begin(title: string): void;
  end(text: string): void;
  say(outcome: Outcome): void;
  /** Several lines under a heading. */
  show(title: string, text: string): void;
  choose<Value>(list: List<Value>): Promise<Value | undefined>;
  count(question: CountQuestion): Promise<number | undefined>;
  /** @param fault what is wrong with an answer */
  ask(question: string, fault: (answer: string) => string | undefined): Promise<string | undefined>;
  askSecret(question: string): Promise<string | undefined>;
  confirm(question: string): Promise<boolean | undefined>;
  /**
   * Shows that something is waited for, and then what came of it, if that is to be told.
   * @returns false if somebody has had enough before that
   */
  wait(text: string, work: (pending: Pending) => Promise<Outcome | undefined>): Promise<boolean>;
  close(): void;
}

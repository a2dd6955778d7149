// Changes that come together are written together: the disk is waited for once for all of them.

/** A database in which one transaction at a time is written, on this thread. */
export interface Journal {
  /** Does all of it in one transaction and commits, or throws, and nothing has happened. */
  transact(work: () => void): void;
  /** Begins a transaction that stays open after this returns; what is read meanwhile is read in it. */
  begin(): OpenTransaction;
}

/** A transaction that was begun. */
export interface OpenTransaction {
  /** Rejects when it cannot be committed; then nothing of it has happened. */
  commit(): Promise<void>;
  abort(): Promise<void>;
}

/** How many changes were committed together. */
export interface CommitStats {
  readonly groups: number;
  readonly changes: number;
  readonly largest: number;
}

/** Decides changes in the order in which they come, and commits them. */
export interface Commits {
  /** Resolves with what `change` returns once it is acknowledged; rejects when it has not happened. */
  do<T>(change: () => T): Promise<T>;
  stats(): CommitStats;
  /** Commits what has come so far, now. */
  flush(): Promise<void>;
  /** Commits what is left. */
  close(): Promise<void>;
}

/** More in one transaction would keep all of them waiting for longer than it saves. */
export const GROUP_MAX = 1000;

interface Change {
  readonly decide: () => unknown;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Counts groups. */
export class CommitCounts {
  #groups = 0;
  #changes = 0;
  #largest = 0;

  add(changes: number): void {
    this.#groups++;
    this.#changes += changes;
    this.#largest = Math.max(this.#largest, changes);
  }

  stats(): CommitStats {
    return { groups: this.#groups, changes: this.#changes, largest: this.#largest };
  }
}

/** Answers after the commit. All that has come when the event loop has gone round once is a group. */
export class GroupCommit implements Commits {
  readonly #journal: Journal;
  readonly #counts = new CommitCounts();
  #waiting: Change[] = [];
  #scheduled = false;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  do<T>(change: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ decide: change, resolve: resolve as Change['resolve'], reject });
      this.#schedule();
    });
  }

  stats(): CommitStats {
    return this.#counts.stats();
  }

  async flush(): Promise<void> {
    while (this.#waiting.length > 0) this.#commit();
  }

  close(): Promise<void> {
    return this.flush();
  }

  /** Not at once: messages of other threads are handed over one by one, and would each be a group of its own. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#commit();
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #commit(): void {
    const group = this.#waiting.splice(0, GROUP_MAX);
    if (group.length > 0) this.#commitGroup(group);
  }

  #commitGroup(group: readonly Change[]): void {
    const answers: unknown[] = [];
    try {
      this.#journal.transact(() => {
        for (const { decide } of group) answers.push(decide());
      });
    } catch (error) {
      this.#afterFailure(group, answers.length, error);
      return;
    }
    this.#counts.add(group.length);
    group.forEach(({ resolve }, at) => {
      resolve(answers[at]);
    });
  }

  /** One that cannot be decided is the only one that fails; a commit that fails is nobody's fault. */
  #afterFailure(group: readonly Change[], decided: number, error: unknown): void {
    const culprit = group[decided];
    culprit?.reject(error);
    if (!culprit) for (const { reject } of group) reject(error);
    else if (group.length > 1) this.#commitGroup(group.toSpliced(decided, 1));
  }
}

// Changes are acknowledged when they are decided, and committed some milliseconds later.
import {
  CommitCounts,
  type CommitStats,
  type Commits,
  GROUP_MAX,
  type Journal,
  type OpenTransaction,
} from './group-commit.ts';

/** How long what was acknowledged may be in memory only. */
const LATE_MS = 10;
/** How long a disk that could not be written is left alone. */
const AGAIN_MS = 100;

/** What is told of commits that failed after their changes were acknowledged. */
export interface Lateness {
  readonly lateMs: number;
  readonly againMs: number;
}

/**
 * Answers before the commit. A commit that fails is tried again until it succeeds: what was acknowledged is decided again in
 * the same order, and so comes out the same; meanwhile it can be read, and nothing else can be changed.
 */
export class LateCommit implements Commits {
  readonly #journal: Journal;
  readonly #counts = new CommitCounts();
  readonly #lateness: Lateness;
  #open: OpenTransaction | undefined;
  /** Acknowledged, and not committed. */
  #decided: (() => unknown)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #committing: Promise<void> | undefined;
  #failure: unknown;

  constructor(journal: Journal, lateness: Lateness = { lateMs: LATE_MS, againMs: AGAIN_MS }) {
    this.#journal = journal;
    this.#lateness = lateness;
  }

  async do<T>(change: () => T): Promise<T> {
    while (this.#committing) await this.#committing;
    if (this.#failure !== undefined) throw this.#failure;
    this.#begin();
    let answer: T;
    try {
      answer = change();
    } catch (error) {
      await this.#takeBack();
      throw error;
    }
    this.#decided.push(change);
    if (this.#decided.length >= GROUP_MAX) void this.#commit();
    return answer;
  }

  stats(): CommitStats {
    return this.#counts.stats();
  }

  async flush(): Promise<void> {
    while (this.#committing) await this.#committing;
    await this.#commit();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** @throws what keeps the last changes from being committed: those are lost */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      clearTimeout(this.#timer);
      await this.#open?.abort();
      this.#open = undefined;
    }
  }

  #begin(): void {
    if (this.#open) return;
    this.#open = this.#journal.begin();
    this.#commitIn(this.#lateness.lateMs);
  }

  #commitIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#commit(), ms);
  }

  #commit(): Promise<void> {
    this.#committing ??= this.#tryCommit().finally(() => {
      this.#committing = undefined;
    });
    return this.#committing;
  }

  async #tryCommit(): Promise<void> {
    clearTimeout(this.#timer);
    const open = this.#open;
    if (!open) return;
    this.#open = undefined;
    try {
      await open.commit();
      if (this.#decided.length > 0) this.#counts.add(this.#decided.length);
      this.#decided = [];
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error;
      this.#decideAgain();
      this.#commitIn(this.#lateness.againMs);
    }
  }

  /** A change that failed in the middle may have written a part: all but that is done again. */
  async #takeBack(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    this.#committing = (async () => {
      await open?.abort();
      this.#decideAgain();
      this.#commitIn(this.#lateness.lateMs);
    })().finally(() => {
      this.#committing = undefined;
    });
    await this.#committing;
  }

  #decideAgain(): void {
    this.#open = this.#journal.begin();
    for (const change of this.#decided) change();
  }
}

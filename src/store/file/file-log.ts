// Appends what is asked to a log, and lets the log decide: every thread reads the records of all in their
// order, and so comes to the same answers. What comes while the disk is busy shares the next write and the next
// fdatasync (group commit); nobody is answered before that.
// Cost: one write and one sync for each group, and every thread reads what all of them wrote.
// Source: group commit, DeWitt et al., SIGMOD 1984; a shared log as in Corfu, Balakrishnan et al., NSDI 2012.
import { join } from 'node:path';
import {
  isWhole,
  type Order,
  type Resize,
  type Return,
  type StoreContext,
  type StorePlace,
  type StoreReserver,
  type StoreStrategy,
} from '../stored.ts';
import { FAILED, IN_DOUBT, SOLD_OUT } from '../strategy.ts';
import { LogFile } from './log-file.ts';
import { type Applied, type LogRecord, LogState } from './log-state.ts';

export const fileLog: StoreStrategy = {
  family: 'file',
  name: 'file-log',
  summary:
    'Appends requests to one log, whose order decides. One write and one sync for all that came meanwhile; every thread reads all records.',
  source:
    'group commit (DeWitt et al., SIGMOD 1984); shared logs (Balakrishnan et al., Corfu, NSDI 2012)',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead', 'noStarvation'],
  needs: [],
  isolation: 'serial: in the order of the log',
  durability: 'every sale is on disk before it is acknowledged',
  async prepare(place) {
    new LogFile(pathOf(place)).close();
  },
  async open(context) {
    return new LogReserver(context);
  },
  async readBack(place, size) {
    const log = new LogFile(pathOf(place));
    const state = new LogState(size);
    for (const record of log.fresh()) state.apply(record);
    for (const record of log.unended()) state.apply(record);
    log.close();
    return state.stored();
  },
  async remove() {},
};

function pathOf({ folder }: StorePlace): string {
  return join(folder, 'sales.jsonl');
}

interface Waiting {
  readonly record: LogRecord;
  readonly answer: (answer: number) => void;
  /** The answer when the log grants nothing. */
  readonly refusal: number;
}

class LogReserver implements StoreReserver {
  readonly #log: LogFile;
  readonly #state: LogState;
  readonly #context: StoreContext;
  /** What was appended and is not answered, by its id. */
  readonly #asked: Map<number, Waiting> = new Map();
  #applied: { readonly waiting: Waiting; readonly applied: Applied }[] = [];
  #next: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  /**
   * Nobody knows any more what of the log is on disk. Nothing may be sold behind a record that may be missing when the
   * log is read again: without it, all serials after it would be others.
   */
  #isLost = false;

  constructor(context: StoreContext) {
    this.#context = context;
    this.#log = new LogFile(pathOf(context.place));
    this.#state = new LogState(context.size);
  }

  async reserve({ id, event, quantity, client }: Order): Promise<number> {
    if (quantity < 1) return FAILED;
    await this.#context.work();
    return this.#ask({ kind: 'take', id, event, quantity, client }, SOLD_OUT);
  }

  cancel({ id, event, quantity, client, ticket }: Return): Promise<number> {
    return this.#ask({ kind: 'put', id, event, quantity, client, ticket }, FAILED);
  }

  async resize(change: Resize): Promise<number> {
    if (!isWhole(change)) return FAILED;
    const { id, event, by } = change;
    return this.#ask({ kind: 'resize', id, event, by }, SOLD_OUT);
  }

  async available(event: number): Promise<number> {
    if (this.#isLost) return FAILED;
    try {
      this.#catchUp();
    } catch {
      return FAILED;
    }
    return this.#state.remaining(event);
  }

  async close(): Promise<void> {
    await this.#flushing;
    this.#log.close();
  }

  #ask(record: LogRecord, refusal: number): Promise<number> {
    return new Promise((answer) => {
      this.#next.push({ record, answer, refusal });
      this.#flushing ??= this.#flush();
    });
  }

  async #flush(): Promise<void> {
    while (this.#next.length > 0) {
      const group = this.#next;
      this.#next = [];
      const failure = await this.#commit(group);
      if (failure === undefined) continue;
      for (const { record, answer } of group) {
        this.#asked.delete(record.id);
        answer(failure);
      }
    }
    this.#flushing = undefined;
  }

  /** Answers all of a group, once it is on disk; the refusal of all of them when that fails. */
  async #commit(group: readonly Waiting[]): Promise<number | undefined> {
    if (this.#isLost) return FAILED;
    for (const waiting of group) this.#asked.set(waiting.record.id, waiting);
    try {
      const appended = this.#log.append(group.map(({ record }) => record));
      if (appended === 'none') return FAILED;
      // What is there is read by all alike, and the next sync is for it, too: others may be sold behind it.
      if (appended === 'some') return IN_DOUBT;
      await this.#log.sync();
      this.#catchUp();
    } catch {
      this.#isLost = true;
      return IN_DOUBT;
    }
    const { traffic } = this.#context;
    traffic.roundTrips++;
    traffic.statements += group.length;
    for (const { waiting, applied } of this.#applied) waiting.answer(applied ?? waiting.refusal);
    this.#applied = [];
    return undefined;
  }

  /** Applies what is new in the log, and keeps what became of this thread's own requests. */
  #catchUp(): void {
    for (const record of this.#log.fresh()) {
      const applied = this.#state.apply(record);
      const waiting = this.#asked.get(record.id);
      if (!waiting) continue;
      this.#asked.delete(record.id);
      this.#applied.push({ waiting, applied });
    }
  }
}

import { type EntryShape, SharedLog } from './shared-log.ts';

/** Tickets handed to a client. Times are nanoseconds on the run's clock. */
export interface Grant {
  readonly event: number;
  readonly client: number;
  /** The first ticket serial of `quantity` consecutive ones. */
  readonly ticket: number;
  readonly quantity: number;
  readonly intendedNs: number;
  readonly startNs: number;
  readonly endNs: number;
}

/** An attempt to give back all tickets of one grant. */
export interface Cancellation {
  /** The grant: whose ledger it is in, and where. */
  readonly worker: number;
  readonly grant: number;
  /** Whether the store took the tickets back; undefined while it has not answered. */
  readonly honoured: boolean | undefined;
  readonly startNs: number;
  /** Infinity while it has not answered. */
  readonly endNs: number;
}

/** A grant of some worker's ledger. */
export interface GrantReference {
  worker: number;
  grant: number;
}

const GRANT: EntryShape = { ints: 6, floats: 3 };
const CANCELLATION: EntryShape = { ints: 3, floats: 2 };

// How far a cancellation has come.
const BEGUN = 0;
const HONOURED = 1;
const REFUSED = 2;

/** The memory of one ledger, to hand to another thread. */
export interface LedgerMemory {
  readonly grants: SharedArrayBuffer;
  readonly cancellations: SharedArrayBuffer;
}

/**
 * What one worker's clients were granted, and gave back. The audit's evidence: it is written from
 * the answers that clients got, never from a strategy's own counters.
 *
 * Every grant also points at the grant its client got before and still holds, so that all that a
 * client holds is a chain through the ledgers of all workers.
 */
export class Ledger {
  readonly #grants: SharedLog;
  readonly #cancellations: SharedLog;

  constructor(memory: LedgerMemory) {
    this.#grants = new SharedLog(memory.grants, GRANT);
    this.#cancellations = new SharedLog(memory.cancellations, CANCELLATION);
  }

  /** @param maxEntries the most grants, and the most cancellations, that it may have to hold */
  static allocate(maxEntries?: number): LedgerMemory {
    return {
      grants: SharedLog.allocate(GRANT, maxEntries).buffer,
      cancellations: SharedLog.allocate(CANCELLATION, maxEntries).buffer,
    };
  }

  get grants(): number {
    return this.#grants.length;
  }

  get cancellations(): number {
    return this.#cancellations.length;
  }

  /** Records a grant; its index. `previous` is what the client held before. */
  recordGrant(grant: Grant, previous: GrantReference): number {
    return this.#grants.append(
      [grant.event, grant.client, grant.ticket, grant.quantity, previous.worker, previous.grant],
      [grant.intendedNs, grant.startNs, grant.endNs],
    );
  }

  /**
   * Records that a client gives back a grant; the entry's index. Called before the store is: if the
   * worker dies in between, the tickets may be for sale again.
   */
  beginCancellation({ worker, grant }: GrantReference, startNs: number): number {
    return this.#cancellations.append([worker, grant, BEGUN], [startNs, Number.POSITIVE_INFINITY]);
  }

  endCancellation(index: number, honoured: boolean, endNs: number): void {
    this.#cancellations.amendFloat(index, 1, endNs);
    this.#cancellations.amendInt(index, 2, honoured ? HONOURED : REFUSED);
  }

  grant(index: number): Grant {
    const grants = this.#grants;
    return {
      event: grants.int(index, 0),
      client: grants.int(index, 1),
      ticket: grants.int(index, 2),
      quantity: grants.int(index, 3),
      intendedNs: grants.float(index, 0),
      startNs: grants.float(index, 1),
      endNs: grants.float(index, 2),
    };
  }

  /** The grant its client held before that one. */
  previous(index: number): GrantReference {
    return { worker: this.#grants.int(index, 4), grant: this.#grants.int(index, 5) };
  }

  cancellation(index: number): Cancellation {
    const cancellations = this.#cancellations;
    const state = cancellations.int(index, 2);
    return {
      worker: cancellations.int(index, 0),
      grant: cancellations.int(index, 1),
      honoured: state === BEGUN ? undefined : state === HONOURED,
      startNs: cancellations.float(index, 0),
      endNs: cancellations.float(index, 1),
    };
  }
}

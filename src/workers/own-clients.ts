import type { Request } from '../generator/request.ts';
import type { GrantReference } from '../store/ledger.ts';

/** A request of the stream, with its place in it. */
export interface Numbered extends Request {
  readonly place: number;
}

/** What a seller knows of a client that only it serves. */
export interface OwnClient {
  /** Whether a request of its is in flight. */
  busy: boolean;
  /** What it asked for meanwhile, the oldest first. */
  readonly waiting: Numbered[];
  /** When its last request ended, in nanoseconds since the opening. */
  readyNs: number;
  /** What it was granted last and holds, in this seller's ledger, which knows what it held before; -1 for nothing. */
  latest: number;
}

/**
 * The clients of one seller: every `sellers`-th of all. A client's requests then never meet another
 * seller's, and no two threads have to agree about it.
 */
export class OwnClients {
  readonly #self: number;
  readonly #sellers: number;
  readonly #clients: Map<number, OwnClient> = new Map();

  /** How many there are. */
  readonly count: number;

  /** @param all clients of all sellers */
  constructor(self: number, sellers: number, all: number) {
    this.#self = self;
    this.#sellers = sellers;
    this.count = Math.ceil(Math.max(0, all - self) / sellers);
  }

  isOwn(client: number): boolean {
    return client % this.#sellers === this.#self;
  }

  of(client: number): OwnClient {
    const known = this.#clients.get(client);
    if (known) return known;
    const met: OwnClient = { busy: false, waiting: [], readyNs: 0, latest: -1 };
    this.#clients.set(client, met);
    return met;
  }
}

/** A reference to what a client was granted last and holds, for the ledger's chain. */
export function latestOf({ latest }: OwnClient, worker: number): GrantReference {
  return latest < 0 ? { worker: -1, grant: -1 } : { worker, grant: latest };
}

// The names of tickets that a service granted to one thread. Other threads may have been granted the same names, which
// is what the audit looks for: so each thread numbers its grants from a range of its own, and all books are read together.
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { NamedGrant, StorePlace } from '../stored.ts';

/** Serials are below 2^31, and there are 256 threads at most. */
const SERIALS_EACH: number = 2 ** 23;
/** Grants that are written at once. */
const PIECE_GRANTS = 4096;

/** A grant, and what is needed to give it back. */
export interface BookedGrant extends NamedGrant {
  readonly receipt: string | undefined;
}

/** What one thread was granted. */
export class NameBook {
  readonly #self: number;
  readonly #grants: Map<number, BookedGrant> = new Map();
  #used = 0;

  constructor(self: number) {
    this.#self = self;
  }

  /**
   * Enters a grant.
   * @param serials how many it takes: as many as were asked for, whatever was granted
   * @returns the first of them
   * @throws Error when this thread has none left
   */
  enter(serials: number, grant: Omit<BookedGrant, 'ticket'>): number {
    if (this.#used + serials > SERIALS_EACH) {
      throw new Error(
        `a thread can be granted ${SERIALS_EACH} tickets over HTTP; give more --threads`,
      );
    }
    const ticket = this.#self * SERIALS_EACH + this.#used;
    this.#used += serials;
    this.#grants.set(ticket, { ticket, ...grant });
    return ticket;
  }

  of(ticket: number): BookedGrant | undefined {
    return this.#grants.get(ticket);
  }

  /** Writes it where the audit finds it. */
  async write({ folder }: StorePlace): Promise<void> {
    const file = createWriteStream(join(folder, `names-${this.#self}.jsonl`));
    let lines: string[] = [];
    const flush = async (): Promise<void> => {
      if (!file.write(lines.join(''))) await once(file, 'drain');
      lines = [];
    };
    for (const { ticket, quantity, names } of this.#grants.values()) {
      lines.push(`${JSON.stringify([ticket, quantity, ...names])}\n`);
      if (lines.length === PIECE_GRANTS) await flush();
    }
    await flush();
    file.end();
    await once(file, 'close');
  }
}

/** All that the threads of a sale wrote. */
export async function readBooks({ folder }: StorePlace): Promise<NamedGrant[]> {
  const grants: NamedGrant[] = [];
  for (const name of await readdir(folder)) {
    if (!/^names-\d+\.jsonl$/.test(name)) continue;
    for await (const line of createInterface({ input: createReadStream(join(folder, name)) })) {
      const [ticket, quantity, ...names] = JSON.parse(line) as [number, number, ...string[]];
      grants.push({ ticket, quantity, names });
    }
  }
  return grants;
}

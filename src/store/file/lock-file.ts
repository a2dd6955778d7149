import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshName } from '../../base/fresh-name.ts';
import type { StorePlace } from '../stored.ts';

/**
 * A lock that is a file: it is taken by whoever gives it its name. One whose process is gone is taken away; that two may
 * then hold it for a moment is what fences are for.
 */
export class LockFile {
  readonly #path: string;
  /** Says who holds it: the process, and which of its threads. */
  readonly #owner: string;
  /** A file that says so: it becomes the lock by getting a second name. */
  readonly #mine: string;
  #signed = false;

  constructor({ folder }: StorePlace, event: number, self: number) {
    this.#path = join(folder, `event-${event}.lock`);
    this.#owner = `${process.pid} ${self} ${freshName('owner')}`;
    this.#mine = `${this.#path}.${freshName('owner')}`;
  }

  /** Takes it, if it can be taken now; who has it then. `broken`: nobody can, the disk is full or read-only. */
  acquire(): 'me' | 'another' | 'broken' {
    try {
      if (!this.#signed) this.#sign();
      linkSync(this.#mine, this.#path);
      return 'me';
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return 'broken';
      this.#takeAwayAbandoned();
      return 'another';
    }
  }

  /** Writes the name before it is a lock: one without a name, of an owner who was killed, would never be abandoned. */
  #sign(): void {
    writeFileSync(this.#mine, this.#owner);
    this.#signed = true;
  }

  /** Lets others have it; unless somebody took it away meanwhile. */
  release(): void {
    if (this.#holder() === this.#owner) rmSync(this.#path, { force: true });
  }

  #takeAwayAbandoned(): void {
    const holder = this.#holder();
    const pid = Number(holder?.split(' ')[0]);
    if (!Number.isInteger(pid) || pid < 1 || isAlive(pid)) return;
    try {
      // Only one of those who see it abandoned can rename it.
      const aside = `${this.#path}.${freshName('abandoned')}`;
      renameSync(this.#path, aside);
      rmSync(aside, { force: true });
    } catch {
      // Another was quicker.
    }
  }

  #holder(): string | undefined {
    try {
      return readFileSync(this.#path, 'utf8');
    } catch {
      return undefined;
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

import type { MessagePort } from 'node:worker_threads';
import { Refusal } from '../refusals.ts';
import { type Asked, Outbox, type Told, thrownBy } from './wire.ts';

/** Functions that are answered by another thread. */
export interface Remote<Called> {
  readonly calls: Called;
  /** Hears of what the other thread tells, also of what it told before somebody listened; one listener. */
  onNews(listener: (news: unknown) => void): void;
  /** Resolves once the other side has ended, or {@link close} was called. */
  readonly ended: Promise<void>;
  /** How many calls wait for their answers. */
  readonly waiting: number;
  close(): void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** @param names of the functions that the other side answers */
export function remoteCalls<Called>(
  port: MessagePort,
  names: readonly (keyof Called & string)[],
): Remote<Called> {
  const client = new RemoteClient(port);
  const calls = names.map((name) => [name, (...args: unknown[]) => client.call(name, args)]);
  return {
    calls: Object.fromEntries(calls) as Called,
    onNews: (listener) => client.listen(listener),
    ended: client.ended,
    get waiting() {
      return client.waiting;
    },
    close: () => port.close(),
  };
}

class RemoteClient {
  readonly ended: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #outbox: Outbox<Asked>;
  /** What was told before anybody listened. */
  #early: unknown[] = [];
  #listener: ((news: unknown) => void) | undefined;
  #next = 0;
  #isOver = false;

  constructor(port: MessagePort) {
    this.#outbox = new Outbox(port, ([id], why) => this.#take(id)?.reject(why));
    port.on('message', (told: readonly Told[]) => {
      for (const each of told) this.#hear(each);
    });
    this.ended = new Promise((resolve) => {
      port.once('close', () => {
        this.#end();
        resolve();
      });
    });
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  call(name: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#isOver) return Promise.reject(unavailable());
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#waiting.set(id, { resolve, reject });
      this.#outbox.send([id, name, args]);
    });
  }

  listen(listener: (news: unknown) => void): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const news of early) listener(news);
  }

  #hear(told: Told): void {
    if (told[0] === 'done') this.#take(told[1])?.resolve(told[2]);
    else if (told[0] === 'failed') this.#take(told[1])?.reject(thrownBy(told[2]));
    else if (this.#listener) this.#listener(told[1]);
    else this.#early.push(told[1]);
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #end(): void {
    this.#isOver = true;
    for (const { reject } of this.#waiting.values()) reject(inDoubt());
    this.#waiting.clear();
  }
}

function unavailable(): Refusal {
  return new Refusal('unavailable', 'the records cannot be reached');
}

/** It may have been done, just before the end. */
function inDoubt(): Refusal {
  return new Refusal('in-doubt', 'the records ended before they answered');
}

// What goes over a port between those who call and the one who answers. All that one turn of the event loop has to
// say goes in a few messages: a message costs more than what is in it.
import type { MessagePort } from 'node:worker_threads';
import { messageOf } from '../../base/errors.ts';
import { Refusal, type RefusalCode, type RefusalDetails } from '../refusals.ts';

/** A call on its way to who answers it. */
export type Asked = readonly [id: number, name: string, args: readonly unknown[]];

/** What failed, without what only the thread where it failed understands. */
export type Fault =
  | { readonly message: string }
  | {
      readonly message: string;
      readonly code: RefusalCode;
      readonly details: RefusalDetails;
    };

/** What comes back: an answer, a failure, or news that nobody asked for. */
export type Told =
  | readonly [kind: 'done', id: number, value: unknown]
  | readonly [kind: 'failed', id: number, fault: Fault]
  | readonly [kind: 'news', news: unknown];

/** What was thrown, as it travels. */
export function faultOf(thrown: unknown): Fault {
  const message = messageOf(thrown);
  if (!(thrown instanceof Refusal)) return { message };
  return { message: thrown.message, code: thrown.code, details: thrown.details };
}

/** What was thrown, as it arrives. */
export function thrownBy(fault: Fault): Error {
  if (!('code' in fault)) return new Error(fault.message);
  return new Refusal(fault.code, fault.message, fault.details);
}

/**
 * A message of so many costs hardly more than its part of a larger one. A turn in which many sockets were heard takes
 * longer than to decide what came first in it: the other side begins meanwhile.
 */
const FULL_ITEMS = 16;

/** Sends what one turn of the event loop has to say together, in the order in which it was said. */
export class Outbox<Item> {
  readonly #port: MessagePort;
  readonly #unsendable: (item: Item, why: unknown) => void;
  #items: Item[] = [];

  /** @param unsendable hears of an item that cannot be cloned */
  constructor(port: MessagePort, unsendable: (item: Item, why: unknown) => void) {
    this.#port = port;
    this.#unsendable = unsendable;
  }

  send(item: Item): void {
    const count = this.#items.push(item);
    if (count === FULL_ITEMS) this.flush();
    // After all sockets and ports that have something were heard: they say it together.
    else if (count === 1) setImmediate(() => this.flush());
  }

  /** Sends at once what waits. */
  flush(): void {
    const items = this.#items;
    this.#items = [];
    if (items.length === 0) return;
    try {
      this.#port.postMessage(items);
    } catch {
      for (const item of items) this.#sendAlone(item);
    }
  }

  #sendAlone(item: Item): void {
    try {
      this.#port.postMessage([item]);
    } catch (error) {
      this.#unsendable(item, error);
    }
  }
}

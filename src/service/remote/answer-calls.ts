import type { MessagePort } from 'node:worker_threads';
import { type Asked, faultOf, Outbox, type Told } from './wire.ts';

/** Answers the calls of one other thread. */
export interface Answering {
  /** Tells the other thread something: it arrives before the answer of every call that ends after this. */
  tell(news: unknown): void;
  /** Resolves once the other side has ended, or {@link close} was called. */
  readonly ended: Promise<void>;
  /** Answers no more. What the other side still waits for is refused there. */
  close(): void;
}

type Call = (...args: readonly unknown[]) => Promise<unknown>;

/**
 * Answers what is called over the port, until either side ends.
 * @param names of the functions that may be called: what goes in and out of them can be cloned
 */
export function answerCalls<Called extends object>(
  port: MessagePort,
  called: Called,
  names: readonly (keyof Called & string)[],
): Answering {
  const calls = new Map(names.map((name): [string, Call] => [name, called[name] as Call]));
  const outbox = new Outbox<Told>(port, ([kind, id], why) => {
    if (kind !== 'news') outbox.send(['failed', id, faultOf(why)]);
  });
  const answer = async ([id, name, args]: Asked): Promise<void> => {
    try {
      const call = calls.get(name);
      if (!call) throw new Error(`nobody answers ${name}`);
      outbox.send(['done', id, await call(...args)]);
    } catch (error) {
      outbox.send(['failed', id, faultOf(error)]);
    }
  };
  port.on('message', (asked: readonly Asked[]) => {
    for (const each of asked) void answer(each);
  });
  return {
    tell: (news) => outbox.send(['news', news]),
    ended: new Promise((resolve) => {
      port.once('close', () => resolve());
    }),
    close() {
      outbox.flush();
      port.close();
    },
  };
}

// Thread entry: answers calls over the port it was given.
import { type MessagePort, workerData } from 'node:worker_threads';
import { Refusal } from '../../src/service/refusals.ts';
import { type Answering, answerCalls } from '../../src/service/remote/answer-calls.ts';

const { port } = workerData as { readonly port: MessagePort };
let heard = 0;
port.on('message', () => {
  heard++;
});

/** What the thread answers. */
export interface Answers {
  readonly add: (a: number, b: number) => Promise<number>;
  readonly refuse: () => Promise<void>;
  readonly fail: () => Promise<void>;
  readonly answerFunction: () => Promise<unknown>;
  readonly tellThenAnswer: (news: string) => Promise<string>;
  readonly messages: () => Promise<number>;
  readonly never: () => Promise<void>;
  readonly die: () => Promise<void>;
}

const answering: Answering = answerCalls<Answers>(
  port,
  {
    add: async (a, b) => a + b,
    async refuse() {
      throw new Refusal('sold-out', 'not enough', { available: 2, asked: 3 });
    },
    async fail() {
      throw new RangeError('out of range');
    },
    answerFunction: async () => () => {},
    async tellThenAnswer(news) {
      answering.tell(news);
      return news;
    },
    messages: async () => heard,
    never: () => new Promise(() => {}),
    die: () => process.exit(1),
  },
  ['add', 'refuse', 'fail', 'answerFunction', 'tellThenAnswer', 'messages', 'never', 'die'],
);

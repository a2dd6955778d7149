// Reads the JSON, checks, writes it back: nothing keeps two who do so at the same time apart.
// Cost: the whole file is read and written for every sale; the more was sold, the longer it takes.
// Source: seed system 4 reads the file before and writes it after every sale, as "strict consistency".
import { isWhole, type StoreStrategy } from '../stored.ts';
import { DROPPED, FAILED, IN_DOUBT, SOLD_OUT } from '../strategy.ts';
import {
  pathOf,
  putBack,
  readBackFiles,
  readStock,
  replaceStock,
  resize,
  stockFiles,
  take,
  type Writing,
} from './stock-file.ts';

export const fileNaive: StoreStrategy = {
  family: 'file',
  name: 'file-naive',
  summary:
    'Reads the JSON file, checks, writes it back. Whoever reads before the other has written sells the same tickets.',
  source: 'seed system 4, whose server reads and writes the file around every sale',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  breaks: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  needs: [],
  isolation: 'none',
  durability: 'every sale is on disk before it is acknowledged',
  async prepare(place, size) {
    stockFiles(place, size);
  },
  async open({ place, self, work, traffic }) {
    const read = (event: number) => {
      traffic.roundTrips++;
      traffic.statements++;
      return readStock(pathOf(place, event));
    };
    return {
      async reserve(order) {
        if (order.quantity < 1) return FAILED;
        const stock = read(order.event);
        await work();
        const ticket = take(stock, order);
        if (ticket === undefined) return SOLD_OUT;
        return answerTo(replaceStock(pathOf(place, order.event), stock, self), ticket, FAILED);
      },
      async cancel(given) {
        const stock = read(given.event);
        if (!putBack(stock, given.ticket, given)) return FAILED;
        const writing = replaceStock(pathOf(place, given.event), stock, self);
        return answerTo(writing, given.quantity, DROPPED);
      },
      async resize(change) {
        if (!isWhole(change)) return FAILED;
        const stock = read(change.event);
        const left = resize(stock, change.by);
        if (left === undefined) return SOLD_OUT;
        return answerTo(replaceStock(pathOf(place, change.event), stock, self), left, FAILED);
      },
      async available(event) {
        return read(event).remaining;
      },
      async close() {},
    };
  },
  async readBack(place, size) {
    return readBackFiles(place, size);
  },
  async remove() {},
};

function answerTo(writing: Writing, done: number, failed: number): number {
  if (writing === 'unknown') return IN_DOUBT;
  return writing === 'done' ? done : failed;
}

// Numbered seats in a row, one bit each. A group gets seats next to each other or none, so it may be
// refused while enough seats are free, but apart; and seats that a group has claimed and gives back,
// since it did not get all, look taken meanwhile. Hence no promise about false sold-outs.
// Cost: two loads, a compare-and-swap, a subtraction and a load for a sale; a search looks at 32 seats
// at a time, and at all of them in a house that is nearly full.
// Source: bitmap allocation as in disk and page allocators (Knuth, The Art of Computer Programming 1,
// 2.5; Linux's bitmap_find_next_zero_area).
//
// A ticket's serial is generation * seats + seat, so a serial tells its seat without any table. Why no
// serial is issued twice: two grants of one seat have a cancel of the first between them. That cancel
// sees to it that the generation is past the first grant's before it frees the seat; the second grant
// reads the generation after it has claimed the seat, and the generation only grows. Grants of
// different seats differ in serial % seats. A group's serials share one generation, and so follow
// each other as its seats do. Partial claims that are given back have issued nothing.
import { LINE_WORDS } from '../layout.ts';
import type { WordMeaning } from '../meaning.ts';
import {
  FAILED,
  type Reserver,
  type SaleContext,
  type SaleSize,
  SOLD_OUT,
  type Strategy,
} from '../strategy.ts';
import { NO_SEAT, SEATS_PER_WORD, SeatRow } from './seat-row.ts';

// Words of an event: the generation in a line of its own, then the seats.
const GENERATION = 0;
const SEATS: number = LINE_WORDS;

function wordsOf({ tickets }: SaleSize): number {
  const seats = Math.ceil(tickets / SEATS_PER_WORD);
  return SEATS + Math.ceil(seats / LINE_WORDS) * LINE_WORDS;
}

function describe(offset: number, size: SaleSize): WordMeaning {
  const event = Math.floor(offset / wordsOf(size));
  const word = offset % wordsOf(size);
  if (word === GENERATION) return { name: `event ${event} generation` };
  const first = (word - SEATS) * SEATS_PER_WORD;
  const count = Math.min(SEATS_PER_WORD, size.tickets - first);
  if (word < SEATS || count <= 0) return { name: `event ${event}: unused word ${word}` };
  return {
    name: `event ${event} seats ${first} to ${first + count - 1}`,
    show: (bits) =>
      Array.from({ length: count }, (_, seat) => ((bits >>> seat) & 1 ? '#' : '.')).join(''),
  };
}

export const seatMap: Strategy = {
  name: 'seat-map',
  summary:
    'A bit per seat; a group sits together or is refused. One CAS per word; a full house is searched.',
  source: 'bitmap allocation (Knuth, The Art of Computer Programming 1, 2.5)',
  promises: ['noOversell', 'noLostReceipt', 'noStaleRead'],
  ownWords: (size) => size.events * wordsOf(size),
  describeWord: describe,
  open(context: SaleContext): Reserver {
    const { size, words, inventory, own, contention, work } = context;
    const seats = size.tickets;
    const stride = wordsOf(size);
    const row = new SeatRow(words, seats);
    // Where each member has a line to itself they begin apart, and each goes on where it last found a
    // seat, since what lies before is mostly taken. A short row is searched from its front.
    const wanders = row.length >= size.members * LINE_WORDS;
    const start = wanders ? Math.floor((row.length * context.self) / size.members) : 0;
    const starts = new Int32Array(size.events).fill(start);

    return {
      reserve(event, quantity) {
        if (quantity < 1) return FAILED;
        const remaining = inventory.remaining(event);
        const first = own + event * stride;
        row.at(first + SEATS);
        for (;;) {
          // Never fewer than are free: counted down after a claim, and up before a release.
          if (words.load(remaining) < quantity) return SOLD_OUT;
          const seat = row.find(quantity, starts[event] as number);
          if (seat === NO_SEAT) return SOLD_OUT;
          work();
          if (row.claim(seat, quantity)) {
            words.sub(remaining, quantity);
            if (wanders) starts[event] = Math.floor(seat / SEATS_PER_WORD);
            const generation = words.load(first + GENERATION);
            return inventory.serial(event, generation * seats + seat, quantity);
          }
          contention.retries++;
        }
      },
      cancel(event, ticket, quantity) {
        const first = own + event * stride;
        const generation = Math.floor(ticket / seats);
        // Another cancel may have gone past the ticket's generation already: serials are saved.
        words.compareExchange(first + GENERATION, generation, generation + 1);
        words.add(inventory.remaining(event), quantity);
        row.at(first + SEATS).release(ticket % seats, quantity);
        return quantity;
      },
      available: (event) => words.load(inventory.remaining(event)),
      close() {},
    };
  },
};

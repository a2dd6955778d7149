import { type Random, randomStream } from '../base/random.ts';
import { isoDay } from '../base/time-text.ts';
import type { EventFields } from './terms.ts';

const KINDS = ['Jazz night', 'Chamber music', 'Rock concert', 'Comedy', 'Opera', 'Poetry slam'];
const PLACES = ['town hall', 'old harbour', 'castle', 'city park', 'planetarium', 'railway depot'];
const FREE_SHARE = 0.1;
const PRICE_MIN_CENTS = 500;
const PRICE_MAX_CENTS = 25_000;
const PRICE_STEP_CENTS = 50;
const CAPACITY_MIN = 20;
const CAPACITY_MAX = 20_000;
const DAYS = 365;

/** What made-up events are drawn from. */
export interface SampleTerms {
  readonly count: number;
  readonly seed: string;
  /** In which they take place. */
  readonly year: number;
  /** Of one event. */
  readonly maxTickets: number;
}

/** Events with random names, dates, prices and numbers of tickets: the same for the same seed, no two of one name. */
export function sampleEvents({ count, seed, year, maxTickets }: SampleTerms): EventFields[] {
  const of = (concern: string): Random => randomStream(seed, `sample events/${concern}`);
  const draws = {
    name: of('name'),
    date: of('date'),
    price: of('price'),
    capacity: of('capacity'),
  };
  const most = Math.min(CAPACITY_MAX, maxTickets);
  return Array.from({ length: count }, (_, index) => ({
    name: `${nameFrom(draws.name)} (${index + 1})`,
    date: isoDay(year, 1 + Math.floor(draws.date.next() * DAYS)),
    priceCents: priceFrom(draws.price),
    capacity: capacityFrom(draws.capacity, Math.min(CAPACITY_MIN, most), most),
  }));
}

function oneOf<Item>(items: readonly Item[], { next }: Random): Item {
  return items[Math.floor(next() * items.length)] as Item;
}

function nameFrom(random: Random): string {
  return `${oneOf(KINDS, random)} at the ${oneOf(PLACES, random)}`;
}

function priceFrom({ next }: Random): number {
  const isFree = next() < FREE_SHARE;
  const steps = (PRICE_MAX_CENTS - PRICE_MIN_CENTS) / PRICE_STEP_CENTS + 1;
  const cents = PRICE_MIN_CENTS + Math.floor(next() * steps) * PRICE_STEP_CENTS;
  return isFree ? 0 : cents;
}

/** As often between 20 and 200 as between 2,000 and 20,000: there are more small events than large ones. */
function capacityFrom({ next }: Random, min: number, max: number): number {
  return Math.min(max, Math.round(min * (max / min) ** next()));
}

/** A scenario that comes with the lab. Its fields are given as in a scenario file. */
export interface Preset {
  readonly name: string;
  readonly sentence: string;
  readonly fields: Readonly<Record<string, string>>;
  /** What is compared on it when nothing is said; absent where that is all strategies in memory. */
  readonly strategies?: readonly string[];
}

export const PRESETS: readonly Preset[] = [
  {
    name: 'onsale',
    sentence: 'Four events open at once to a rush that decays; demand is several times the stock.',
    fields: {
      clients: '5000',
      rate: '100000',
      requests: '200000',
      events: '4',
      tickets: '10000',
      quantity: '1..4',
      mix: 'reserve=90,browse=10',
      arrivals: 'onsale',
      popularity: 'zipf:1',
      workInside: '2us',
    },
  },
  {
    name: 'steady',
    sentence: 'An ordinary day: Poisson arrivals, enough stock for all, some browse, a few cancel.',
    fields: {
      clients: '2000',
      rate: '20000',
      requests: '100000',
      events: '20',
      tickets: '20000',
      quantity: '1..4',
      mix: 'reserve=50,browse=45,cancel=5',
      arrivals: 'poisson',
      popularity: 'zipf:0.8',
    },
  },
  {
    name: 'hot-event',
    sentence: 'Everybody wants the one event: the worst case for every lock, as fast as it goes.',
    fields: {
      clients: '10000',
      rate: 'max',
      requests: '1000000',
      events: '1',
      tickets: '100000',
      quantity: '1',
      mix: 'reserve=100',
      workInside: '1us',
    },
  },
  {
    name: 'many-events',
    sentence:
      'A whole catalogue of 10,000 small events, a few of them popular, as fast as it goes.',
    fields: {
      clients: '10000',
      rate: 'max',
      requests: '1000000',
      events: '10000',
      tickets: '50',
      quantity: '1..2',
      mix: 'reserve=80,browse=20',
      popularity: 'zipf:1.1',
    },
  },
  {
    name: 'groups',
    sentence: 'Families and clubs buy up to ten tickets and sometimes give them back.',
    fields: {
      clients: '2000',
      rate: 'max',
      requests: '300000',
      events: '8',
      tickets: '5000',
      quantity: '1:20,2:35,4:30,6:10,10:5',
      mix: 'reserve=85,browse=10,cancel=5',
      popularity: 'zipf:0.8',
      workInside: '1us',
    },
  },
  {
    name: 'last-ticket',
    sentence:
      'Sixty-four events down to their last sixteen tickets: nothing but races for the last one.',
    fields: {
      clients: '1000',
      rate: 'max',
      requests: '100000',
      events: '64',
      tickets: '16',
      quantity: '1',
      mix: 'reserve=100',
      popularity: 'zipf:1',
      workInside: '50us',
    },
  },
  {
    name: 'small-onsale',
    sentence:
      'Four small events and a crowd that a database can follow: each buyer asks again once answered.',
    fields: {
      clients: '100',
      requests: '8000',
      events: '4',
      tickets: '500',
      quantity: '1..4',
      mix: 'reserve=90,browse=10',
      popularity: 'zipf:1',
    },
  },
  {
    name: 'seed3',
    sentence: "Seed system 3's load test: 80 clients buy a ticket of 4 events in turn, for 10 s.",
    fields: {
      clients: '80',
      duration: '10s',
      events: '4',
      tickets: '10000',
      quantity: '1',
      mix: 'reserve=100',
      popularity: 'in-turn',
    },
    // In memory 80 clients keep every thread busy: tens of millions of requests in that time, nearly all of them refused,
    // since the stock is gone within a tenth of a second. What is kept of them grows with the tickets alone.
    // Its four phases: memory, PostgreSQL with retry, PostgreSQL with batches, PostgreSQL and Redis.
    strategies: ['compare-and-swap', 'pg-version', 'pg-batch', 'redis-pg'],
  },
];

/** The preset of that name; undefined where there is none. */
export function presetNamed(name: string | undefined): Preset | undefined {
  return PRESETS.find((preset) => preset.name === name);
}

/** Where a scenario does not say otherwise. Without a rate: the closed model. */
export const DEFAULTS: Readonly<Record<string, string>> = {
  clients: '1000',
  events: '4',
  tickets: '10000',
  quantity: '1',
  mix: 'reserve=100',
  arrivals: 'poisson',
  popularity: 'zipf:1',
  seed: '42',
  workInside: '0',
  workOutside: '0',
  kernel: 'js',
};

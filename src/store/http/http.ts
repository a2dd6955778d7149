// A service of somebody's own, asked over HTTP and never looked into.
// Cost: one request for each; what it keeps stock by is its own affair.
// Source: black-box testing of a running system, as Jepsen does it.
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../../base/clock.ts';
import { InputError, messageOf } from '../../base/errors.ts';
import type { NamedSale, StockSize, StorePlace, StoreStrategy, Target } from '../stored.ts';
import { httpReserver } from './http-reserver.ts';
import { loadAdapter } from './load-adapter.ts';
import { readBooks } from './name-book.ts';
import { readSaleFile, type SaleFile, writeSaleFile } from './sale-file.ts';
import { Service } from './service.ts';

export const http: StoreStrategy = {
  name: 'http',
  summary:
    'A running service sells, whatever it is made of: it is asked over HTTP, by an adapter. One request each.',
  source: 'a service of your own',
  family: 'http',
  needs: [],
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut'],
  isolation: "the service's own affair",
  durability: "the service's own affair",

  async requireFit(place, returns) {
    const { cancel, name } = await loadAdapter(targetOf(place).adapter);
    if (cancel || !returns) return;
    throw new InputError(
      `the adapter ${name} cannot give tickets back: leave cancel out of --mix, such as reserve=90,browse=10`,
    );
  },

  async prepare(place, size) {
    const target = targetOf(place);
    const service = await Service.at(target);
    try {
      await stock(service, place, size, target);
    } finally {
      await service.close();
    }
  },

  open: httpReserver,

  async readBack(place, { events, tickets }) {
    const sale = (await readSaleFile(place)) as SaleFile;
    const grants = await readBooks(place);
    const service = await Service.at(targetOf(place));
    try {
      const granted = grants.reduce((sum, { quantity }) => sum + quantity, 0);
      const left = events * tickets - granted;
      const remaining = await whatIsLeft(service, sale, left, targetOf(place));
      const held = await service.held(sale.events, sale.session);
      return { remaining, grants: [], named: { grants, events: sale.events, held } };
    } catch (error) {
      const named: NamedSale = {
        grants,
        events: sale.events,
        held: null,
        unread: messageOf(error),
      };
      return { remaining: [], grants: [], named };
    } finally {
      await service.close();
    }
  },

  async remove(place) {
    const sale = await readSaleFile(place);
    if (!sale?.made) return;
    const service = await Service.at(targetOf(place));
    try {
      await service.remove(sale.events, sale.session);
    } finally {
      await service.close();
    }
  },
};

/** Events by their ids, and what is left of each. */
type Listed = ReadonlyMap<string, number>;

function targetOf({ target }: StorePlace): Target {
  if (target) return target;
  throw new InputError('http sells from a service of yours: give its URL as the target');
}

/** Makes events for the sale, or finds some that are as the scenario has them. */
async function stock(
  service: Service,
  place: StorePlace,
  size: StockSize,
  { url }: Target,
): Promise<void> {
  const session = await service.session(place.name);
  const made = await service.create(place.name, size, session);
  // Before anything is asked of them: whatever happens then, they are removed.
  await writeSaleFile(place, { events: made, made: true, session });
  const isWrong = (id: string, now: Listed): boolean => now.get(id) !== size.tickets;
  const listed = await listedOnce(service, session, (now) => !made.some((id) => isWrong(id, now)));
  if (service.adapter.create) {
    const odd = made.find((id) => isWrong(id, listed));
    if (odd === undefined) return;
    const got = listed.has(odd) ? `lists it with ${listed.get(odd)}` : 'does not list it';
    throw new InputError(
      `${url} was asked for an event of ${size.tickets} tickets, named it ${odd}, and ${got}: the adapter ${service.adapter.name} and the service do not fit`,
    );
  }
  const events = [...listed].filter(([, left]) => left === size.tickets).map(([id]) => id);
  if (events.length < size.events) throw new InputError(describeMisfit(url, size, listed));
  await writeSaleFile(place, { events: events.slice(0, size.events), made: false, session });
}

/** What to give instead, where a service has no such events. */
function describeMisfit(url: string, { events, tickets }: StockSize, listed: Listed): string {
  const counts = new Map<number, number>();
  for (const left of listed.values()) if (left > 0) counts.set(left, (counts.get(left) ?? 0) + 1);
  const most = [...counts].toSorted(([a, many], [b, more]) => more - many || b - a);
  const hints = most.slice(0, 3).map(([left, count]) => `--events ${count} --tickets ${left}`);
  const hint = hints.length === 0 ? 'none has any ticket left' : `it has ${hints.join(', or ')}`;
  return `the scenario sells ${events} events of ${tickets} tickets each, and ${url} does not list so many with just as many left (nor can its adapter make events): ${hint}`;
}

const LOOK_AGAIN_MS = 50;
/** Whoever lists events may do so from a page that is a moment old. */
const LAG_MS = 600;

/** What the service lists of each event, once that adds up with what was granted, or does not for long. */
async function whatIsLeft(
  service: Service,
  { events, session }: SaleFile,
  expected: number,
  { url }: Target,
): Promise<number[]> {
  const leftOf = (listed: Listed): number[] => events.map((id) => listed.get(id) ?? Number.NaN);
  const listed = await listedOnce(service, session, (now) => {
    return leftOf(now).reduce((sum, tickets) => sum + tickets, 0) === expected;
  });
  const remaining = leftOf(listed);
  const missing = remaining.findIndex(Number.isNaN);
  if (missing < 0) return remaining;
  throw new Error(`${url} does not list the event ${events[missing]} any more`);
}

/** What a service lists, once that is as it should be, or is not for long. */
async function listedOnce(
  service: Service,
  session: unknown,
  isRight: (listed: Listed) => boolean,
): Promise<Listed> {
  const untilMs = monotonicMs() + LAG_MS;
  for (;;) {
    const listed = await service.list(session);
    if (isRight(listed) || monotonicMs() >= untilMs) return listed;
    await sleep(LOOK_AGAIN_MS);
  }
}

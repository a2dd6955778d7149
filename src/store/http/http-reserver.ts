import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Order, Return, StoreContext, StoreReserver } from '../stored.ts';
import { CONTENDED, DROPPED, FAILED, IN_DOUBT, SOLD_OUT } from '../strategy.ts';
import {
  type Adapter,
  type AskedToReserve,
  type Exchange,
  type HttpGrant,
  type HttpRefusal,
  REFUSED,
} from './adapter.ts';
import { HttpConnections, LostAnswerError, NotSentError } from './connections.ts';
import { loadAdapter } from './load-adapter.ts';
import { NameBook } from './name-book.ts';
import { requireTarget } from './place.ts';
import { readSaleFile, type SaleFile } from './sale-file.ts';

const REFUSALS: Readonly<Record<HttpRefusal, number>> = {
  'sold out': SOLD_OUT,
  busy: DROPPED,
  contended: CONTENDED,
  failed: FAILED,
};

/** Of a request that may be sent again: so many times its share of the time is up before it is in doubt. */
const ATTEMPTS = 4;
const AGAIN_MS = 50;

/** Sells, for one thread, what a service grants. */
export async function httpReserver(context: StoreContext): Promise<StoreReserver> {
  const { place, self } = context;
  const target = place.target as NonNullable<typeof place.target>;
  const adapter = await loadAdapter(target.adapter);
  const sale = (await readSaleFile(place)) as SaleFile;
  const connections = new HttpConnections(await requireTarget(target), context);
  const questions = new Questions(adapter.name, connections, context);
  const book = new NameBook(self);
  const { session } = sale;
  const asked = ({ event, quantity, client, id }: Order): AskedToReserve => {
    const key = `${place.name}-${id}`;
    return { event: sale.events[event] as string, quantity, client, key, session };
  };
  return {
    async reserve(order) {
      if (order.quantity < 1) return FAILED;
      const told = await questions.ask('reserve', adapter.reserve, asked(order), grantIn);
      return typeof told === 'number' ? told : book.enter(serialsOf(order, told), told);
    },
    cancel: (given) => giveBack(given, { adapter, questions, book, asked: asked(given) }),
    // Whoever asks a service black box cannot make it larger.
    resize: () => Promise.resolve(FAILED),
    async available(event) {
      const id = sale.events[event];
      const found = await questions.ask('list', adapter.list, { session }, (listed) => {
        if (!Array.isArray(listed)) return undefined;
        const left = listed.find((each) => `${each?.id}` === id)?.available as unknown;
        return Number.isInteger(left) ? Math.max(0, left as number) : undefined;
      });
      // Whatever became of it, nothing has changed.
      return found === IN_DOUBT ? FAILED : found;
    },
    async close() {
      await connections.close();
      await book.write(place);
    },
  };
}

/** No two grants share a serial, also where more tickets were named than asked for. */
function serialsOf({ quantity }: Order, { names }: Granted): number {
  return Math.max(quantity, names.length);
}

interface Returning {
  readonly adapter: Adapter;
  readonly questions: Questions;
  readonly book: NameBook;
  readonly asked: AskedToReserve;
}

async function giveBack(
  { ticket, quantity }: Return,
  { adapter, questions, book, asked }: Returning,
): Promise<number> {
  const held = book.of(ticket);
  if (!adapter.cancel || !held) return FAILED;
  const returned = { ...asked, tickets: held.names, receipt: held.receipt };
  const told = await questions.ask('cancel', adapter.cancel, returned, (answer) =>
    answer === 'cancelled' ? quantity : undefined,
  );
  // No store is sold out of room for what comes back.
  return told === SOLD_OUT ? FAILED : told;
}

interface Granted {
  readonly quantity: number;
  readonly names: readonly string[];
  readonly receipt: string | undefined;
}

/** A grant as the audit needs it; undefined for what is none. */
export function grantIn(told: HttpGrant, { quantity }: AskedToReserve): Granted | undefined {
  if (typeof told !== 'object') return undefined;
  const { receipt } = told;
  if (receipt !== undefined && !isName(receipt)) return undefined;
  const by = receipt === undefined ? undefined : `${receipt}`;
  if ('tickets' in told) {
    const { tickets } = told;
    if (!Array.isArray(tickets) || !tickets.every(isName)) return undefined;
    return { quantity: tickets.length, names: tickets.map((name) => `${name}`), receipt: by };
  }
  const worth = told.quantity ?? quantity;
  if (by === undefined || !Number.isInteger(worth) || worth < 0) return undefined;
  return { quantity: worth, names: [by], receipt: by };
}

function isName(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || Number.isFinite(value);
}

type Repeatable<Asked, Told> = Exchange<Asked, Told> & { readonly repeatable?: boolean };

/** Asks a service, and answers in the lab's words; what cannot be read is in doubt. */
class Questions {
  readonly #adapter: string;
  readonly #connections: HttpConnections;
  readonly #context: StoreContext;

  constructor(adapter: string, connections: HttpConnections, context: StoreContext) {
    this.#adapter = adapter;
    this.#connections = connections;
    this.#context = context;
  }

  /**
   * @param take what is wanted of an answer that is no refusal; undefined for what cannot be believed
   * @throws Error for a mistake in the adapter
   */
  async ask<Asked, Told, Wanted>(
    what: string,
    exchange: Repeatable<Asked, Told | HttpRefusal>,
    asked: Asked,
    take: (told: Told, asked: Asked) => Wanted | undefined,
  ): Promise<Wanted | number> {
    const { settleMs, contention } = this.#context;
    const request = this.#requestOf(what, exchange, asked);
    const untilMs = monotonicMs() + settleMs;
    const eachMs = exchange.repeatable === true ? Math.ceil(settleMs / ATTEMPTS) : settleMs;
    for (let sent = 0; ; ) {
      try {
        const answer = await this.#connections.send(request, eachMs);
        sent++;
        const told = read(exchange, answer, asked);
        const isRefusal = REFUSED.some((each) => each === told);
        // A server that is busy now says nothing of what it did before.
        if (isRefusal && (sent === 1 || told === 'sold out' || told === 'failed')) {
          return REFUSALS[told as HttpRefusal];
        }
        const wanted = told === undefined || isRefusal ? undefined : take(told as Told, asked);
        if (wanted !== undefined) return wanted;
      } catch (error) {
        if (error instanceof NotSentError) {
          if (sent === 0) return DROPPED;
        } else if (error instanceof LostAnswerError) sent++;
        else throw error;
      }
      if (exchange.repeatable !== true || monotonicMs() >= untilMs) return IN_DOUBT;
      contention.retries++;
      await sleep(AGAIN_MS * sent);
    }
  }

  #requestOf<Asked, Told>(what: string, exchange: Exchange<Asked, Told>, asked: Asked) {
    try {
      return exchange.request(asked);
    } catch (error) {
      throw new Error(
        `${what}.request of the adapter ${this.#adapter} fails: ${messageOf(error)}`,
        {
          cause: error,
        },
      );
    }
  }
}

function read<Asked, Told>(
  exchange: Exchange<Asked, Told>,
  answer: Parameters<Exchange<Asked, Told>['read']>[0],
  asked: Asked,
): Told | undefined {
  try {
    return exchange.read(answer, asked) ?? undefined;
  } catch {
    return undefined;
  }
}

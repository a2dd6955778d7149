// What buyers were told, over many lives of one server: its books have to agree with it.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { type LoadAnswer, type LoadRequest, loadHttp } from './http-load.ts';

interface Bought {
  readonly id: string;
  readonly eventId: string;
  readonly tickets: readonly string[];
  state: 'confirmed' | 'cancelled';
}

interface EventAnswer {
  readonly id: string;
  readonly capacity: number;
  readonly available: number;
}

/** Nothing was done, and the same may be asked again. */
const REFUSED: ReadonlySet<number> = new Set([429, 503]);
const AGAIN_MS = 50;
/** Requests at the same time when the books are looked through. */
const LOOKERS = 16;

/** Makes requests, and remembers each answer, and each that did not come. */
export class SalesLedger {
  readonly #bought = new Map<string, Bought>();
  /** Of each ticket that was ever sold, the reservation. */
  readonly #tickets = new Map<string, string>();
  readonly #eventIds: readonly string[];
  readonly #draw: () => number;
  /** Reservations that nobody has asked to cancel yet. */
  readonly #cancellable: string[] = [];
  /** What was answered since the last look through the books. */
  #news: string[] = [];
  #unanswered: LoadRequest[] = [];
  #keys = 0;

  /** @param draw uniform in [0, 1) */
  constructor(eventIds: readonly string[], draw: () => number) {
    this.#eventIds = eventIds;
    this.#draw = draw;
  }

  get sold(): number {
    return this.#bought.size;
  }

  get unanswered(): number {
    return this.#unanswered.length;
  }

  /** Somebody buys one to three tickets or, one time in five, gives some back. */
  next(): LoadRequest {
    const key = `key-${this.#keys++}`;
    const given = this.#draw() < 0.2 ? this.#cancellable.pop() : undefined;
    if (given !== undefined) return { method: 'POST', path: `/reservations/${given}/cancel`, key };
    const eventId = this.#eventIds[Math.floor(this.#draw() * this.#eventIds.length)];
    const quantity = 1 + Math.floor(this.#draw() * 3);
    return {
      method: 'POST',
      path: '/reservations',
      key,
      body: JSON.stringify({ eventId, quantity }),
    };
  }

  answered(request: LoadRequest, { status, body }: LoadAnswer): void {
    const said = `${request.path} ${request.body}: ${status} ${body}`;
    if (REFUSED.has(status)) return;
    if (status === 409) {
      assert.match(body, /"type":"urn:onsale:problem:sold-out"/, said);
      return;
    }
    const { id, eventId, tickets } = JSON.parse(body) as Bought;
    this.#news.push(id);
    if (status === 200) {
      (this.#bought.get(id) as Bought).state = 'cancelled';
      return;
    }
    assert.equal(status, 201, said);
    for (const ticket of tickets) {
      assert.equal(this.#tickets.get(ticket), undefined, `ticket ${ticket} was sold twice`);
      this.#tickets.set(ticket, id);
    }
    this.#bought.set(id, { id, eventId, tickets, state: 'confirmed' });
    this.#cancellable.push(id);
  }

  lost(request: LoadRequest): void {
    this.#unanswered.push(request);
  }

  /** Asks again, with the same keys, what nobody answered; and once more, for the same answers. */
  async repeatUnanswered(url: string): Promise<void> {
    const repeated = this.#unanswered;
    this.#unanswered = [];
    const answers = await this.#askAll(url, repeated);
    for (const [at, answer] of answers.entries())
      this.answered(repeated[at] as LoadRequest, answer);
    const again = await this.#askAll(url, repeated);
    assert.deepEqual(again, answers, 'the same key got another answer');
  }

  /** Looks whether the books have what was answered since the last look: everything, where `all`. */
  async assertKept(url: string, all = false): Promise<void> {
    const ids = all ? [...this.#bought.keys()] : [...new Set(this.#news)];
    this.#news = [];
    const looks = ids.map((id): LoadRequest => ({ method: 'GET', path: `/reservations/${id}` }));
    const answers = await this.#askAll(url, looks);
    const doubtful = new Set(this.#unanswered.map(({ path }) => path));
    for (const [at, { status, body }] of answers.entries()) {
      assert.equal(status, 200, `${ids[at]} was acknowledged, and is gone: ${body}`);
      const { id, eventId, tickets, state } = JSON.parse(body) as Bought;
      const told = this.#bought.get(id) as Bought;
      // Somebody asked to cancel it, and was not answered: that may or may not have been done.
      const inDoubt = doubtful.has(`/reservations/${id}/cancel`);
      assert.deepEqual({ id, eventId, tickets, state: inDoubt ? told.state : state }, told);
    }
  }

  /** With nothing in doubt, of every event what is left and what was sold is the capacity, no more and no less. */
  async assertConserved(url: string): Promise<void> {
    assert.equal(this.#unanswered.length, 0);
    const { events } = (await (await fetch(`${url}/events`)).json()) as { events: EventAnswer[] };
    for (const { id, capacity, available } of events) {
      const taken = [...this.#bought.values()]
        .filter(({ eventId, state }) => eventId === id && state === 'confirmed')
        .reduce((sum, { tickets }) => sum + tickets.length, 0);
      assert.ok(taken <= capacity, `${taken} of ${capacity} tickets sold`);
      assert.equal(available + taken, capacity, `${available} left, ${taken} sold, of ${capacity}`);
    }
  }

  /** Asks until all are answered: a machine that has much to do refuses some for a while. */
  async #askAll(url: string, requests: readonly LoadRequest[]): Promise<LoadAnswer[]> {
    const answers = new Map<LoadRequest, LoadAnswer>();
    let open = [...requests];
    while (open.length > 0) {
      const asked = open;
      const { lost } = await loadHttp({
        url,
        connections: LOOKERS,
        request: (n) => asked[n],
        onAnswer: (request, answer) => answers.set(request, answer),
      });
      assert.equal(lost, 0);
      open = asked.filter((each) => REFUSED.has(answers.get(each)?.status ?? 0));
      if (open.length > 0) await delay(AGAIN_MS);
    }
    return requests.map((request) => answers.get(request) as LoadAnswer);
  }
}

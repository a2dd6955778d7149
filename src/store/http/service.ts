// A service as its adapter has it: what is asked before a sale and after it, one thing at a time.
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../../base/clock.ts';
import { InputError, messageOf, shown } from '../../base/errors.ts';
import type { StockSize, Target } from '../stored.ts';
import type { Adapter, Exchange, HttpAnswer, HttpRequest } from './adapter.ts';
import { HttpConnections, LostAnswerError, NotSentError } from './connections.ts';
import { loadAdapter } from './load-adapter.ts';
import { requireTarget } from './place.ts';

/** How long anything may take that is not part of the sale. */
const ANSWER_MS = 10_000;
const EXCERPT_MAX = 300;
const TOO_MANY = 429;
const AGAIN_MS = 100;
/** Requests at a time, before and after the sale. */
const AT_A_TIME = 8;

export class Service {
  readonly adapter: Adapter;
  readonly #url: string;
  readonly #connections: HttpConnections;

  private constructor(adapter: Adapter, url: string, connections: HttpConnections) {
    this.adapter = adapter;
    this.#url = url;
    this.#connections = connections;
  }

  /** @throws InputError when the target or the adapter is none */
  static async at(target: Target): Promise<Service> {
    const adapter = await loadAdapter(target.adapter);
    const connections = new HttpConnections(await requireTarget(target), {
      connections: AT_A_TIME,
      connectionWaitMs: ANSWER_MS,
      contention: { retries: 0, waits: 0 },
      traffic: { roundTrips: 0, statements: 0 },
    });
    return new Service(adapter, target.url, connections);
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  /** What the adapter's `setUp` answers with; null without it. */
  async session(sale: string): Promise<unknown> {
    const { adapter } = this;
    if (!adapter.setUp) return null;
    try {
      return (await adapter.setUp((request) => this.#send(request), sale)) ?? null;
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError(`setUp of the adapter ${adapter.name} fails: ${messageOf(error)}`);
    }
  }

  /** Events by their ids, and what can be had of each. */
  async list(session: unknown): Promise<ReadonlyMap<string, number>> {
    const listed = await this.#ask('list', this.adapter.list, { session });
    const odd = Array.isArray(listed) ? listed.find((each) => !isListed(each)) : listed;
    if (!Array.isArray(listed) || odd !== undefined) {
      throw new InputError(
        `list.read of the adapter ${this.adapter.name} must give events, each with an id and what is available; got ${shown(odd)}`,
      );
    }
    return new Map(listed.map(({ id, available }) => [`${id}`, available]));
  }

  /** Makes an event for each number; the service's ids. */
  async create(sale: string, size: StockSize, session: unknown): Promise<string[]> {
    const { create } = this.adapter;
    if (!create) return [];
    return this.#forEach(size.events, async (event) => {
      const asked = { name: `${sale}-${event}`, tickets: size.tickets, session };
      return `${await this.#ask('create', create, asked)}`;
    });
  }

  /** Removes events, if the service can. */
  async remove(events: readonly string[], session: unknown): Promise<void> {
    const { remove } = this.adapter;
    if (!remove) return;
    await this.#forEach(events.length, (at) =>
      this.#ask('remove', remove, { event: events[at] as string, session }),
    );
  }

  /** The names that the service lists as sold; null where it does not. */
  async held(events: readonly string[], session: unknown): Promise<string[][] | null> {
    const { held } = this.adapter;
    if (!held) return null;
    return this.#forEach(events.length, async (at) => {
      const names = await this.#ask('held', held, { event: events[at] as string, session });
      return names.map((name) => `${name}`);
    });
  }

  /** @throws InputError also for an answer that cannot be read */
  async #ask<Asked, Told>(
    what: string,
    exchange: Exchange<Asked, Told>,
    asked: Asked,
  ): Promise<Told> {
    const answer = await this.#send(exchange.request(asked));
    let told: Told | undefined;
    let why = '';
    try {
      told = exchange.read(answer, asked);
    } catch (error) {
      why = `: ${messageOf(error)}`;
    }
    if (told !== undefined) return told;
    throw new InputError(
      `${what}.read of the adapter ${this.adapter.name} cannot read what ${this.#url} answers (${answer.status} ${excerpt(answer.body)})${why}`,
    );
  }

  /** Sends it; a server that has no time just now has some in a moment. */
  async #send(request: HttpRequest): Promise<HttpAnswer> {
    const untilMs = monotonicMs() + ANSWER_MS;
    for (;;) {
      const answer = await this.#sendOnce(request);
      if (answer.status !== TOO_MANY || monotonicMs() >= untilMs) return answer;
      await sleep(AGAIN_MS);
    }
  }

  async #sendOnce(request: HttpRequest): Promise<HttpAnswer> {
    try {
      return await this.#connections.send(request, ANSWER_MS);
    } catch (error) {
      if (error instanceof NotSentError) {
        throw new InputError(`--target ${this.#url} cannot be reached: ${error.message}`);
      }
      if (!(error instanceof LostAnswerError)) throw error;
      throw new InputError(
        `--target ${this.#url} does not answer ${request.method} ${request.path}: ${error.message}`,
      );
    }
  }

  async #forEach<Result>(count: number, task: (at: number) => Promise<Result>): Promise<Result[]> {
    const results: Result[] = [];
    for (let from = 0; from < count; from += AT_A_TIME) {
      const length = Math.min(AT_A_TIME, count - from);
      results.push(...(await Promise.all(Array.from({ length }, (_, i) => task(from + i)))));
    }
    return results;
  }
}

/** As much of an answer as says what is wrong, in one line. */
function excerpt(body: string): string {
  const line = body.replace(/\s+/g, ' ').trim();
  return line.length <= EXCERPT_MAX ? line : `${line.slice(0, EXCERPT_MAX)}...`;
}

function isListed(event: unknown): boolean {
  const { id, available } = (event ?? {}) as Readonly<Record<string, unknown>>;
  const isNamed = typeof id === 'string' || typeof id === 'number';
  return isNamed && Number.isInteger(available);
}

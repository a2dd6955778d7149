import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { emptyRequest } from '../generator/request.ts';
import type { RingFollower } from '../generator/ring-follower.ts';
import type { Numbered, OwnClient } from './own-clients.ts';
import { serveOrder } from './serve-order.ts';
import type { StoreSeller } from './store-seller.ts';

/**
 * Requests that may wait for their clients, for each client. So far ahead is read that all but 2 % of them
 * (e^-4) have a request in flight although the stream names them at random; and no further, since what has
 * been read when a sale's time is over is still served.
 */
const WAITING_EACH = 4;
/** After so many requests in a row others get a turn: answers that have come, timers. */
const TURN_REQUESTS = 32;
/** How long to leave a generator alone that has nothing ready. */
const LOOK_AGAIN_MS = 1;
/** How often to look whether the run was stopped. */
const STOP_CHECK_MS = 50;
/** A timer may be late by a millisecond: the last of a wait is spent taking turns. */
const TURNS_NS = 200_000;

/**
 * Sells until the stream ends or the run is stopped: every own client's requests one after the other, those of
 * different clients at the same time. Settles when the last is answered.
 * @throws whatever goes wrong in the strategy itself
 */
export async function storeLoop(seller: StoreSeller, stream: RingFollower): Promise<void> {
  const desk = new Desk(seller);
  try {
    await feed(desk, seller, stream);
    await desk.empty();
  } finally {
    desk.close();
  }
}

/** Hands every own request to the desk: in the open model at its time. */
async function feed(desk: Desk, seller: StoreSeller, stream: RingFollower): Promise<void> {
  const { clients, clock, model, recorder } = seller;
  const request = emptyRequest();
  let sinceTurn = 0;
  let deliveredNs = 0;
  while (!desk.stopped) {
    const found = stream.next(request);
    if (found === 'the end') return;
    if (found === 'nothing yet') {
      await sleep(LOOK_AGAIN_MS);
      deliveredNs = clock.now();
      continue;
    }
    if (!clients.isOwn(request.client)) continue;
    const numbered = { ...request, place: stream.place };
    if (model === 'open') {
      const lagNs = deliveredNs - request.intendedNs;
      if (lagNs > 0) recorder.lateFromGenerator(lagNs);
      await untilDue(desk, seller, request.intendedNs);
    }
    desk.take(numbered);
    await desk.room();
    if (++sinceTurn % TURN_REQUESTS === 0) await turn();
  }
}

async function untilDue(
  desk: Desk,
  { clock, recorder }: StoreSeller,
  dueNs: number,
): Promise<void> {
  let nowNs = clock.now();
  if (nowNs >= dueNs) return;
  while (nowNs < dueNs && !desk.stopped) {
    const leftNs = dueNs - nowNs;
    if (leftNs < TURNS_NS) await turn();
    else await sleep(Math.min(STOP_CHECK_MS, Math.max(1, Math.floor(leftNs / 1e6))));
    nowNs = clock.now();
  }
  recorder.paced(nowNs - dueNs);
}

/** Where requests wait for their clients, and are served. */
class Desk {
  readonly #seller: StoreSeller;
  readonly #timer: NodeJS.Timeout;
  #waiting = 0;
  #inFlight = 0;
  #stopped = false;
  #failure: { readonly error: unknown } | undefined;
  #changed: (() => void) | undefined;

  constructor(seller: StoreSeller) {
    this.#seller = seller;
    this.#timer = setInterval(() => {
      if (seller.control.stopped) this.#stop();
    }, STOP_CHECK_MS);
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  take(request: Numbered): void {
    const client = this.#seller.clients.of(request.client);
    if (client.busy) {
      client.waiting.push(request);
      this.#waiting++;
    } else {
      void this.#serve(client, request);
    }
  }

  /** Settles when there is room for another request to wait. */
  async room(): Promise<void> {
    const most = WAITING_EACH * this.#seller.clients.count;
    while (this.#waiting >= most && !this.#stopped) await this.#change();
    this.#throwFailure();
  }

  /** Settles when nothing is in flight any more; after a stop, what has not begun never does. */
  async empty(): Promise<void> {
    while (this.#inFlight > 0) await this.#change();
    this.#throwFailure();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #serve(client: OwnClient, first: Numbered): Promise<void> {
    client.busy = true;
    this.#inFlight++;
    try {
      let request: Numbered | undefined = first;
      while (request && !this.#stopped) {
        await serveOrder(this.#seller, client, request);
        request = client.waiting.shift();
        if (request) this.#waiting--;
        this.#tell();
      }
    } catch (error) {
      this.#failure ??= { error };
      this.#stop();
    } finally {
      client.busy = false;
      this.#inFlight--;
      this.#tell();
    }
  }

  #stop(): void {
    this.#stopped = true;
    this.#tell();
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
  }

  #tell(): void {
    this.#changed?.();
    this.#changed = undefined;
  }
}

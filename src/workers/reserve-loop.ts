import type { Clock } from '../base/clock.ts';
import { busyFor } from '../base/clock.ts';
import { emptyRequest, KIND, type Request } from '../generator/request.ts';
import type { RingReader } from '../generator/ring.ts';
import type { Crew } from '../store/crew.ts';
import type { GrantReference, Ledger } from '../store/ledger.ts';
import { type Reserver, SOLD_OUT } from '../store/strategy.ts';
import type { Tally } from '../store/tally.ts';
import { isHonoured, outcomeOf, requireCount, requireSerials } from './answers.ts';
import type { Clients } from './clients.ts';
import { OUTCOME } from './outcome.ts';
import type { Model } from './protocol.ts';
import type { Recorder } from './recorder.ts';
import type { RecordingReserver } from './recording.ts';
import type { RefusalWatch } from './refusal-watch.ts';

/** Waits for the time of a request. */
export interface Pause {
  /** Returns at `dueNs` or soon after, with the time it is then; -1 when the run was stopped. */
  until(dueNs: number): number;
}

/** All that one seller works with. Times are nanoseconds since the opening. */
export interface Seller {
  readonly self: number;
  readonly model: Model;
  readonly ticketsPerEvent: number;
  readonly workOutsideNs: number;
  readonly reserver: Reserver;
  /** The same, if it writes a history. */
  readonly recording: RecordingReserver | undefined;
  readonly recorder: Recorder;
  /** The ledgers of all workers: a client may give back what another worker granted. */
  readonly ledgers: readonly Ledger[];
  readonly watch: RefusalWatch;
  readonly tally: Tally;
  readonly crew: Crew;
  readonly clients: Clients | undefined;
  readonly clock: Clock;
  readonly pause: Pause;
}

/** What a client holds that holds nothing. */
export const NOTHING_HELD: GrantReference = { worker: -1, grant: -1 };

/**
 * Sells until the stream ends or the run is stopped: takes the next request, waits for its time,
 * reserves, records. The clock is read once for each request: the end of one is the start of the
 * next, unless something had to be waited for in between.
 */
export function reserveLoop(
  seller: Seller,
  reader: Pick<RingReader, 'waited' | 'claim' | 'read' | 'release'>,
): void {
  const { recorder, clock, crew, self } = seller;
  const request = emptyRequest();
  const serve = server(seller);
  // When the generator last had this seller wait. The stream is in order: whatever comes later was not
  // there before, also if it lies ready when this seller has caught up.
  let deliveredNs = 0;
  while (reader.claim()) {
    crew.pass(self);
    let nowNs = clock.now();
    if (reader.waited) deliveredNs = nowNs;
    while (nowNs >= 0 && reader.read(request)) {
      if (seller.model === 'open' && request.intendedNs < deliveredNs) {
        recorder.lateFromGenerator(deliveredNs - request.intendedNs);
      }
      nowNs = serve(request, nowNs);
    }
    reader.release();
    crew.pass(self);
    if (nowNs < 0) return;
  }
}

/** Serves one request, from `nowNs` on; the time of its end, or -1 when the run was stopped. */
export function server(seller: Seller): (request: Request, nowNs: number) => number {
  const { model, reserver, recording, recorder, clock, pause, clients, workOutsideNs } = seller;
  const reserve = reserveServer(seller);
  const cancel = cancelServer(seller);
  const enterClient = entering(clock);
  return (request, nowNs) => {
    const { client, kind } = request;
    // First the wait for its time, then its client: who waits must not keep the client from others.
    const dueNs = model === 'open' ? request.intendedNs : 0;
    let turnNs = nowNs;
    if (dueNs > nowNs) {
      turnNs = pause.until(dueNs);
      if (turnNs < 0) return -1;
      recorder.paced(turnNs - dueNs);
    }
    const startNs = clients ? enterClient(clients, client, turnNs) : turnNs;
    let intendedNs = startNs;
    if (model === 'open') intendedNs = dueNs;
    else if (model === 'closed') intendedNs = (clients as Clients).readyNs(client);
    if (workOutsideNs > 0) busyFor(clock, workOutsideNs);
    if (recording) recording.announce(client, intendedNs);
    let endNs: number;
    if (kind === KIND.reserve) {
      endNs = reserve(request, intendedNs, startNs);
    } else if (kind === KIND.cancel) {
      endNs = cancel(client, intendedNs, startNs);
    } else {
      requireCount(reserver.available(request.event));
      endNs = clock.now();
      recorder.finished(OUTCOME.browsed, intendedNs, startNs, endNs);
    }
    if (clients) {
      clients.setReadyNs(client, endNs);
      clients.leave(client);
    }
    return endNs;
  };
}

/** Begins a request of `client`; when: never before its last one has ended, even by a stale clock. */
function entering(clock: Clock): (clients: Clients, client: number, nowNs: number) => number {
  return (clients, client, nowNs) => {
    const enteredNs = clients.enter(client) ? clock.now() : nowNs;
    return Math.max(enteredNs, clients.readyNs(client));
  };
}

type Serve<Asked> = (asked: Asked, intendedNs: number, startNs: number) => number;

function reserveServer(seller: Seller): Serve<Request> {
  const { reserver, recorder, tally, watch, clock, clients, self, ticketsPerEvent } = seller;
  const previous = { ...NOTHING_HELD };
  return ({ event, quantity, client }, intendedNs, startNs) => {
    recorder.asked(client);
    const ticket = reserver.reserve(event, quantity, client);
    if (ticket >= 0) {
      // Before the end is stamped, as the tally requires.
      tally.add(event, quantity);
      const endNs = clock.now();
      requireSerials(ticket, quantity);
      if (clients) clients.held(client, previous);
      const grant = { event, client, ticket, quantity, intendedNs, startNs, endNs };
      const index = recorder.granted(grant, previous);
      if (clients) clients.hold(client, { worker: self, grant: index });
      recorder.finished(OUTCOME.reserved, intendedNs, startNs, endNs);
      return endNs;
    }
    const soldOut = ticket === SOLD_OUT;
    if (soldOut) recorder.soldOut(event);
    const suspect = soldOut && ticketsPerEvent - tally.held(event) >= quantity;
    const endNs = clock.now();
    if (suspect) watch.watch({ event, quantity, startNs, endNs });
    recorder.finished(outcomeOf(ticket), intendedNs, startNs, endNs);
    return endNs;
  };
}

/** A client gives back what it was granted last, if it holds anything. */
function cancelServer(seller: Seller): Serve<number> {
  const { reserver, recorder, tally, clock, ledgers } = seller;
  const clients = seller.clients as Clients;
  const held = { ...NOTHING_HELD };
  return (client, intendedNs, startNs) => {
    let outcome: number = OUTCOME.cancelled;
    let endNs: number;
    if (clients.held(client, held)) {
      const ledger = ledgers[held.worker] as Ledger;
      const { event, ticket, quantity } = ledger.grant(held.grant);
      const entry = recorder.ledger.beginCancellation(held, startNs);
      const answer = reserver.cancel(event, ticket, quantity, client);
      const honoured = isHonoured(answer, quantity);
      if (honoured) tally.add(event, -quantity);
      endNs = clock.now();
      recorder.ledger.endCancellation(entry, honoured, endNs);
      if (honoured) recorder.returned(quantity, startNs);
      else outcome = OUTCOME.failed;
      clients.hold(client, ledger.previous(held.grant));
    } else {
      endNs = clock.now();
    }
    recorder.finished(outcome, intendedNs, startNs, endNs);
    return endNs;
  };
}

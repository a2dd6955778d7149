import { busyFor } from '../base/clock.ts';
import { KIND } from '../generator/request.ts';
import { ENDING, OPERATION } from '../store/history-log.ts';
import type { Grant } from '../store/ledger.ts';
import { CONTENDED, DROPPED, FAILED, IN_DOUBT, SOLD_OUT } from '../store/strategy.ts';
import { isHonoured, requireCount, requireSerials, storeRefusalBy } from './answers.ts';
import { OUTCOME } from './outcome.ts';
import { latestOf, type Numbered, type OwnClient } from './own-clients.ts';
import type { StoreSeller } from './store-seller.ts';

/** When a request was due and when it began, in nanoseconds since the opening. */
interface Begun {
  readonly intendedNs: number;
  readonly startNs: number;
}

/** Serves one request of a client that has no other in flight. */
export async function serveOrder(
  seller: StoreSeller,
  client: OwnClient,
  request: Numbered,
): Promise<void> {
  const { clock, recorder, workOutsideNs } = seller;
  const begun = beginOf(seller, client, request);
  if (workOutsideNs > 0) busyFor(clock, workOutsideNs);
  let outcome: number;
  if (request.kind === KIND.reserve) outcome = await reserve(seller, client, request, begun);
  else if (request.kind === KIND.cancel) outcome = await cancel(seller, client, request, begun);
  else outcome = await browse(seller, request, begun);
  client.readyNs = clock.now();
  recorder.finished(outcome, begun.intendedNs, begun.startNs, client.readyNs);
}

function beginOf({ clock, model }: StoreSeller, client: OwnClient, request: Numbered): Begun {
  const startNs = clock.now();
  if (model === 'open') return { intendedNs: request.intendedNs, startNs };
  return { intendedNs: model === 'closed' ? client.readyNs : startNs, startNs };
}

async function reserve(
  seller: StoreSeller,
  client: OwnClient,
  request: Numbered,
  begun: Begun,
): Promise<number> {
  const { recorder, reserver, tally, clock, self } = seller;
  const { event, quantity, place } = request;
  recorder.asked(request.client);
  const end = write(seller, OPERATION.reserve, request, begun, -1);
  const order = { id: place, event, quantity, client: request.client };
  const ticket = await reserver.reserve(order);
  if (ticket < 0 || Number.isNaN(ticket)) return refused(seller, request, begun, ticket, end);
  requireSerials(ticket, quantity);
  // Before the end is stamped, as the tally requires.
  tally.add(event, quantity);
  end(ENDING.reserved, ticket);
  const endNs = clock.now();
  const grant: Grant = { event, client: request.client, ticket, quantity, ...begun, endNs };
  client.latest = recorder.granted(grant, latestOf(client, self));
  return OUTCOME.reserved;
}

function refused(
  { recorder, tally, watch, clock, ticketsPerEvent, doubts }: StoreSeller,
  { event, quantity, client, place }: Numbered,
  begun: Begun,
  answer: number,
  end: End,
): number {
  const { outcome, ending } = storeRefusalBy(answer);
  end(ending, -1);
  if (answer === IN_DOUBT) {
    doubts.push({ kind: 'reserve', place, event, quantity, client, ...begun });
  } else if (answer === SOLD_OUT) {
    recorder.soldOut(event);
    const { startNs } = begun;
    const free = ticketsPerEvent - tally.held(event);
    if (free >= quantity) watch.watch({ event, quantity, startNs, endNs: clock.now() });
  }
  return outcome;
}

/** A client gives back what it was granted last, if it holds anything. */
async function cancel(
  seller: StoreSeller,
  client: OwnClient,
  request: Numbered,
  begun: Begun,
): Promise<number> {
  const { recorder, reserver, tally, clock, self, doubts } = seller;
  const held = client.latest;
  if (held < 0) return OUTCOME.cancelled;
  client.latest = recorder.ledger.previous(held).grant;
  const { event, ticket, quantity } = recorder.ledger.grant(held);
  const given = { id: request.place, event, ticket, quantity, client: request.client };
  const entry = recorder.ledger.beginCancellation({ worker: self, grant: held }, begun.startNs);
  const asked = { ...request, event, quantity };
  const end = write(seller, OPERATION.cancel, asked, begun, ticket);
  const answer = await reserver.cancel(given);
  // What did not happen, or may have, stays begun: its tickets may be for sale again.
  if (answer === DROPPED || answer === CONTENDED) {
    const { outcome, ending } = storeRefusalBy(answer);
    end(ending, ticket);
    return outcome;
  }
  if (answer === IN_DOUBT) {
    doubts.push({ kind: 'cancel', ...given, place: request.place, ...begun });
    return OUTCOME.indeterminate;
  }
  const honoured = isHonoured(answer, quantity);
  if (honoured) tally.add(event, -quantity);
  end(honoured ? ENDING.cancelled : ENDING.failed, ticket);
  recorder.ledger.endCancellation(entry, honoured, clock.now());
  if (!honoured) return OUTCOME.failed;
  recorder.returned(quantity, begun.startNs);
  return OUTCOME.cancelled;
}

async function browse(seller: StoreSeller, request: Numbered, begun: Begun): Promise<number> {
  const end = write(seller, OPERATION.browse, { ...request, quantity: 0 }, begun, -1);
  const left = await seller.reserver.available(request.event);
  if (left === FAILED || left === DROPPED || left === CONTENDED) {
    const { outcome, ending } = storeRefusalBy(left);
    end(ending, -1);
    return outcome;
  }
  requireCount(left);
  end(ENDING.browsed, left);
  return OUTCOME.browsed;
}

/** Says in the history how a request ended, and what its client was told. */
type End = (ending: number, value: number) => void;

/** Writes down that a request begins, where requests are written down. */
function write(
  { history, clock }: StoreSeller,
  kind: number,
  { client, event, quantity }: Pick<Numbered, 'client' | 'event' | 'quantity'>,
  begun: Begun,
  value: number,
): End {
  if (!history) return () => {};
  // The closer to the store the times are taken, the more a check of the history can see.
  const startNs = clock.now();
  const intendedNs = Math.min(begun.intendedNs, startNs);
  const entry = history.begin({ kind, client, event, quantity, value, intendedNs, startNs });
  return (ending, told) => {
    if (ending !== ENDING.indeterminate) history.end(entry, ending, told, clock.now());
  };
}

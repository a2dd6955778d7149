import type { History } from '../../src/audit/history.ts';
import { historyOf, type Told } from './histories.ts';

export interface CorrectSaleTerms {
  readonly operations: number;
  readonly clients: number;
  readonly events: number;
  /** Tickets of each event. */
  readonly tickets: number;
  readonly quantityMax: number;
  /** How many of the requests are never answered. */
  readonly lostShare: number;
  /** How long requests take, and pauses between them, on average. */
  readonly meanNs: number;
}

interface Plan {
  readonly client: number;
  readonly event: number;
  readonly kind: Told['kind'];
  readonly quantity: number;
  readonly span: readonly [startNs: number, endNs: number];
  readonly momentNs: number;
}

interface Held {
  readonly event: number;
  readonly value: number;
  readonly quantity: number;
}

/**
 * A sale by a store that does each request at one moment of it, of clients that do one thing at a time.
 * Tickets are numbered as they are sold, and never issued again.
 */
export function correctSale(next: () => number, terms: CorrectSaleTerms): History {
  const { tickets, events, lostShare } = terms;
  const left = Array.from({ length: events }, () => tickets);
  const issued = Array.from({ length: events }, () => 0);
  const held = Array.from({ length: terms.clients }, (): Held[] => []);
  const told: Told[] = [];
  for (const plan of plansOf(next, terms).toSorted((a, b) => a.momentNs - b.momentNs)) {
    const { client, event, quantity, span } = plan;
    const lost = next() < lostShare;
    const common = { client, span: lost ? ([span[0], Number.POSITIVE_INFINITY] as const) : span };
    const ending = (answered: Told['ending']): Told['ending'] =>
      lost ? 'indeterminate' : answered;
    const own = held[client] as Held[];
    const free = left[event] as number;
    // What is lost may get through to the store, or not.
    const happens = !lost || next() < 0.5;
    const given = plan.kind === 'cancel' ? own.pop() : undefined;
    if (given) {
      told.push({ ...common, ...given, kind: 'cancel', ending: ending('cancelled') });
      if (happens) left[given.event] = (left[given.event] as number) + given.quantity;
    } else if (plan.kind === 'browse') {
      told.push({
        ...common,
        event,
        kind: 'browse',
        ending: ending('browsed'),
        quantity: 0,
        value: lost ? -1 : free,
      });
    } else if (free < quantity) {
      told.push({
        ...common,
        event,
        kind: 'reserve',
        ending: ending('soldOut'),
        quantity,
        value: -1,
      });
    } else {
      const value = lost ? -1 : (issued[event] as number);
      told.push({ ...common, event, kind: 'reserve', ending: ending('reserved'), quantity, value });
      if (!happens) continue;
      left[event] = free - quantity;
      issued[event] = (issued[event] as number) + quantity;
      if (!lost) own.push({ event, value, quantity });
    }
  }
  const history = historyOf(tickets, told);
  return { ...history, capacities: new Int32Array(events).fill(tickets) };
}

function plansOf(next: () => number, terms: CorrectSaleTerms): Plan[] {
  const { operations, clients, events, quantityMax, meanNs } = terms;
  const whole = (below: number): number => Math.floor(next() * below);
  const readyNs = Array.from({ length: clients }, () => 0);
  return Array.from({ length: operations }, () => {
    const client = whole(clients);
    const startNs = (readyNs[client] as number) + whole(2 * meanNs);
    const endNs = startNs + whole(2 * meanNs);
    readyNs[client] = endNs;
    const drawn = next();
    return {
      client,
      event: whole(events),
      kind: drawn < 0.6 ? 'reserve' : drawn < 0.85 ? 'cancel' : 'browse',
      quantity: 1 + whole(quantityMax),
      span: [startNs, endNs],
      momentNs: startNs + next() * (endNs - startNs),
    };
  });
}

import { messageOf } from '../base/errors.ts';
import { LoneWords, NobodyLeftError } from '../store/lone-words.ts';
import { type Reserver, SOLD_OUT, type Strategy, type StrategyPromise } from '../store/strategy.ts';
import type { SharedWords } from '../store/words.ts';
import type { ClientState } from './client-tree.ts';
import { type Holding, holdingsOf } from './holdings.ts';
import type { Monitor, Violation } from './program.ts';
import { type Ending, SaleSpecification } from './sale-specification.ts';
import { nameOf, reserved, type SmallSale, TOLD_OF_DEATH, ticketsOf } from './small-sale.ts';

/** How to look at a sale when all is over. */
export interface Aftermath {
  /** Attaches one more seller to the words. */
  readonly open: (words: SharedWords) => Reserver;
  /** The word with an event's remaining tickets. */
  readonly remaining: (event: number) => number;
}

/** Holds what a strategy does in a small sale to what it promises. */
export class SaleMonitor implements Monitor {
  readonly initial: number;
  readonly #strategy: Strategy;
  readonly #sale: SmallSale;
  readonly #specification: SaleSpecification;
  readonly #aftermath: Aftermath;
  readonly #holdings: WeakMap<ClientState, Holding[]> = new WeakMap();

  constructor(strategy: Strategy, sale: SmallSale, aftermath: Aftermath) {
    this.#strategy = strategy;
    this.#sale = sale;
    this.#specification = new SaleSpecification(sale, {
      noFalseSoldOut: this.#promises('noFalseSoldOut'),
      noStaleRead: this.#promises('noStaleRead'),
    });
    this.initial = this.#specification.initial;
    this.#aftermath = aftermath;
  }

  get size(): number {
    return this.#specification.size;
  }

  begin(state: number, client: number, operation: number): number {
    return this.#isSeller(client) ? this.#specification.begin(state, client, operation) : state;
  }

  end(state: number, client: number, at: readonly ClientState[]): number | Violation {
    const now = at[client] as ClientState;
    const operations = this.#sale.clients[client] ?? [];
    const operation = operations[(now.parent as ClientState).operation];
    const outcome = now.ended as number;
    if (operation === undefined) return state;
    if (outcome === TOLD_OF_DEATH) return this.#specification.die(state, client);
    switch (operation.kind) {
      case 'browse':
        return this.#endBrowse(state, client, outcome, operation.event);
      case 'cancel':
        return this.#endCancel(state, client, outcome, reserved(operations, operation.of).quantity);
      case 'reserve':
        return this.#endReserve(state, client, outcome, operation, at);
    }
  }

  die(state: number, client: number): number {
    return this.#isSeller(client) ? this.#specification.die(state, client) : state;
  }

  finish(at: readonly ClientState[], memory: Int32Array, someDied: boolean): Violation | undefined {
    for (let event = 0; event < this.#sale.events; event++) {
      const violation = this.#checkRest(event, at, memory, someDied);
      if (violation) return violation;
    }
    return undefined;
  }

  rename(state: number, renaming: readonly number[]): number {
    return this.#specification.rename(state, renaming);
  }

  #endBrowse(state: number, client: number, left: number, event: number): number | Violation {
    if (left < 0) {
      const message = `${nameOf(client)} is told that event ${event} has ${left} tickets left`;
      return { kind: 'negative stock', message };
    }
    const next = this.#specification.endLook(state, client, left);
    if (next !== undefined) return next;
    const message = `${nameOf(client)} is told that ${ticketsOf(left)} of event ${event} ${left === 1 ? 'is' : 'are'} left, which is true at no moment of its look, in whatever order`;
    return { kind: 'stale read', message };
  }

  #endCancel(state: number, client: number, answer: number, quantity: number): number | Violation {
    const name = nameOf(client);
    if (answer === quantity) {
      return (
        this.#specification.end(state, client, 'done') ??
        notLinearizable(`${name}'s cancel of ${ticketsOf(quantity)}`)
      );
    }
    if (!this.#promises('noLostReceipt')) {
      return (
        this.#specification.end(state, client, 'without effect') ??
        notLinearizable(`${name}'s refused cancel`)
      );
    }
    const message = `${name} gives back ${ticketsOf(quantity)} and is answered ${answer}: its receipt is not honoured`;
    return { kind: 'lost receipt', message };
  }

  #endReserve(
    state: number,
    client: number,
    outcome: number,
    { event, quantity }: { readonly event: number; readonly quantity: number },
    at: readonly ClientState[],
  ): number | Violation {
    const name = nameOf(client);
    if (outcome >= 0) {
      const violation = this.#checkGrants(event, at);
      if (violation) return violation;
    }
    const next = this.#specification.end(state, client, endingOf(outcome));
    if (next !== undefined) return next;
    if (outcome >= 0) return notLinearizable(`${name}'s grant of ${ticketsOf(quantity)}`);
    if (outcome !== SOLD_OUT || !this.#promises('noFalseSoldOut')) {
      return notLinearizable(`${name}'s refusal`);
    }
    const message = `${name} is told sold out although, in whatever order, ${ticketsOf(quantity)} must have been left`;
    return { kind: 'false sold-out', message };
  }

  /** No ticket may be with two clients, nor may more be held than there are. */
  #checkGrants(event: number, at: readonly ClientState[]): Violation | undefined {
    if (!this.#promises('noOversell')) return undefined;
    const grants = this.#sale.clients.flatMap((_, client) =>
      this.#holdingsOf(client, at)
        .filter((holding) => holding.event === event)
        .map((holding) => ({ ...holding, client })),
    );
    for (const [i, one] of grants.entries()) {
      const other = grants.slice(i + 1).find((each) => overlap(one, each));
      if (!other) continue;
      const ticket = Math.max(one.ticket, other.ticket);
      const whom = [nameOf(one.client), nameOf(other.client)].join(' and to ');
      const message = `ticket ${ticket} of event ${event} is granted to ${whom}`;
      return { kind: 'duplicate ticket', message };
    }
    const held = grants.filter((grant) => grant.held);
    const sum = held.reduce((total, { quantity }) => total + quantity, 0);
    if (sum <= this.#sale.tickets) return undefined;
    const shares = held.map(({ client, quantity }) => `${nameOf(client)} holds ${quantity}`);
    const message = `${shares.join(', ')}: ${ticketsOf(sum)}, but there ${this.#sale.tickets === 1 ? 'is' : 'are'} ${this.#sale.tickets}`;
    return { kind: 'oversell', message };
  }

  /** When all is over, what nobody holds must be there: no more, and no less if that is promised. */
  #checkRest(
    event: number,
    at: readonly ClientState[],
    memory: Int32Array,
    someDied: boolean,
  ): Violation | undefined {
    const word = memory[this.#aftermath.remaining(event)] as number;
    if (word < 0 && !someDied) {
      return { kind: 'negative stock', message: `event ${event} ends with ${word} tickets left` };
    }
    const left = this.#left(event, memory);
    if (typeof left !== 'number') return someDied ? undefined : left;
    const held = this.#sale.clients
      .flatMap((_, client) => this.#holdingsOf(client, at))
      .filter((holding) => holding.held && holding.event === event)
      .reduce((total, { quantity }) => total + quantity, 0);
    const rest = this.#sale.tickets - held;
    const story = `at the end ${ticketsOf(held)} of ${this.#sale.tickets} are held, and the stock says ${left} left`;
    if (left > rest && this.#promises('noOversell')) return { kind: 'oversell', message: story };
    const lost = left < rest && !someDied && this.#promises('noFalseSoldOut');
    return lost ? { kind: 'lost stock', message: story } : undefined;
  }

  #left(event: number, memory: Int32Array): number | Violation | undefined {
    try {
      return this.#aftermath.open(new LoneWords(memory)).available(event);
    } catch (error) {
      if (error instanceof NobodyLeftError && this.#strategy.openClerk) return undefined;
      const message = `when all had ended, a look at the stock ${error instanceof NobodyLeftError ? '' : 'failed: '}${messageOf(error)}`;
      return { kind: error instanceof NobodyLeftError ? 'deadlock' : 'failure', message };
    }
  }

  #holdingsOf(client: number, at: readonly ClientState[]): Holding[] {
    const state = at[client] as ClientState;
    const known = this.#holdings.get(state);
    if (known) return known;
    const holdings = holdingsOf(state, this.#sale.clients[client] ?? []);
    this.#holdings.set(state, holdings);
    return holdings;
  }

  #isSeller(client: number): boolean {
    return client < this.#sale.clients.length;
  }

  #promises(promise: StrategyPromise): boolean {
    return this.#strategy.promises.includes(promise);
  }
}

function overlap(one: Holding, other: Holding): boolean {
  return one.ticket < other.ticket + other.quantity && other.ticket < one.ticket + one.quantity;
}

function endingOf(outcome: number): Ending {
  if (outcome >= 0) return 'granted';
  return outcome === SOLD_OUT ? 'sold out' : 'without effect';
}

function notLinearizable(what: string): Violation {
  const message = `${what} fits into no order of the requests in which each acts at one moment`;
  return { kind: 'not linearizable', message };
}

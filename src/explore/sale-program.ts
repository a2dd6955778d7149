import { Crew } from '../store/crew.ts';
import { Inventory } from '../store/inventory.ts';
import { Layout, LINE_WORDS } from '../store/layout.ts';
import { AbandonedLockError } from '../store/locks/abandoned.ts';
import { LoneWords } from '../store/lone-words.ts';
import type { WordMeaning } from '../store/meaning.ts';
import { openClerk, openReserver } from '../store/open-strategy.ts';
import type { Reserver, SaleContext, SaleSize, Strategy } from '../store/strategy.ts';
import type { SharedWords } from '../store/words.ts';
import type { Program, ProgramClient } from './program.ts';
import { SaleMonitor } from './sale-monitor.ts';
import type { Script } from './script.ts';
import {
  describeOperation,
  describeOutcome,
  nameOf,
  reserved,
  type SaleOperation,
  type SmallSale,
  TOLD_OF_DEATH,
} from './small-sale.ts';

/** How far the clock is put forward, at any one time: beyond any time limit. */
const TICK_MS = 24 * 3600 * 1000;

/** Whether something has read the clock. Then time has to pass in a schedule, too. */
export interface ClockUse {
  used: boolean;
}

/** The client that is no client but lets time pass; always the last. */
export const CLOCK_NAME = 'clock';

interface Places {
  readonly layout: Layout;
  readonly crew: number;
  readonly inventory: number;
  readonly own: number;
  readonly clock: number;
}

/**
 * A strategy selling to a few clients, each in a thread of its own.
 * @param clock notes whether time matters; with `used` set, time is put forward once, at any moment
 */
export function saleProgram(strategy: Strategy, sale: SmallSale, clock: ClockUse): Program {
  const sellers = sale.clients.length;
  const clerk = strategy.openClerk !== undefined && sellers > 1;
  const size: SaleSize = {
    events: sale.events,
    tickets: sale.tickets,
    members: sellers + (clerk ? 1 : 0),
  };
  const at = layOut(strategy, size);
  const contextFor = (words: SharedWords, self: number): SaleContext =>
    contextOf(words, at, size, self, clock);
  const initial = stocked(at, size);
  const clients: ProgramClient[] = sale.clients.map((operations, self) => ({
    name: nameOf(self),
    likeness: JSON.stringify(operations),
    operations: operations.map((operation) =>
      describeOperation(operation, operations, sale.events > 1),
    ),
    outcomeOf: (index, outcome) => describeOutcome(operations, index, outcome),
    code: (script) => sell(script, strategy, contextFor(script, self), operations),
  }));
  if (clerk) clients.push(clerkClient(strategy, (script) => contextFor(script, sellers)));
  if (clock.used) clients.push(clockClient(at.clock));
  const inventory = new Inventory(new LoneWords(initial), at.inventory, sale.events);
  const monitor = new SaleMonitor(strategy, sale, {
    open: (words) => strategy.open(contextFor(words, 0)),
    remaining: (event) => inventory.remaining(event),
  });
  const crew = new Crew(new LoneWords(initial), at.crew, size.members);
  return {
    clients,
    initial,
    describe: meanings(strategy, size, at),
    death: (client) => (client < size.members ? crew.death(client) : undefined),
    monitor,
    racesAreViolations: false,
  };
}

function layOut(strategy: Strategy, size: SaleSize): Places {
  const layout = new Layout();
  return {
    layout,
    crew: Crew.reserve(layout, size.members),
    inventory: Inventory.reserve(layout, size.events),
    clock: layout.reserve(LINE_WORDS),
    own: layout.reserve(strategy.ownWords?.(size) ?? 0),
  };
}

function stocked({ layout, inventory }: Places, size: SaleSize): Int32Array {
  const memory = new Int32Array(layout.words);
  new Inventory(new LoneWords(memory), inventory, size.events).stock(size.tickets);
  return memory;
}

function contextOf(
  words: SharedWords,
  at: Places,
  size: SaleSize,
  self: number,
  clock: ClockUse,
): SaleContext {
  return {
    size,
    words,
    inventory: new Inventory(words, at.inventory, size.events),
    own: at.own,
    crew: new Crew(words, at.crew, size.members),
    self,
    contention: { retries: 0, waits: 0 },
    work() {},
    nowMs() {
      clock.used = true;
      return words.load(at.clock);
    },
  };
}

/** One client's whole life. */
function sell(
  script: Script,
  strategy: Strategy,
  context: SaleContext,
  operations: readonly SaleOperation[],
): void {
  const reserver = openReserver(strategy, context);
  const tickets: number[] = [];
  for (const [index, operation] of operations.entries()) {
    if (operation.kind === 'cancel' && (tickets[operation.of] as number) < 0) continue;
    script.begin(index);
    const outcome = perform(reserver, operation, operations, tickets, context);
    script.end(outcome);
    if (outcome === TOLD_OF_DEATH) return;
  }
  reserver.close();
}

function perform(
  reserver: Reserver,
  operation: SaleOperation,
  operations: readonly SaleOperation[],
  tickets: number[],
  { self, crew }: SaleContext,
): number {
  try {
    switch (operation.kind) {
      case 'reserve': {
        const ticket = reserver.reserve(operation.event, operation.quantity, self);
        requireWhole('reserve', ticket);
        tickets.push(ticket);
        return ticket;
      }
      case 'cancel': {
        const { event, quantity } = reserved(operations, operation.of);
        const ticket = tickets[operation.of] as number;
        const answer = reserver.cancel(event, ticket, quantity, self);
        requireWhole('cancel', answer);
        return answer;
      }
      case 'browse': {
        const left = reserver.available(operation.event);
        requireWhole('available', left);
        return left;
      }
    }
  } catch (error) {
    if (!(error instanceof AbandonedLockError)) throw error;
    // As the pool does with a thread that breaks down: those who wait for it hear of it.
    crew.markDead(self);
    return TOLD_OF_DEATH;
  }
}

function requireWhole(call: string, value: number): void {
  if (Number.isInteger(value) && Math.abs(value) <= 2 ** 31) return;
  throw new Error(`${call} must return a whole number of 32 bits; got ${String(value)}`);
}

function clerkClient(strategy: Strategy, context: (script: Script) => SaleContext): ProgramClient {
  return {
    name: 'clerk',
    likeness: 'clerk',
    restarts: true,
    operations: [],
    outcomeOf: () => '',
    code(script) {
      const own = context(script);
      try {
        script.rest();
        while (openClerk(strategy, own).serve()) {
          // A turn in which it only looked is one of a busy loop.
          script.spin();
          script.rest();
        }
      } catch (error) {
        if (!(error instanceof AbandonedLockError)) throw error;
        own.crew.markDead(own.self);
      }
    },
  };
}

/** Puts the clock forward once, whenever the schedule says so. */
function clockClient(word: number): ProgramClient {
  return {
    name: CLOCK_NAME,
    likeness: CLOCK_NAME,
    operations: [],
    outcomeOf: () => '',
    code: (script) => script.store(word, TICK_MS),
  };
}

function meanings(strategy: Strategy, size: SaleSize, at: Places): (word: number) => WordMeaning {
  const idle = new LoneWords(new Int32Array(at.layout.words));
  const inventory = new Inventory(idle, at.inventory, size.events);
  const crew = new Crew(idle, at.crew, size.members);
  const own = strategy.ownWords?.(size) ?? 0;
  return (word) => {
    if (word >= at.own && word < at.own + own) {
      const offset = word - at.own;
      return strategy.describeWord?.(offset, size) ?? { name: `own word ${offset}` };
    }
    if (word >= at.clock && word < at.clock + LINE_WORDS) return { name: 'clock' };
    if (word >= at.inventory && word < at.clock) return inventory.describe(word);
    if (word < at.crew + size.members * LINE_WORDS) return crew.describe(word);
    return { name: `unused word ${word}` };
  };
}

import assert from 'node:assert/strict';
import type { Clock } from '../../src/base/clock.ts';
import { produce } from '../../src/generator/produce.ts';
import { KIND, REQUEST_WORDS, type Request, writeRequest } from '../../src/generator/request.ts';
import { allocateRing, RingReader, RingWriter } from '../../src/generator/ring.ts';
import { BLOCK_REQUESTS } from '../../src/generator/ring-layout.ts';
import { bytesOf } from '../../src/store/compiled-words.ts';
import { Ledger } from '../../src/store/ledger.ts';
import { compareAndSwap } from '../../src/store/memory/compare-and-swap.ts';
import { SuspectLog } from '../../src/store/refusals.ts';
import { type Reserver, SOLD_OUT } from '../../src/store/strategy.ts';
import { AtomicWords } from '../../src/store/words.ts';
import { Clients } from '../../src/workers/clients.ts';
import type { MeasuresMemory } from '../../src/workers/measures.ts';
import type {
  Model,
  RecorderMemory,
  RoundTerms,
  SaleMemory,
  SalePlan,
} from '../../src/workers/protocol.ts';
import { Recorder } from '../../src/workers/recorder.ts';
import { RefusalWatch } from '../../src/workers/refusal-watch.ts';
import { type Pause, reserveLoop, type Seller } from '../../src/workers/reserve-loop.ts';
import { type RoundContext, roundLoop } from '../../src/workers/round-loop.ts';
import { isRush, rushLoop } from '../../src/workers/rush-loop.ts';
import { allocateSale, attachSale, type Sale } from '../../src/workers/sale-memory.ts';
import { StagedWords } from './staged-words.ts';

/** A clock that stands still unless somebody moves it. */
export class FakeClock implements Clock {
  nowNs = 0;

  now(): number {
    return this.nowNs;
  }
}

export type Asked = Partial<Request> & Pick<Request, 'client'>;

export function reserve(client: number, asked: Partial<Request> = {}): Asked {
  return { client, kind: KIND.reserve, quantity: 1, ...asked };
}

export function cancel(client: number, asked: Partial<Request> = {}): Asked {
  return { client, kind: KIND.cancel, ...asked };
}

export function browse(client: number, asked: Partial<Request> = {}): Asked {
  return { client, kind: KIND.browse, ...asked };
}

/** A ring that holds these requests and ends after them. */
function ringOf(asked: readonly Asked[], chunk = 1): RingReader {
  const words = new AtomicWords(allocateRing());
  const waiting = [...asked];
  const fill = (block: Int32Array): number => {
    const next = waiting.splice(0, block.length / REQUEST_WORDS);
    next.forEach((each, i) => {
      const request = { intendedNs: 0, event: 0, quantity: 0, kind: KIND.reserve, ...each };
      writeRequest(block, i * REQUEST_WORDS, request);
    });
    return next.length;
  };
  produce({ fill, close: () => {} }, new RingWriter(words));
  return new RingReader(words, chunk);
}

/** A reserver that counts on its fingers. Each call takes `serviceNs` on the clock. */
export class PlainReserver implements Reserver {
  serviceNs = 10;
  /** Every call, in order. */
  readonly calls: string[] = [];
  readonly #clock: FakeClock;
  #left: number;
  #issued = 0;

  constructor(clock: FakeClock, tickets: number) {
    this.#clock = clock;
    this.#left = tickets;
  }

  reserve(event: number, quantity: number, client: number): number {
    this.#serve(`reserve ${quantity} of ${event} for ${client}`);
    if (this.#left < quantity) return SOLD_OUT;
    this.#left -= quantity;
    this.#issued += quantity;
    return this.#issued - quantity;
  }

  cancel(event: number, ticket: number, quantity: number, client: number): number {
    this.#serve(`cancel ${quantity} from ${ticket} of ${event} for ${client}`);
    this.#left += quantity;
    return quantity;
  }

  available(event: number): number {
    this.#serve(`available of ${event}`);
    return this.#left;
  }

  close(): void {}

  #serve(call: string): void {
    this.calls.push(call);
    this.#clock.nowNs += this.serviceNs;
  }
}

export interface BoothTerms {
  readonly model: Model;
  readonly tickets: number;
  readonly threads: number;
  readonly cancels: boolean;
  readonly workOutsideNs: number;
}

/** Sellers around one sale, run one after the other in a single thread, with a clock of ours. */
export class Booth {
  readonly clock: FakeClock = new FakeClock();
  readonly sale: Sale;
  readonly recorders: readonly Recorder[];
  readonly ledgers: readonly Ledger[];
  readonly suspects: readonly SuspectLog[];
  /** The words that sellers see: whenever one has to wait, the test plays the others. */
  readonly words: StagedWords;
  reserver: Reserver;
  /** What happens while a request waits for its time. */
  whilePausing: () => void = () => {};
  /** Set to have the next wait find the run stopped. */
  stopped = false;
  readonly #memory: SaleMemory;
  readonly #terms: BoothTerms;

  constructor(terms: Partial<BoothTerms> = {}) {
    this.#terms = {
      model: 'saturating',
      tickets: 10,
      threads: 1,
      cancels: true,
      workOutsideNs: 0,
      ...terms,
    };
    const { tickets, threads, model, cancels, workOutsideNs } = this.#terms;
    const plan: SalePlan = {
      strategy: compareAndSwap.name,
      events: 2,
      ticketsPerEvent: tickets,
      clients: 10,
      threads,
      requests: 1_000_000,
      model,
      cancels,
      workInsideNs: 0,
      workOutsideNs,
      kernel: 'js',
      records: false,
      measures: true,
      expectedNs: 0,
      warmsUp: false,
    };
    this.#memory = allocateSale(plan, compareAndSwap);
    this.sale = attachSale(this.#memory, plan, compareAndSwap);
    this.words = new StagedWords(bytesOf(this.#memory.words));
    const { recorders } = this.#memory;
    this.recorders = recorders.map((each) => new Recorder(each));
    this.ledgers = recorders.map((each) => new Ledger(each.ledger));
    this.suspects = recorders.map((each) => new SuspectLog(each.suspects));
    this.reserver = new PlainReserver(this.clock, tickets);
  }

  /** The clients' table, as seller `self` sees it. */
  clients(self: number): Clients {
    return new Clients(this.words, this.sale.clients, this.sale.crew, self);
  }

  /** Has seller `self` serve these requests. */
  serve(asked: readonly Asked[], self = 0): void {
    this.#serveFrom(ringOf(asked), self);
  }

  /** As {@link serve}, in the loop of sellers in a rush. */
  serveInARush(asked: readonly Asked[]): void {
    const watch = this.#watch(0);
    const seller = this.#seller(0, watch);
    assert.ok(isRush(seller));
    rushLoop(seller, ringOf(asked, BLOCK_REQUESTS));
    watch.finish();
  }

  /** All that seller 0 has written down, byte by byte. */
  written(): Buffer[] {
    const { measures, ledger, ...others } = this.#memory.recorders[0] as RecorderMemory;
    const { responseTimes, series } = measures as MeasuresMemory;
    const own = Object.values(others).filter((each) => each !== undefined);
    const all = [...own, ...responseTimes, series, ledger.grants, ledger.cancellations];
    return all.map((buffer) => Buffer.from(new Uint8Array(buffer)));
  }

  /** Has seller 0 serve requests that the generator delivers as late as `delivered` says. */
  serveLate(asked: readonly Asked[], delivered: (place: number) => void): void {
    const ring = ringOf(asked);
    let place = 0;
    const { clock } = this;
    let waited = false;
    this.#serveFrom(
      {
        get waited() {
          return waited;
        },
        claim() {
          const beforeNs = clock.nowNs;
          delivered(place++);
          waited = clock.nowNs > beforeNs;
          return ring.claim();
        },
        read: (request) => ring.read(request),
        release: () => ring.release(),
      },
      0,
    );
  }

  #serveFrom(reader: Parameters<typeof reserveLoop>[1], self: number): void {
    const watch = this.#watch(self);
    reserveLoop(this.#seller(self, watch), reader);
    watch.finish();
  }

  /** Has seller `self` sell the two events in rounds, alone; how long each round took. */
  serveRounds(terms: Partial<RoundTerms> = {}, context: Partial<RoundContext> = {}): number[] {
    const { tickets, threads, cancels } = this.#terms;
    const all = { rounds: 2, tickets, threads, cancels, ...terms };
    const spans = new Float64Array(2 * all.rounds);
    const watch = this.#watch(0);
    const delaysNs = new Uint32Array(1);
    const seller = this.#seller(0, watch);
    roundLoop(seller, all, { meet: () => true, delaysNs, spans, ...context });
    watch.finish();
    return Array.from({ length: all.rounds }, (_, round) => {
      return (spans[2 * round + 1] as number) - (spans[2 * round] as number);
    });
  }

  #watch(self: number): RefusalWatch {
    const log = new SuspectLog((this.#memory.recorders[self] as RecorderMemory).suspects);
    const { tally, crew } = this.sale;
    const { tickets: ticketsPerEvent, cancels } = this.#terms;
    return new RefusalWatch({ log, tally, crew, self, ticketsPerEvent, cancels });
  }

  #seller(self: number, watch: RefusalWatch): Seller {
    const { clock, reserver, ledgers, sale } = this;
    const { model, tickets: ticketsPerEvent, workOutsideNs } = this.#terms;
    const pause: Pause = {
      until: (dueNs) => {
        if (this.stopped) return -1;
        this.whilePausing();
        clock.nowNs = Math.max(clock.nowNs, dueNs);
        return clock.nowNs;
      },
    };
    return {
      self,
      model,
      ticketsPerEvent,
      workOutsideNs,
      reserver,
      recording: undefined,
      recorder: this.recorders[self] as Recorder,
      ledgers,
      watch,
      tally: sale.tally,
      crew: sale.crew,
      clients: sale.clients < 0 ? undefined : this.clients(self),
      clock,
      pause,
    };
  }
}

import type { StreamSpec } from '../generator/stream.ts';
import type { TraceTerms } from '../generator/trace-format.ts';
import type { Kernel, WordsMemory } from '../store/compiled-words.ts';
import type { LedgerMemory } from '../store/ledger.ts';
import type { StorePlace } from '../store/stored.ts';
import type { MeasuresMemory } from './measures.ts';
import type { WarmUp } from './warm-up.ts';

/** How requests are released: at their times, at once, or when their client is ready. */
export type Model = 'open' | 'saturating' | 'closed';

/** What is sold, and by how many. Equal plans give equal memory layouts in every thread. */
export interface SalePlan {
  /** A name of the catalogue, or the URL of a module. */
  readonly strategy: string;
  readonly events: number;
  readonly ticketsPerEvent: number;
  readonly clients: number;
  readonly threads: number;
  /** The most requests there can be: what memory is reserved for. */
  readonly requests: number;
  readonly model: Model;
  /** Whether requests may give tickets back. */
  readonly cancels: boolean;
  readonly workInsideNs: number;
  readonly workOutsideNs: number;
  /** Whether times are kept: of a sale that is only rehearsed, or judged but not measured, they are not. */
  readonly measures: boolean;
  /** How long the sale is expected to last, in nanoseconds; 0 if nobody knows. */
  readonly expectedNs: number;
  /** Whether every request is written down. */
  readonly records: boolean;
  /** What executes the operations on shared words. */
  readonly kernel: Kernel;
  /** Whether this is a private sale of one seller, to warm up with. */
  readonly warmsUp: boolean;
}

/** What one worker leaves behind, readable also after its death. */
export interface RecorderMemory {
  readonly counters: SharedArrayBuffer;
  readonly measures: MeasuresMemory | undefined;
  readonly askedByClient: SharedArrayBuffer;
  readonly grantedByClient: SharedArrayBuffer;
  readonly refusedEvents: SharedArrayBuffer;
  readonly ledger: LedgerMemory;
  readonly suspects: SharedArrayBuffer;
  /** All requests, where they are written down. */
  readonly history: SharedArrayBuffer | undefined;
}

/** All memory that the threads of a run share. */
export interface SaleMemory {
  readonly words: WordsMemory;
  /** Where the sale's words begin. */
  readonly first: number;
  /** Where the words of the sellers' rehearsals begin, and how many each of them has. */
  readonly rehearsals: { readonly first: number; readonly words: number };
  readonly ring: SharedArrayBuffer;
  readonly recorders: readonly RecorderMemory[];
}

/** What every thread of a sale is given. */
export interface Task {
  readonly plan: SalePlan;
  readonly memory: SaleMemory;
  /** The process's clock epoch, equal in all threads. */
  readonly epoch: bigint;
}

/** The task of one seller, however it sells. */
export interface WorkerTask extends Task {
  readonly worker: number;
}

/** The task of a seller of a stream. */
export interface SellTask extends WorkerTask {
  readonly warmUp: WarmUp;
  /** What to warm up with. */
  readonly stream: StreamSpec;
}

/** The task of a seller that sells from a store outside of memory. */
export interface SellStoredTask extends WorkerTask {
  readonly store: {
    readonly place: StorePlace;
    /** The most connections to each server, and how long a request waits for one. */
    readonly connections: number;
    readonly connectionWaitMs: number;
    /** How long to try to find out what became of an order whose answer was lost. */
    readonly settleMs: number;
    /** Of what is random in it. */
    readonly seed: string;
  };
}

/** How the last tickets of one event after the other are sold: round r sells event r. */
export interface RoundTerms {
  readonly rounds: number;
  /** Tickets of each event. */
  readonly tickets: number;
  /** Threads that sell each of them together. */
  readonly threads: number;
  /** Whether tickets come back while others are sold. */
  readonly cancels: boolean;
}

/** The task of a seller that sells in rounds. */
export interface RoundsTask extends WorkerTask {
  readonly terms: RoundTerms;
  /** Where the sellers meet before each round. */
  readonly gate: SharedArrayBuffer;
  /** For each worker, when it began and ended each round, in Float64 nanoseconds. */
  readonly spans: readonly SharedArrayBuffer[];
  /** Of the delays. */
  readonly seed: string;
  /** Whether to warm up: only in threads that have not sold before. */
  readonly warmsUp: boolean;
}

/** The task of the clerk, for strategies that have one. */
export type ClerkTask = Task;

/** The task of the generator. */
export interface GenerateTask extends Task {
  readonly stream: StreamSpec;
  /** End after so long instead of after `stream.requests`. */
  readonly deadlineNs?: number;
  /** Where to save the stream. */
  readonly traceOut?: { readonly path: string; readonly terms: TraceTerms };
}

import type { StreamSpec } from '../generator/stream.ts';
import type { TraceTerms } from '../generator/trace-format.ts';
import type { LedgerMemory } from '../store/ledger.ts';

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
  /** Whether this is a private sale of one seller, to warm up with. */
  readonly warmsUp: boolean;
}

/** What one worker leaves behind, readable also after its death. */
export interface RecorderMemory {
  readonly counters: SharedArrayBuffer;
  readonly responseTimes: SharedArrayBuffer;
  readonly serviceTimes: SharedArrayBuffer;
  readonly askedByClient: SharedArrayBuffer;
  readonly grantedByClient: SharedArrayBuffer;
  readonly refusedEvents: SharedArrayBuffer;
  readonly ledger: LedgerMemory;
  readonly suspects: SharedArrayBuffer;
}

/** All memory that the threads of a run share. */
export interface SaleMemory {
  readonly words: SharedArrayBuffer;
  readonly ring: SharedArrayBuffer;
  readonly recorders: readonly RecorderMemory[];
}

interface Task {
  readonly plan: SalePlan;
  readonly memory: SaleMemory;
  /** The process's clock epoch, equal in all threads. */
  readonly epoch: bigint;
}

/** The task of one seller. */
export interface SellTask extends Task {
  readonly worker: number;
  /** What to warm up with. */
  readonly stream: StreamSpec;
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

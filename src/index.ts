// The library: what the `sim` command does, for programs, and what strategies are written with.
export { InputError } from './base/errors.ts';
export type { Exploration, ExplorationVerdict } from './explore/exploration.ts';
export { type ExploreRequest, exploreStrategy as explore } from './explore/explore-strategy.ts';
export type { BlockComparison } from './sim/block-comparison.ts';
export type { BlockOptions } from './sim/blocks.ts';
export { type CompareOptions, compare } from './sim/compare.ts';
export { diffResults, type ResultFile } from './sim/diff.ts';
export type { Difference } from './sim/difference.ts';
export type { Magnification } from './sim/magnification.ts';
export { type MagnifyOptions, type MagnifyProgress, magnify } from './sim/microscope.ts';
export { readResult } from './sim/read-result.ts';
export type { Comparison, RunResult } from './sim/result.ts';
export { type RunOptions, run } from './sim/run.ts';
export { runSweep as sweep, type SweepOptions, type SweepProgress } from './sim/run-sweep.ts';
export { resolveScenario, type Scenario, type ScenarioRequest } from './sim/scenario.ts';
export type { RunProgress, Sample } from './sim/session-state.ts';
export type { Sweep } from './sim/sweep-result.ts';
export { decodeHdr, encodeHdr } from './stats/hdr.ts';
export { Histogram } from './stats/histogram.ts';
export { catalog } from './store/catalog.ts';
export type { Crew } from './store/crew.ts';
export { defineStoreStrategy, defineStrategy } from './store/define-strategy.ts';
export {
  type Adapter,
  type Ask,
  type AskedBy,
  type AskedForEvent,
  type AskedToCancel,
  type AskedToCreate,
  type AskedToReserve,
  defineAdapter,
  type Exchange,
  type HttpAnswer,
  type HttpGrant,
  type HttpRefusal,
  type HttpRequest,
  type ListedEvent,
} from './store/http/adapter.ts';
export type { Inventory } from './store/inventory.ts';
export { LINE_WORDS } from './store/layout.ts';
export { AbandonedLockError, OWNER_CHECK_MS, throwIfAbandoned } from './store/locks/abandoned.ts';
export { McsLock } from './store/locks/mcs-lock.ts';
export { type LockContext, MUTEX_WORDS, Mutex } from './store/locks/mutex.ts';
export { RW_LOCK_WORDS, RwLock } from './store/locks/rw-lock.ts';
export { SEQLOCK_WORDS, Seqlock } from './store/locks/seqlock.ts';
export { TicketLock } from './store/locks/ticket-lock.ts';
export {
  MEMBER_PLUS_ONE,
  type MemberNaming,
  showMember,
  type WordMeaning,
} from './store/meaning.ts';
export {
  type HoldReserver,
  type HoldStrategy,
  twoPhaseHold,
} from './store/memory/two-phase-hold.ts';
export type {
  Order,
  Resize,
  Return,
  ServerKind,
  StockSize,
  StoreContext,
  StoredGrant,
  StoredSale,
  StoreFamily,
  StorePlace,
  StoreReserver,
  StoreStrategy,
  Target,
  Traffic,
} from './store/stored.ts';
export {
  type Clerk,
  CONTENDED,
  type Contention,
  DROPPED,
  FAILED,
  IN_DOUBT,
  type Reserver,
  type SaleContext,
  type SaleSize,
  SOLD_OUT,
  type Strategy,
  type StrategyPromise,
} from './store/strategy.ts';
export type { SharedWords } from './store/words.ts';

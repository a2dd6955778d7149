// The library: what the `sim` command does, for programs.
export { InputError } from './base/errors.ts';
export { type CompareOptions, compare } from './sim/compare.ts';
export type { Comparison, RunResult } from './sim/result.ts';
export { type RunOptions, type RunProgress, run } from './sim/run.ts';
export { resolveScenario, type Scenario, type ScenarioRequest } from './sim/scenario.ts';
export { catalog } from './store/catalog.ts';
export type { Crew } from './store/crew.ts';
export type { Inventory } from './store/inventory.ts';
export {
  CONTENDED,
  DROPPED,
  FAILED,
  type Reserver,
  type SaleContext,
  SOLD_OUT,
  type Strategy,
  type StrategyPromise,
} from './store/strategy.ts';
export type { SharedWords } from './store/words.ts';

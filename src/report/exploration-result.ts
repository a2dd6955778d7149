import type { Exploration } from '../explore/exploration.ts';
import type { Environment } from '../sim/environment.ts';

/** An exploration, how to make it again, and where it took place: what is printed as JSON. */
export interface ExplorationResult extends Exploration {
  /** Does the same again; with a failure: shows it at once. */
  readonly command: string;
  readonly environment: Environment;
}

import { InputError, shown } from '../base/errors.ts';
import { type Check, isObject } from '../base/shape.ts';
import { COMPARISON, SWEEP } from './comparison-shape.ts';
import { readJsonFile } from './json-file.ts';
import { type Comparison, type RunResult, SCHEMA_VERSION } from './result.ts';
import { RUN } from './result-shape.ts';
import type { Sweep } from './sweep-result.ts';

/**
 * Reads what `sim run`, `sim compare` or `sim sweep` printed with `--format json`. A comparison is the
 * one that has `results`, a sweep the one that has `kind`.
 * @throws InputError naming the file and what is wrong with it
 */
export function readResult(path: string): RunResult | Comparison | Sweep {
  const value = readJsonFile(path);
  const shape = shapeFor(value);
  if (!isObject(value) || !shape) {
    throw new InputError(
      `${path} is not a result of sim run, sim compare or sim sweep (--format json)`,
    );
  }
  const { schemaVersion } = value;
  if (schemaVersion !== SCHEMA_VERSION) {
    throw new InputError(
      `${path} has schemaVersion ${shown(schemaVersion)}; this version of sim reads ${SCHEMA_VERSION}`,
    );
  }
  const fault = shape(value, '');
  if (fault !== undefined) throw new InputError(`${path} is not a whole result: ${fault}`);
  return value as unknown as RunResult | Comparison | Sweep;
}

/** What a value must look like, by what only the results of one command have. */
function shapeFor(value: unknown): Check | undefined {
  if (!isObject(value)) return undefined;
  if (value['kind'] === 'sweep') return SWEEP;
  if (Array.isArray(value['results'])) return COMPARISON;
  // Other commands name a strategy, too, but only a run has a stream.
  return 'strategy' in value && 'stream' in value ? RUN : undefined;
}

import { InputError } from '../base/errors.ts';
import { commandLine, quote } from './command-line.ts';
import { diffAudits } from './diff-audits.ts';
import { diffFigures } from './diff-figures.ts';
import { type Subject, subjectsOf, subjectsOfSweep } from './diff-subject.ts';
import type { DiffedFile, Difference } from './difference.ts';
import { readResult } from './read-result.ts';
import { type Comparison, type RunResult, SCHEMA_VERSION } from './result.ts';
import type { Sweep } from './sweep-result.ts';

/** Single runs that differ by less are taken for equal. */
export const DEFAULT_TOLERANCE = 0.1;

/** A result, and the file that it was read from. */
export interface ResultFile {
  readonly path: string;
  readonly result: RunResult | Comparison | Sweep;
}

/**
 * What changed between two files that `sim run`, `sim compare` or `sim sweep` printed.
 * @throws InputError when one cannot be read, is no result, or only one is of a sweep
 */
export function diffFiles(before: string, after: string, tolerance: number): Difference {
  return diffResults(
    { path: before, result: readResult(before) },
    { path: after, result: readResult(after) },
    tolerance,
  );
}

/**
 * What changed between two results, strategy by strategy. The same two give the same difference.
 * @param tolerance ratios from 1/(1+tolerance) to 1+tolerance are ties where there are no intervals
 * @throws InputError when only one is of a sweep, or the two are over different flags
 */
export function diffResults(before: ResultFile, after: ResultFile, tolerance: number): Difference {
  const over = overOf(before, after);
  const [befores, afters] = [before, after].map(({ result }) =>
    isSweep(result) ? subjectsOfSweep(result) : subjectsOf(result),
  ) as [Subject[], Subject[]];
  const pairs = befores.flatMap((one) => {
    const other = partnerOf(one, afters);
    return other ? [[one, other] as const] : [];
  });
  return {
    schemaVersion: SCHEMA_VERSION,
    kind: 'difference',
    command: commandOf(before.path, after.path, tolerance),
    before: describeFile(before),
    after: describeFile(after),
    tolerance,
    over,
    pairs: pairs.map(([one, other]) => ({
      strategy: other.strategy,
      value: other.value,
      audit: diffAudits(one, other),
      ...diffFigures(one, other, tolerance),
    })),
    onlyBefore: befores.filter((one) => !partnerOf(one, afters)).map(nameOf),
    onlyAfter: afters.filter((other) => !partnerOf(other, befores)).map(nameOf),
  };
}

/** The flag that both are over, null if neither is a sweep. */
function overOf(before: ResultFile, after: ResultFile): string | null {
  const [one, other] = [before, after].map(({ result }) => (isSweep(result) ? result.over : null));
  if (one === other) return one ?? null;
  const [what, whatElse] = [one, other].map((flag) =>
    flag ? `a sweep over --${flag}` : 'no sweep',
  );
  throw new InputError(
    `${before.path} is ${what} and ${after.path} is ${whatElse}: they have nothing to compare`,
  );
}

function isSweep(result: ResultFile['result']): result is Sweep {
  return 'curves' in result;
}

function partnerOf(subject: Subject, others: readonly Subject[]): Subject | undefined {
  return others.find(
    ({ strategy, value }) => strategy === subject.strategy && value === subject.value,
  );
}

function nameOf({ strategy, over, value }: Subject): string {
  return value === null ? strategy : `${strategy} at --${over} ${value}`;
}

function describeFile({ path, result }: ResultFile): DiffedFile {
  if (isSweep(result)) return { path, kind: 'sweep', environment: result.environment };
  if (!('results' in result)) return { path, kind: 'run', environment: result.environment };
  const environment = result.results[0]?.environment ?? null;
  return { path, kind: result.blocks ? 'blocks' : 'comparison', environment };
}

function commandOf(before: string, after: string, tolerance: number): string {
  const command = `sim diff ${quote(before)} ${quote(after)}`;
  // Without the digits that multiplying adds: 0.07 * 100 is a little more than 7.
  return commandLine(command, { tolerance: `${Number((tolerance * 100).toPrecision(12))}%` });
}

import type { Verdict } from '../audit/audit.ts';
import { catalog } from '../store/catalog.ts';
import { storeCatalog } from '../store/store-catalog.ts';
import type { StrategyPromise } from '../store/strategy.ts';
import type { Audited, Subject } from './diff-subject.ts';
import type { AuditDifference } from './difference.ts';

/**
 * What changed in what was proven. It can be told of any two results: an oversell is one on any machine
 * and in any scenario.
 */
export function diffAudits(before: Subject, after: Subject): AuditDifference {
  const [one, other] = [before.audited, after.audited];
  const broken = newlyBroken(after.strategy, one, other);
  const [had, has] = [one, other].map(({ verdicts }) => describeVerdicts(verdicts));
  return {
    before: one.verdicts,
    after: other.verdicts,
    changes: [
      ...(had === has ? [] : [`verdict ${has} (was ${had})`]),
      ...describeOversell(one.oversold, other.oversold),
      ...broken.promises.map((promise) => `now breaks ${promise}`),
      ...one.brokenPromises
        .filter((promise) => !other.brokenPromises.includes(promise))
        .map((promise) => `no longer breaks ${promise}`),
      ...describeCounts(one.counts, other.counts),
      ...describeThresholds(one.thresholds, other.thresholds),
    ],
    broke: broken.any,
  };
}

/** What the second breaks and the first did not, but for what a control is kept to break. */
function newlyBroken(
  strategy: string,
  before: Audited,
  after: Audited,
): { readonly promises: readonly StrategyPromise[]; readonly any: boolean } {
  const promises = after.brokenPromises.filter((each) => !before.brokenPromises.includes(each));
  const forgiven =
    [...catalog, ...storeCatalog].find(({ name }) => name === strategy)?.breaks ?? [];
  const unforgiven = promises.some((promise) => !forgiven.includes(promise));
  const cutShort = isCutShort(after) && !isCutShort(before);
  const threshold = [...after.thresholds].some(([text, ok]) => !ok && before.thresholds.get(text));
  return { promises, any: unforgiven || cutShort || threshold };
}

function isCutShort({ verdicts }: Audited): boolean {
  return (verdicts.incomplete ?? 0) > 0;
}

function describeOversell(before: number, after: number): string[] {
  if (before === after) return [];
  if (before === 0) return [`now oversells ${after}`];
  if (after === 0) return [`no longer oversells (was ${before})`];
  return [`oversells ${after} (was ${before})`];
}

function describeCounts(before: Audited['counts'], after: Audited['counts']): string[] {
  return Object.keys(after)
    .filter((name) => name in before && before[name] !== after[name])
    .map((name) => `${name} ${after[name]} (was ${before[name]})`);
}

function describeThresholds(before: Audited['thresholds'], after: Audited['thresholds']): string[] {
  return [...after]
    .filter(([text, ok]) => before.has(text) && before.get(text) !== ok)
    .map(([text, ok]) => `threshold ${text} is now ${ok ? 'kept' : 'broken'}`);
}

/** `exact`, or `19 exact, 1 oversold` where there were several runs. */
function describeVerdicts(verdicts: Readonly<Partial<Record<Verdict, number>>>): string {
  const entries = Object.entries(verdicts).filter(([, count]) => count > 0);
  if (entries.length === 1) return (entries[0] as [string, number])[0];
  return entries.map(([verdict, count]) => `${count} ${verdict}`).join(', ') || 'none';
}

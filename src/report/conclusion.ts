import type { RunResult } from '../sim/result.ts';
import { isControl } from '../store/controls.ts';
import { counted, formatNs } from './format.ts';
import { isInDoubt } from './stores.ts';

/** What one run shows, in words. */
export function concludeRun({ audit, health, store }: RunResult): string {
  const faults = faultsOf(audit);
  if (audit.verdict === 'incomplete') {
    const proven = faults.length === 0 ? '' : `; until then it ${faults.join('; ')}`;
    return `cut short: ${health.reasons.join('; ')}${proven}`;
  }
  if (audit.verdict === 'indeterminate') return concludeUnknown(store);
  if (faults.length === 0) return 'every ticket sold at most once, and nobody refused wrongly';
  return faults.join('; ');
}

/** Why nothing can be said of a service with which nothing is wrong. */
function concludeUnknown(store: RunResult['store']): string {
  if (!store || !isInDoubt(store.inDoubt)) {
    return 'nothing was sold, so nothing is shown: does the adapter speak as the service does?';
  }
  const { reserves, cancels } = store.inDoubt;
  return `nothing is wrong with what was answered, but ${counted(reserves + cancels, 'request')} had no answer that can be read, and nobody knows what became of them`;
}

/** What to conclude from a comparison: one plain sentence. */
export function concludeComparison(results: readonly RunResult[]): string {
  const cutShort = results.filter(({ audit }) => audit.verdict === 'incomplete');
  const usable = results.filter(({ audit }) => audit.verdict !== 'incomplete');
  const faulty = usable.filter(({ audit }) => faultsOf(audit).length > 0);
  const missed = usable.filter(
    ({ strategy, audit }) => audit.verdict === 'exact' && isControl(strategy),
  );
  const unknown = usable.filter(({ audit }) => audit.verdict === 'indeterminate');
  const exact = usable.filter((each) => each.audit.verdict === 'exact' && !missed.includes(each));
  const clauses = [
    ...cutShort.map(concludeCutShort),
    ...unknown.map(
      ({ strategy }) => `${strategy} gave too few answers that can be read, and proves nothing`,
    ),
    ...faulty.map(({ strategy, audit }) => `${strategy} ${faultsOf(audit).join(' and ')}`),
  ];
  if (exact.length > 0) clauses.push(praise(exact, exact.length < results.length));
  for (const { strategy } of missed) {
    clauses.push(
      `${strategy}, the control, was not caught: there was no race, so this proves little`,
    );
  }
  return clauses.length === 0 ? 'Nothing was run.' : `${capitalize(clauses.join('; '))}.`;
}

function concludeCutShort({ strategy, audit }: RunResult): string {
  const faults = faultsOf(audit);
  const proven = faults.length === 0 ? 'shows nothing' : faults.join(' and ');
  return `${strategy} was cut short and ${proven}`;
}

function faultsOf(audit: RunResult['audit']): string[] {
  const { oversold, duplicateTickets, lostReceipts, falseSoldOut, brokenPromises } = audit;
  const faults: string[] = [];
  if (oversold > 0) faults.push(`sold ${counted(oversold, 'ticket')} that did not exist`);
  if (duplicateTickets > 0) faults.push(`sold ${counted(duplicateTickets, 'ticket')} twice`);
  if (lostReceipts > 0) faults.push(`did not honour ${counted(lostReceipts, 'receipt')}`);
  if (falseSoldOut > 0) {
    const allowed = brokenPromises.includes('noFalseSoldOut')
      ? ''
      : ' (which it does not rule out)';
    const refused = counted(falseSoldOut, 'request');
    faults.push(`refused ${refused} although enough tickets were free${allowed}`);
  }
  return faults;
}

function praise(exact: readonly RunResult[], others: boolean): string {
  const [only] = exact;
  const many =
    exact.length === 2 && !others ? 'both' : `${others ? 'the other' : 'all'} ${exact.length}`;
  const who = exact.length === 1 ? (only as RunResult).strategy : many;
  const clause = `${who} sold every ticket at most once and refused nobody wrongly`;
  const ranked = exact.filter(({ health, throughput }) => {
    return health.valid && throughput.timeToSellOutMs !== null;
  });
  if (ranked.length < 2) return clause;
  ranked.sort((a, b) => sellOutMs(a) - sellOutMs(b));
  const first = ranked[0] as RunResult;
  const last = ranked.at(-1) as RunResult;
  return `${clause}, ${first.strategy} selling out first (${sellOutText(first)}) and ${last.strategy} last (${sellOutText(last)}) in this one run`;
}

function sellOutMs({ throughput }: RunResult): number {
  return throughput.timeToSellOutMs ?? Number.POSITIVE_INFINITY;
}

function sellOutText(result: RunResult): string {
  return formatNs(sellOutMs(result) * 1e6);
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

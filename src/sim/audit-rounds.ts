import { auditSale, brokenBy, type Findings } from '../audit/audit.ts';
import type { Sales } from '../audit/sales.ts';
import type { StrategyPromise } from '../store/strategy.ts';
import type { SaleMemory, SalePlan } from '../workers/protocol.ts';
import type { AuditFailures, EndingTask } from './audit-call.ts';
import { closeSale } from './closing.ts';
import { gatherTestimony } from './evidence.ts';

/** Rounds that are over, as a thread gets them. */
export interface RoundsAuditTask extends EndingTask {
  readonly plan: SalePlan;
  readonly memory: SaleMemory;
  readonly promises: readonly StrategyPromise[];
  /** For each worker, when it began and ended each round. */
  readonly spans: readonly SharedArrayBuffer[];
  readonly workerDied: boolean;
}

/** In how many rounds something was seen, and the most that was. */
export interface RoundCounts {
  readonly rounds: number;
  readonly contested: number;
  readonly oversold: number;
  readonly duplicated: number;
  readonly dishonoured: number;
  readonly falselyRefused: number;
  readonly worstSurplus: number;
}

export interface AuditedRounds extends AuditFailures {
  readonly counts: RoundCounts;
  readonly brokenPromises: readonly StrategyPromise[];
  /** The first round in which a promise was broken, or -1. */
  readonly firstFault: number;
}

/** Audits every round as the sale that it was. */
export async function auditRounds(task: RoundsAuditTask): Promise<AuditedRounds> {
  const { plan, memory, promises, workerDied } = task;
  const testimony = gatherTestimony(memory.recorders);
  const { lastCustomer, failures } = await closeSale(task.ended, testimony.sales);
  const complete = task.complete && failures.length === 0;
  const { events, ticketsPerEvent } = plan;
  const evidence = { events, ticketsPerEvent, ...testimony, lastCustomer, complete, workerDied };
  const { audit, byEvent, groups } = auditSale(evidence, promises);
  const spans = task.spans.map((each) => new Float64Array(each));
  // A round that not all threads finished was none, unless something was wrong already.
  const over = byEvent.filter((findings, round) => hasEnded(spans, round) || isWrong(findings));
  const count = (isSo: (findings: Findings) => boolean): number => over.filter(isSo).length;
  const counts: RoundCounts = {
    rounds: over.length,
    contested: groups.filter((grants, round) => isContested(testimony.sales, grants, spans, round))
      .length,
    oversold: count(({ oversold }) => oversold > 0),
    duplicated: count(({ duplicateTickets }) => duplicateTickets > 0),
    dishonoured: count(({ lostReceipts }) => lostReceipts > 0),
    falselyRefused: count(({ falseSoldOut }) => falseSoldOut > 0),
    worstSurplus: over.reduce((worst, { oversold }) => Math.max(worst, oversold), 0),
  };
  const firstFault = byEvent.findIndex((findings) => brokenBy(findings, promises).length > 0);
  // That somebody starved cannot be seen: the others wait for it before the next round.
  return { counts, brokenPromises: brokenBy(audit, promises), firstFault, failures };
}

function hasEnded(spans: readonly Float64Array[], round: number): boolean {
  return spans.every((span) => (span[2 * round + 1] as number) > 0);
}

function isWrong(findings: Findings): boolean {
  const { oversold, duplicateTickets, lostReceipts, falseSoldOut } = findings;
  return oversold + duplicateTickets + lostReceipts + falseSoldOut > 0;
}

/** Whether a ticket was granted while another thread was at work in the round: as clients, one each. */
function isContested(
  sales: Sales,
  grants: Uint32Array,
  spans: readonly Float64Array[],
  round: number,
): boolean {
  if (!hasEnded(spans, round)) return false;
  return grants.some((grant) => {
    const [startNs, endNs] = [sales.startNs[grant] as number, sales.endNs[grant] as number];
    return spans.some((span, worker) => {
      if (worker === sales.client[grant]) return false;
      return (span[2 * round] as number) < endNs && (span[2 * round + 1] as number) > startNs;
    });
  });
}

import type { RunResult } from '../../sim/result.ts';
import { sellOutTime } from '../columns.ts';
import { describeScenario } from '../describe.ts';
import { counted, formatCount, formatNs, formatShort } from '../format.ts';
import { storeFacts } from '../stores.ts';
import type { Assets } from './assets.ts';
import { runContentionSection } from './contention.ts';
import { healthSection, thresholdsSection } from './health.ts';
import { originSection } from './origin.ts';
import { renderPage, type Section } from './page.ts';
import { runPercentilesSection } from './percentiles.ts';
import { runOverTimeSection } from './run-over-time.ts';
import { facts } from './table.ts';
import { runVerdict } from './verdict.ts';

/** One run as a page. */
export function runToHtml(result: RunResult, assets: Assets): string {
  // Of a run in which nothing was timed there is nothing to draw.
  const measured =
    result.responseTimeNs.count === 0
      ? []
      : [runPercentilesSection(result), runOverTimeSection(result), runContentionSection(result)];
  return renderPage(
    {
      title: `One sale with ${result.strategy}`,
      about: `${describeScenario(result)}.`,
      verdict: runVerdict(result),
      sections: [
        figuresSection(result),
        ...thresholdsSection([result]),
        ...measured,
        healthSection([result]),
        originSection([result]),
      ],
    },
    assets,
  );
}

function figuresSection(result: RunResult): Section {
  const { tickets, audit, outcomes, throughput } = result;
  const requests = Object.entries(outcomes).filter(([, count]) => count > 0);
  return {
    id: 'figures',
    title: 'Figures',
    body: facts([
      [
        'tickets',
        `${formatCount(tickets.capacity)} on sale, ${formatCount(tickets.granted)} granted, ${formatCount(tickets.returned)} given back, ${formatCount(audit.unsold)} left where buyers were refused`,
      ],
      [
        'audit',
        `${counted(audit.oversold, 'ticket')} oversold, ${formatCount(audit.duplicateTickets)} sold twice, ${counted(audit.lostReceipts, 'receipt')} not honoured, ${counted(audit.falseSoldOut, 'request')} refused wrongly`,
      ],
      [
        'requests',
        requests.map(([outcome, count]) => `${formatCount(count)} ${outcome}`).join(', ') || 'none',
      ],
      [
        'throughput',
        `${formatShort(throughput.completedPerSecond)} requests/s of ${formatShort(throughput.offeredPerSecond)} offered`,
      ],
      ['goodput', `${formatShort(throughput.grantedPerSecond)} tickets/s`],
      [
        'sold out in',
        throughput.timeToSellOutMs === null
          ? 'never sold out'
          : sellOutTime(throughput.timeToSellOutMs),
      ],
      ['response time', times(result.responseTimeNs)],
      ['service time', times(result.serviceTimeNs)],
      ['queue delay', times(result.queueDelayNs)],
      ...storeFacts(result),
    ]),
  };
}

function times({ count, p50, p90, p99, p999, max }: RunResult['responseTimeNs']): string {
  if (count === 0) return 'nothing was timed';
  const parts = Object.entries({ p50, p90, p99, 'p99.9': p999, max });
  return parts.map(([name, valueNs]) => `${name} ${formatNs(valueNs)}`).join(', ');
}

import type { RunResult } from '../../sim/result.ts';
import { sellOutTime } from '../columns.ts';
import { describeScenario } from '../describe.ts';
import { counted, formatCount, formatNs, formatShort } from '../format.ts';
import type { Assets } from './assets.ts';
import { runContentionSection } from './contention.ts';
import { healthSection, thresholdsSection } from './health.ts';
import { html } from './markup.ts';
import { originSection } from './origin.ts';
import { renderPage, type Section } from './page.ts';
import { runPercentilesSection } from './percentiles.ts';
import { runOverTimeSection } from './run-over-time.ts';
import { facts } from './table.ts';
import { runVerdict } from './verdict.ts';

/** One run as a page. */
export function runToHtml(result: RunResult, assets: Assets): string {
  return renderPage(
    {
      title: `One sale with ${result.strategy}`,
      about: `${describeScenario(result)}.`,
      verdict: runVerdict(result),
      sections: [
        figuresSection(result),
        ...thresholdsSection([result]),
        runPercentilesSection(result),
        runOverTimeSection(result),
        runContentionSection(result),
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
        requests.map(([outcome, count]) => `${formatCount(count)} ${outcome}`).join(', '),
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
    ]),
  };
}

function times({ p50, p90, p99, p999, max }: RunResult['responseTimeNs']): ReturnType<typeof html> {
  const parts = Object.entries({ p50, p90, p99, 'p99.9': p999, max });
  return html`${parts.map(([name, valueNs]) => `${name} ${formatNs(valueNs)}`).join(', ')}`;
}

import type { BlockRun } from '../sim/block-comparison.ts';
import type { RunResult, ServiceUse } from '../sim/result.ts';
import type { ThresholdOutcome } from '../sim/threshold-outcome.ts';
import { perSale } from './columns.ts';
import { describeTickets } from './stores.ts';

/** A run as one line of a table: what are lists of objects in JSON, by the names of those. */
export function recordOf(result: RunResult): object {
  const { health, thresholds, environment, store: _, ...others } = result;
  const checks = health.checks.map(({ name, value, ok }) => [name, { value, ok }] as const);
  return {
    ...others,
    ...storeRecordOf(result),
    health: {
      valid: health.valid,
      reasons: health.reasons.join('; '),
      checks: Object.fromEntries(checks),
    },
    ...byText(thresholds),
    environment,
  };
}

/** The servers by their kinds, and what went over the wire for each sale. */
function storeRecordOf(result: RunResult): object {
  const { store } = result;
  if (!store) return {};
  const { servers, service, ...use } = store;
  return {
    store: {
      ...use,
      roundTripsPerSale: perSale(result, 'roundTrips'),
      statementsPerSale: perSale(result, 'statements'),
      servers: Object.fromEntries(servers.map(({ kind, ...facts }) => [kind, facts])),
      ...(service ? { service: serviceRecordOf(service) } : {}),
    },
  };
}

/** Its tickets and events as sentences. */
function serviceRecordOf({ duplicates, wrongEvents, ...service }: ServiceUse): object {
  const none = { shortGrants: 0, overGrants: 0 };
  return {
    ...service,
    wrong: describeTickets({ ...service, ...none, duplicates, wrongEvents }).join('; '),
  };
}

/** The same of a run in a block. */
export function blockRecordOf({ thresholds, reasons, ...run }: BlockRun): object {
  return { ...run, reasons: reasons.join('; '), ...byText(thresholds) };
}

function byText(thresholds: readonly ThresholdOutcome[] | undefined): object {
  if (!thresholds) return {};
  const entries = thresholds.map(({ threshold, value, ok, reason }) => {
    return [threshold, { value, ok, reason }] as const;
  });
  return { thresholds: Object.fromEntries(entries) };
}

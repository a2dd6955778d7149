import type { EventAccount, NamedFindings } from '../audit/named-sale.ts';
import type { ServiceUse, StoreUse } from './result.ts';
import type { UsedStore } from './store-at-work.ts';

/** Of more only the first are told. */
const TOLD_MAX = 10;

/** What a result tells of a service that was asked over HTTP; nothing of other stores. */
export function serviceOf(
  { asked, labLimitPerSecond }: UsedStore,
  named: NamedFindings | undefined,
  capacity: number,
): Pick<StoreUse, 'service'> {
  const { target } = asked;
  if (!target) return {};
  const {
    short = 0,
    over = 0,
    reissued = 0,
    examples = [],
    accounts = [],
    events = [],
  } = named ?? {};
  const called = (event: number): string => events[event] ?? `${event}`;
  const duplicates = examples.slice(0, TOLD_MAX).map(({ name, event, clients }) => {
    return { ticket: name, event: called(event), clients: clients.slice(0, TOLD_MAX) };
  });
  const service: ServiceUse = {
    target: target.url,
    adapter: target.adapter,
    labLimitPerSecond: labLimitPerSecond === null ? null : Math.round(labLimitPerSecond),
    shortGrants: short,
    overGrants: over,
    reissued,
    duplicates,
    wrongEvents: wrongAmong(accounts, capacity).map(({ event, granted, available }) => {
      return { event: called(event), capacity, granted, available };
    }),
  };
  return { service };
}

/** The events that do not add up, the worst first. */
function wrongAmong(accounts: readonly EventAccount[], capacity: number): EventAccount[] {
  const off = ({ granted, surplus }: EventAccount): number =>
    Math.max(Math.abs(surplus), granted - capacity);
  return accounts
    .filter((account) => off(account) > 0)
    .toSorted((a, b) => off(b) - off(a))
    .slice(0, TOLD_MAX);
}

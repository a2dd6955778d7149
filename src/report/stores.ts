import type { RunResult, ServiceUse, StoreServer, StoreUse } from '../sim/result.ts';
import { perSaleText, type Traffic } from './columns.ts';
import { counted, formatCount, formatShort } from './format.ts';

// What is to be known of the stores that strategies sold from, in words that every format shares.

const NAMES: Readonly<Record<StoreServer['kind'], string>> = {
  postgres: 'PostgreSQL',
  redis: 'Redis',
};

/** `PostgreSQL 15.18, started for this (fsync on, synchronous_commit on)`. */
function describeServer({ kind, version, settings, ...server }: StoreServer): string {
  const set = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  // Builds for a distribution add its own number.
  const number = version.split(' ')[0];
  const where = server.private ? 'started for this' : 'at the URL given';
  return `${NAMES[kind]} ${number}, ${where}${set.length === 0 ? '' : ` (${set.join(', ')})`}`;
}

/** The servers and services that served, each once; of services also which of their tickets are wrong. */
export function describeServers(results: readonly RunResult[]): string[] {
  const servers = results.flatMap(({ store }) => store?.servers ?? []);
  const services = results.flatMap(({ store }) => store?.service ?? []);
  return [...new Set([...servers.map(describeServer), ...services.map(describeService)])];
}

function describeService(service: ServiceUse): string {
  const asked = `${service.target}, asked as ${service.adapter} says`;
  return [asked, ...describeTickets(service)].join('; ');
}

/** What each store keeps apart, and when an acknowledged sale is lost: a line for each strategy. */
export function describeGuarantees(results: readonly RunResult[]): string[] {
  return results.flatMap(({ strategy, store }) =>
    // What a service keeps apart and for good is not known here.
    store && !store.service
      ? [`${strategy}: isolation ${store.isolation}; durability ${store.durability}`]
      : [],
  );
}

type Fact = [name: string, text: string];

/** All of that about one run; nothing where the stock lay in memory. */
export function storeFacts(result: RunResult): Fact[] {
  const { store } = result;
  if (!store) return [];
  const { isolation, durability, inDoubt, servers } = store;
  return [
    ...(store.service ? serviceFacts(result, store, store.service) : [useOf(result, store)]),
    ...(servers.length > 0
      ? [['served by', servers.map(describeServer).join('; ')] satisfies Fact]
      : []),
    // What is nobody's to say of a service is not said line by line.
    ...(store.service
      ? []
      : ([
          ['isolation', isolation],
          ['durability', durability],
        ] satisfies Fact[])),
    ...(isInDoubt(inDoubt) ? [['in doubt', describeDoubts(store)] satisfies Fact] : []),
    ['read back', describeReadBack(store)],
  ];
}

/** A service that was asked over HTTP, and which of its tickets are wrong. */
function serviceFacts(result: RunResult, store: StoreUse, service: ServiceUse): Fact[] {
  const { target, adapter, labLimitPerSecond } = service;
  const limit =
    labLimitPerSecond === null
      ? []
      : [`this lab makes ${formatShort(labLimitPerSecond)} requests/s at most`];
  const { connections, roundTrips } = store;
  const each = perSaleText(result, 'roundTrips');
  const facts: Fact[] = [
    ['service', [`${target}, asked as ${adapter} says`, ...limit].join('; ')],
    [
      'sent',
      `${counted(roundTrips, 'request')} over ${counted(connections, 'connection')}${each === '-' ? '' : ` (${each} a sale)`}`,
    ],
  ];
  const wrong = describeTickets(service);
  if (wrong.length > 0) facts.push(['wrong', wrong.join('; ')]);
  if (service.reissued > 0) {
    facts.push(['reissued', `${counted(service.reissued, 'time')} a ticket that had come back`]);
  }
  return facts;
}

/** So many tickets and events are named; of more, only that there are. */
const NAMED_MAX = 3;

/** Which tickets of a service are wrong, by name where they have one. */
export function describeTickets({
  duplicates,
  wrongEvents,
  shortGrants,
  overGrants,
}: ServiceUse): string[] {
  const events = wrongEvents.map(({ event, capacity, granted, available }) => {
    const left = available === null ? '' : ` and ${formatCount(available)} left`;
    return `event ${event} has ${formatCount(granted)} granted${left} of ${formatCount(capacity)}`;
  });
  const tickets = duplicates.map(
    ({ ticket, clients }) => `ticket ${ticket} went to clients ${clients.join(', ')}`,
  );
  return [
    ...firstOf(events),
    ...firstOf(tickets),
    ...(shortGrants > 0
      ? [`${counted(shortGrants, 'grant')} with fewer tickets than asked for`]
      : []),
    ...(overGrants > 0 ? [`${counted(overGrants, 'grant')} with more tickets than asked for`] : []),
  ];
}

function firstOf(texts: readonly string[]): string[] {
  const more = texts.length > NAMED_MAX ? ['and so on'] : [];
  return [...texts.slice(0, NAMED_MAX), ...more];
}

function useOf(result: RunResult, { connections, roundTrips, statements }: StoreUse): Fact {
  const each = (of: Traffic): string => {
    const text = perSaleText(result, of);
    return text === '-' ? '' : ` (${text} a sale)`;
  };
  const parts = [
    counted(connections, 'connection'),
    `${counted(roundTrips, 'round trip')}${each('roundTrips')}`,
    `${counted(statements, 'statement')}${each('statements')}`,
  ];
  return ['store', parts.join(', ')];
}

export function isInDoubt({ reserves, cancels }: StoreUse['inDoubt']): boolean {
  return reserves + cancels > 0;
}

/** Requests that nobody knows the end of. */
export function describeDoubts({ inDoubt }: StoreUse): string {
  const { reserves, cancels, served } = inDoubt;
  if (!isInDoubt(inDoubt)) return 'none';
  const found = served === null ? '' : `, of which the store had served ${formatCount(served)}`;
  return `${counted(reserves, 'reserve')}${found}; ${counted(cancels, 'cancel')}`;
}

/** What lay in the store when all was over, against what clients were told. */
export function describeReadBack({ readBack }: StoreUse): string {
  if (!readBack) return 'the store could not be read';
  const { lost, phantoms, undead, surplus, missing } = readBack;
  const parts = [
    lost > 0 && `${counted(lost, 'grant')} that clients hold are not there`,
    phantoms > 0 && `${counted(phantoms, 'grant')} nobody was told of`,
    undead > 0 && `${counted(undead, 'grant')} that went back are still there`,
    surplus > 0 && `${counted(surplus, 'ticket')} more than there are`,
    missing > 0 && `${counted(missing, 'ticket')} neither sold nor for sale`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'agrees with what clients were told' : parts.join(', ');
}

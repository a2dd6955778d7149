import type { RunResult, StoreServer, StoreUse } from '../sim/result.ts';
import { perSaleText, type Traffic } from './columns.ts';
import { counted, formatCount } from './format.ts';

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

/** The servers that served, each once. */
export function describeServers(results: readonly RunResult[]): string[] {
  const servers = results.flatMap(({ store }) => store?.servers ?? []);
  return [...new Set(servers.map(describeServer))];
}

/** What each store keeps apart, and when an acknowledged sale is lost: a line for each strategy. */
export function describeGuarantees(results: readonly RunResult[]): string[] {
  return results.flatMap(({ strategy, store }) =>
    store ? [`${strategy}: isolation ${store.isolation}; durability ${store.durability}`] : [],
  );
}

type Fact = [name: string, text: string];

/** All of that about one run; nothing where the stock lay in memory. */
export function storeFacts(result: RunResult): Fact[] {
  const { store } = result;
  if (!store) return [];
  const { isolation, durability, inDoubt, servers } = store;
  return [
    ['store', describeUse(result, store)],
    ...(servers.length > 0
      ? [['served by', servers.map(describeServer).join('; ')] satisfies Fact]
      : []),
    ['isolation', isolation],
    ['durability', durability],
    ...(isInDoubt(inDoubt) ? [['in doubt', describeDoubts(store)] satisfies Fact] : []),
    ['read back', describeReadBack(store)],
  ];
}

function describeUse(result: RunResult, { connections, roundTrips, statements }: StoreUse): string {
  const each = (of: Traffic): string => {
    const text = perSaleText(result, of);
    return text === '-' ? '' : ` (${text} a sale)`;
  };
  return [
    counted(connections, 'connection'),
    `${counted(roundTrips, 'round trip')}${each('roundTrips')}`,
    `${counted(statements, 'statement')}${each('statements')}`,
  ].join(', ');
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

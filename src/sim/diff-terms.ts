// Whether two results were measured under the same terms: else a difference says nothing.
import type { Subject } from './diff-subject.ts';
import { FIELDS, flagOf } from './fields.ts';
import type { ScenarioSummary } from './result.ts';

/** The flags that a summary has the values of; a duration is always among those of the command. */
const FLAGS: Readonly<Record<Exclude<keyof ScenarioSummary, 'preset' | 'durationNs'>, string>> = {
  clients: 'clients',
  ratePerSecond: 'rate',
  events: 'events',
  ticketsPerEvent: 'tickets',
  seed: 'seed',
  threads: 'threads',
  workInsideNs: 'work-inside',
  workOutsideNs: 'work-outside',
  kernel: 'kernel',
};

/** Fields that only the command line tells of. */
const OTHER_FLAGS: readonly string[] = FIELDS.map(flagOf).filter(
  (flag) => !Object.values(FLAGS).includes(flag),
);

/** Everything that forbids to compare the figures of two subjects; empty if nothing does. */
export function incomparable(before: Subject, after: Subject): string[] {
  return [
    ...before.faults.map((fault) => `the first ${fault}`),
    ...after.faults.map((fault) => `the second ${fault}`),
    ...otherMachine(before, after),
    ...otherStore(before, after),
    ...otherScenario(before, after),
  ];
}

/** Figures are a machine's and a runtime's; what an audit proves is proven anywhere. */
function otherMachine({ environment: before }: Subject, { environment: after }: Subject): string[] {
  const parts = { cpu: 'processor', cores: 'number of cores', node: 'version of Node' } as const;
  return (Object.keys(parts) as (keyof typeof parts)[])
    .filter((part) => before[part] !== after[part])
    .map((part) => `another ${parts[part]}: ${before[part]} and ${after[part]}`);
}

/** A store's figures are those of its server, its settings, and how many connections it was given. */
function otherStore({ store: before }: Subject, { store: after }: Subject): string[] {
  if (!before || !after) return [];
  const servers = after.servers.flatMap(({ kind, version, settings }) => {
    const other = before.servers.find((each) => each.kind === kind);
    if (!other) return [];
    const names = Object.keys(settings).filter((name) => settings[name] !== other.settings[name]);
    return [
      ...(version === other.version ? [] : [`another ${kind}: ${other.version} and ${version}`]),
      ...names.map(
        (name) => `another ${name} of ${kind}: ${other.settings[name]} and ${settings[name]}`,
      ),
    ];
  });
  if (before.connections === after.connections) return servers;
  return [...servers, describe('connections', before.connections, after.connections)];
}

function otherScenario(before: Subject, after: Subject): string[] {
  const reasons = [...otherSummary(before, after), ...otherFlags(before, after)];
  const { digest: one, scenario } = before;
  const { digest: other } = after;
  // Streams that end with their time are as long as each was fast.
  if (scenario.durationNs !== undefined && after.scenario.durationNs !== undefined) return reasons;
  // A run cut short has none, and is refused for that.
  if (reasons.length > 0 || !one || !other || one === other) return reasons;
  return [`other requests: streams ${one.slice(0, 12)} and ${other.slice(0, 12)}`];
}

function otherSummary(before: Subject, after: Subject): string[] {
  // Where each has several streams, seeds are a matter of chance, not of terms.
  const oneStream = before.digest !== null && after.digest !== null;
  return (Object.keys(FLAGS) as (keyof typeof FLAGS)[])
    .filter((key) => FLAGS[key] !== before.over && (key !== 'seed' || oneStream))
    .filter((key) => before.scenario[key] !== after.scenario[key])
    .map((key) => {
      const unit = key.endsWith('Ns') ? 'ns' : '';
      return describe(FLAGS[key], before.scenario[key], after.scenario[key], unit);
    });
}

/**
 * Differences that the summary does not tell of. A flag that only one of them has is not one: it came
 * with a later version, or goes with a rate, and then the rates differ.
 */
function otherFlags(before: Subject, after: Subject): string[] {
  const [one, other] = [flagsOf(before.command), flagsOf(after.command)];
  return OTHER_FLAGS.filter((flag) => flag !== before.over)
    .filter((flag) => one.has(flag) && other.has(flag) && one.get(flag) !== other.get(flag))
    .map((flag) => describe(flag, one.get(flag), other.get(flag)));
}

/** The flags of a printed command line. */
function flagsOf(command: string): Map<string, string> {
  const flags = command.matchAll(/ --([\w-]+) ('(?:[^']|'\\'')*'|[^\s']+)/g);
  return new Map(Array.from(flags, ([, flag = '', value = '']) => [flag, value]));
}

function describe(flag: string, before: unknown, after: unknown, unit = ''): string {
  const shown = (value: unknown): string =>
    value === null ? 'none' : `${value as string | number}${unit}`;
  return `another --${flag}: ${shown(before)} and ${shown(after)}`;
}

import type { Unit } from './section.ts';
import { runNode, runSale } from './sim-process.ts';

/** What builds are compared by: a command line, which is what all of them have in common, and what counts of it. */
export interface Load {
  readonly name: string;
  readonly says: string;
  readonly unit: Unit;
  readonly better: 'more' | 'less';
  measure(asked: Asked): Promise<number>;
}

/** Which build, in which round. */
export interface Asked {
  readonly main: string;
  readonly round: number;
  readonly smoke: boolean;
  readonly signal: AbortSignal;
}

/** How fast a sale goes, of which half is granted. Both builds get the same stream. */
function sale(name: string, strategy: string, requests: number, events: number): Load {
  const crowd = events === 1 ? 'one event' : `${events} events`;
  return {
    name,
    says: `requests a second: ${strategy}, ${crowd}, --rate max, 2 threads`,
    unit: 'per second',
    better: 'more',
    async measure({ main, round, smoke, signal }) {
      const count = smoke ? 1000 : requests;
      const tickets = Math.ceil(count / 2 / events);
      const fields = { rate: 'max', requests: count, events, tickets, threads: 2, seed: round };
      const flags = Object.entries(fields).flatMap(([field, value]) => [`--${field}`, `${value}`]);
      const { result } = await runSale(main, ['--strategy', strategy, ...flags], signal);
      const { verdict } = result.audit;
      if (verdict !== 'exact') throw new Error(`${main}: ${strategy} is ${verdict}`);
      return result.throughput.completedPerSecond;
    },
  };
}

/** How long a command takes, from the start of its process to its end. */
function command(name: string, ...args: readonly string[]): Load {
  return {
    name,
    says: `time of sim ${args.join(' ')}`,
    unit: 'ns',
    better: 'less',
    measure: async ({ main, signal }) => (await runNode([main, ...args], signal)).wallNs,
  };
}

export const LOADS: readonly Load[] = [
  sale('hot', 'compare-and-swap', 5_000_000, 1),
  sale('many', 'compare-and-swap', 5_000_000, 1000),
  sale('lock', 'event-lock', 2_000_000, 1),
  command('version', '--version'),
  command('first', 'run', '--strategy', 'compare-and-swap', '--requests', '1', '--format', 'json'),
];

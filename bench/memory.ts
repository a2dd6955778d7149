import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { resolveScenario, run } from '../src/index.ts';
import { type Cell, type Section, single } from './section.ts';

/** What a process that sold so many requests says of itself. */
interface Measured {
  readonly grants: number;
  readonly requestsPerSecond: number;
  readonly peakRssBytes: number;
}

const STATUS = '/proc/self/status';

const RESERVES_ONLY = 'reserve=100';
const WITH_CANCELS = 'reserve=90,browse=8,cancel=2';

/** Streams of growing length; the last gives tickets back, so that it has many more grants to keep. */
const STREAMS: readonly (readonly [requests: number, mix: string])[] = [
  [1_000_000, RESERVES_ONLY],
  [10_000_000, RESERVES_ONLY],
  [100_000_000, RESERVES_ONLY],
  [1_000_000_000, RESERVES_ONLY],
  [100_000_000, WITH_CANCELS],
];
const SMOKE_STREAMS = [[100_000, RESERVES_ONLY]] as const;

/** The most memory that a process takes for a whole run. */
export async function memorySection(smoke: boolean): Promise<Section> {
  const rows: Cell[][] = [];
  for (const [requests, mix] of smoke ? SMOKE_STREAMS : STREAMS) {
    // In a process of its own: the peak of this one belongs to everything that ran before.
    const self = fileURLToPath(import.meta.url);
    const { stdout } = await promisify(execFile)(process.execPath, [self, String(requests), mix]);
    const { grants, peakRssBytes, requestsPerSecond } = JSON.parse(stdout) as Measured;
    rows.push([
      single('count', requests),
      mix,
      single('count', grants),
      single('bytes', peakRssBytes),
      single('per second', requestsPerSecond),
    ]);
  }
  return {
    title: 'Memory: compare-and-swap, --rate max, 2 threads',
    headings: ['requests', 'mix', 'grants', 'peak resident memory', 'requests/s'],
    rows,
  };
}

async function measure(requests: string, mix: string): Promise<Measured> {
  const scenario = resolveScenario({ fields: { rate: 'max', requests, threads: '2', mix } });
  const { outcomes, throughput } = await run({ strategy: 'compare-and-swap', scenario });
  return {
    grants: outcomes.reserved,
    requestsPerSecond: throughput.completedPerSecond,
    peakRssBytes: readPeakRssBytes(),
  };
}

/** The most memory this process ever had. Not what getrusage says: a child begins with its parent's peak. */
export function readPeakRssBytes(): number {
  const { maxRSS } = process.resourceUsage();
  const status = existsSync(STATUS) ? readFileSync(STATUS, 'utf8') : '';
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? maxRSS) * 1024;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , requests, mix] = process.argv;
  process.stdout.write(JSON.stringify(await measure(requests as string, mix as string)));
}

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { resolveScenario, run } from '../src/index.ts';
import { formatCount, formatShort } from '../src/report/format.ts';
import type { Section } from './section.ts';

/** What a process that sold so many requests says of itself. */
interface Measured {
  readonly requestsPerSecond: number;
  readonly peakRssBytes: number;
}

/** The most memory that a process takes, for streams of growing length. */
export async function memorySection(smoke: boolean): Promise<Section> {
  const sizes = smoke ? [100_000] : [1_000_000, 10_000_000, 100_000_000];
  const rows: string[][] = [];
  for (const requests of sizes) {
    // In a process of its own: the peak of this one belongs to everything that ran before.
    const { stdout } = await promisify(execFile)(process.execPath, [
      fileURLToPath(import.meta.url),
      String(requests),
    ]);
    const { requestsPerSecond, peakRssBytes } = JSON.parse(stdout) as Measured;
    const peak = `${Math.round(peakRssBytes / 1e6)} MB`;
    rows.push([formatCount(requests), peak, formatShort(requestsPerSecond)]);
  }
  return {
    title: 'Memory: compare-and-swap, --rate max, 2 threads, 2 % cancels',
    headings: ['requests', 'peak resident memory', 'requests/s'],
    rows,
  };
}

async function measure(requests: string): Promise<Measured> {
  const fields = { rate: 'max', requests, threads: '2', mix: 'reserve=90,browse=8,cancel=2' };
  const scenario = resolveScenario({ fields });
  const { throughput } = await run({ strategy: 'compare-and-swap', scenario });
  return {
    requestsPerSecond: throughput.completedPerSecond,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , requests] = process.argv;
  process.stdout.write(JSON.stringify(await measure(requests as string)));
}

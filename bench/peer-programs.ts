// The peers of the lab: which there are, how each is built from source, and how one is asked to sell.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { messageOf, shown } from '../src/base/errors.ts';
import { onPath } from '../src/servers/find-binary.ts';
import type { PeerReport } from './peer-audit.ts';
import { decodeSales, type PeerSales } from './peer-sales.ts';

const execute = promisify(execFile);

/** From dist/bench/ to the sources, which are not copied. */
const SOURCES = fileURLToPath(new URL('../../bench/peers/', import.meta.url));
const NODE_PEER = fileURLToPath(new URL('./peers/node/main.js', import.meta.url));

/** A program that sells, and the words to start it with. */
export type Command = readonly [program: string, ...words: string[]];

/** A way to sell. */
export interface PeerDesign {
  readonly peer: string;
  readonly design: string;
  /** The most requests that it is given: those that are slow get a part of the stream. */
  readonly requests: number;
  /** Whether it digests the stream, where it finds the library for that. */
  readonly digests?: boolean;
}

/** How programs in one language are built. */
interface Toolchain {
  readonly peer: string;
  /** Programs that build it, each as good as the others, and how to see that they work. */
  readonly tools: readonly string[];
  readonly probe: string;
  readonly build: (tool: string, program: string) => Promise<unknown>;
}

const TOOLCHAINS: readonly Toolchain[] = [
  {
    peer: 'c',
    tools: ['cc', 'gcc', 'clang'],
    probe: '--version',
    build: (tool, program) => {
      const cwd = join(SOURCES, 'c');
      const files = readdirSync(cwd).filter((file) => file.endsWith('.c'));
      const how = ['-O2', '-std=gnu11', '-Wall', '-pthread', '-o', program];
      return execute(tool, [...how, ...files, '-ldl'], { cwd });
    },
  },
  {
    peer: 'go',
    tools: ['go'],
    probe: 'version',
    build: (tool, program) =>
      execute(tool, ['build', '-o', program, '.'], { cwd: join(SOURCES, 'go'), env: OFFLINE }),
  },
  {
    peer: 'rust',
    tools: ['rustc'],
    probe: '--version',
    build: (tool, program) =>
      execute(tool, ['--edition', '2021', '-O', '-o', program, 'main.rs'], {
        cwd: join(SOURCES, 'rust'),
      }),
  },
];

/** Go otherwise looks for modules, and for newer versions of itself, in the network. */
const OFFLINE: NodeJS.ProcessEnv = {
  ...process.env,
  GOFLAGS: '-mod=mod -buildvcs=false',
  GOPROXY: 'off',
  GOTOOLCHAIN: 'local',
  GOWORK: 'off',
  CGO_ENABLED: '0',
};

/** What can be run of each peer: its command, or why there is none. */
export type Built = ReadonlyMap<string, Command | { readonly skipped: string }>;

/**
 * Builds every peer whose tools are on this machine.
 * @throws Error when there are tools, but they refuse the sources
 */
export async function buildPeers(folder: string): Promise<Built> {
  const built = new Map<string, Command | { readonly skipped: string }>();
  for (const { peer, tools, probe, build } of TOOLCHAINS) {
    const tool = await firstWorking(tools, probe);
    if (tool === undefined) {
      built.set(peer, { skipped: `no ${tools.join(' or ')} on this machine` });
      continue;
    }
    const program = join(folder, `${peer}-peer`);
    await build(tool, program);
    built.set(peer, [program]);
  }
  return built.set('node', [process.execPath, NODE_PEER]);
}

/** The first of these programs that is there and works: what is on the PATH may only say that it is not installed. */
async function firstWorking(tools: readonly string[], probe: string): Promise<string | undefined> {
  for (const tool of tools) {
    const path = onPath(tool);
    if (path === undefined) continue;
    const works = await execute(path, [probe], { env: OFFLINE }).then(
      () => true,
      () => false,
    );
    if (works) return path;
  }
  return undefined;
}

/** What a peer is asked to sell. */
export interface PeerTerms {
  readonly trace: string;
  readonly requests: number;
  readonly threads: number;
  readonly tickets: number;
}

/** What a peer sold, and what it says of itself. */
export interface PeerSold {
  readonly report: PeerReport;
  readonly sold: PeerSales;
}

/** Has a peer sell in a process of its own. */
export async function runPeer(
  [program, ...words]: Command,
  { peer, design }: Pick<PeerDesign, 'peer' | 'design'>,
  { trace, requests, threads, tickets }: PeerTerms,
  folder: string,
): Promise<PeerSold> {
  const out = join(folder, 'sales.bin');
  const options = { trace, out, requests, threads, tickets };
  const named = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  try {
    const { stdout } = await execute(program, [...words, design, ...named]);
    const report = JSON.parse(stdout) as PeerReport & Record<string, unknown>;
    for (const [name, value] of Object.entries({ peer, design, threads })) {
      if (report[name] !== value)
        throw new Error(`${name}: ${value} expected; got ${shown(report[name])}`);
    }
    return { report, sold: decodeSales(readFileSync(out)) };
  } catch (error) {
    throw new Error(`${peer} ${design}: ${messageOf(error)}`, { cause: error });
  } finally {
    rmSync(out, { force: true });
  }
}

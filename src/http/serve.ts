// Starts a server, with all of its threads, and ends it.
import { calendarOrigin } from '../base/clock.ts';
import { freshNumber } from '../base/fresh-id.ts';
import type { BackOfficeCalls } from '../service/back-office-calls.ts';
import { MetricMemory } from './edge/metric-memory.ts';
import { TokenBuckets } from './edge/token-bucket.ts';
import type { ServerSettings } from './settings.ts';
import { openAcceptors } from './threads/acceptors.ts';
import { collectOnOneThread } from './threads/collector.ts';
import { openOffice } from './threads/office.ts';
import { requirePort } from './threads/shared-port.ts';
import { openSource } from './threads/source.ts';
import { Staff } from './threads/staff.ts';
import { type Topology, topologyHere } from './threads/topology.ts';

/** A server that accepts connections. */
export interface RunningServer {
  readonly url: string;
  /** How many threads accept connections. */
  readonly acceptors: number;
  /** What whoever started it should know. */
  readonly notes: readonly string[];
  /** The back office, for whoever runs the server. */
  readonly backOffice: BackOfficeCalls;
  /**
   * Goes on in a log file of the same name, after somebody has renamed this one. If there can be none, it goes on in
   * the one that was renamed.
   */
  readonly reopenLog: () => void;
  /** Resolves when it has ended: to the reason, if nobody had told it to. */
  readonly closed: Promise<string | undefined>;
  /** Accepts no more, finishes what is in flight, and closes the books. */
  stop(): Promise<void>;
}

/** Hears of what went wrong outside of any request. */
export type Warn = (message: string) => void;

/**
 * Starts a server.
 * @param signal whoever does not want it any more while it starts
 */
export async function serve(
  settings: ServerSettings,
  warn: Warn = warnOnStderr,
  signal?: AbortSignal,
): Promise<RunningServer> {
  return serveAs(settings, await topologyHere(settings), warn, signal);
}

/** As {@link serve}, with threads as they are given. */
export async function serveAs(
  settings: ServerSettings,
  topology: Topology,
  warn: Warn = warnOnStderr,
  signal?: AbortSignal,
): Promise<RunningServer> {
  const { host, port } = settings;
  if (topology.acceptors > 1) await requirePort(host, port);
  collectOnOneThread();
  const staff = new Staff();
  try {
    const origin = calendarOrigin();
    const source = await openSource(settings, topology.acceptors, origin, staff);
    signal?.throwIfAborted();
    const freshRun = freshNumber().toString(36);
    const task = { keeping: settings.keeping, source, freshRun, origin };
    const office = await openOffice(task, topology, staff, warn);
    signal?.throwIfAborted();
    const crew = {
      settings,
      source,
      run: office.run,
      origin,
      acceptors: topology.acceptors,
      metricMemory: MetricMemory.allocate(topology.acceptors),
      clientMemory:
        settings.admission.clientRatePerSecond > 0 ? TokenBuckets.allocate() : undefined,
    };
    const acceptors = await openAcceptors(crew, office, staff, warn);
    signal?.throwIfAborted();
    return {
      url: `http://${host.includes(':') ? `[${host}]` : host}:${acceptors.port}`,
      acceptors: topology.acceptors,
      notes: topology.notes,
      backOffice: office.calls,
      reopenLog: () => acceptors.reopenLog(),
      closed: staff.gone,
      stop: () => staff.dismiss(),
    };
  } catch (error) {
    await staff.dismiss();
    throw error;
  }
}

/** Says it where messages go. */
export function warnOnStderr(message: string): void {
  process.stderr.write(`${message}\n`);
}

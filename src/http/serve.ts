// Starts a server, with all of its threads, and ends it.
import { calendarOrigin } from '../base/clock.ts';
import { freshNumber } from '../base/fresh-id.ts';
import type { BackOfficeCalls } from '../service/back-office-calls.ts';
import { MetricMemory } from './edge/metric-memory.ts';
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
  /** Resolves when it has ended: to the reason, if nobody had told it to. */
  readonly closed: Promise<string | undefined>;
  /** Accepts no more, finishes what is in flight, and closes the books. */
  stop(): Promise<void>;
}

/** Hears of what went wrong outside of any request. */
export type Warn = (message: string) => void;

/** Starts a server. */
export async function serve(
  settings: ServerSettings,
  warn: Warn = warnOnStderr,
): Promise<RunningServer> {
  return serveAs(settings, await topologyHere(settings), warn);
}

/** As {@link serve}, with threads as they are given. */
export async function serveAs(
  settings: ServerSettings,
  topology: Topology,
  warn: Warn = warnOnStderr,
): Promise<RunningServer> {
  const { host, port } = settings;
  if (topology.acceptors > 1) await requirePort(host, port);
  collectOnOneThread();
  const staff = new Staff();
  try {
    const origin = calendarOrigin();
    const source = await openSource(settings, topology.acceptors, origin, staff);
    const freshRun = freshNumber().toString(36);
    const task = { keeping: settings.keeping, source, freshRun, origin };
    const office = await openOffice(task, topology, staff, warn);
    const { acceptors } = topology;
    const metricMemory = MetricMemory.allocate(acceptors);
    const crew = { settings, source, run: office.run, origin, acceptors, metricMemory };
    const bound = await openAcceptors(crew, office, staff, warn);
    return {
      url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
      acceptors: topology.acceptors,
      notes: topology.notes,
      backOffice: office.calls,
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

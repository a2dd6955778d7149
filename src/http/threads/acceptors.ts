import { markDead } from '../../service/stock/open-memory-stock.ts';
import { type AcceptorTask, openAcceptor } from './acceptor.ts';
import type { AcceptorThreadData } from './acceptor-thread.ts';
import type { OpenedOffice } from './office.ts';
import { type ServerThread, startThread } from './server-thread.ts';
import type { Staff } from './staff.ts';

// `.js`: this URL is used as it is, where imports are rewritten when compiling.
const THREAD_URL = new URL('./acceptor-thread.js', import.meta.url);

/** All that accept connections. */
export interface Acceptors {
  /** Where they listen. */
  readonly port: number;
  /** Has them go on in a log file of the same name, after somebody has renamed this one. */
  readonly reopenLog: () => void;
}

/** Opens all that accept connections. A single one is this thread. */
export async function openAcceptors(
  crew: Omit<AcceptorTask, 'self' | 'port'>,
  office: OpenedOffice,
  staff: Staff,
  warn: (message: string) => void,
): Promise<Acceptors> {
  const { port } = crew.settings;
  if (crew.acceptors === 1) {
    const task = { ...crew, self: 0, port };
    const acceptor = await openAcceptor(task, office.calls, office.catalogue);
    staff.add(() => acceptor.stop());
    return acceptor;
  }
  const start = async (self: number, at: number): Promise<ServerThread<{ port: number }>> => {
    const thread = await startAcceptor({ ...crew, self, port: at }, office, warn);
    void thread.died.then(async (reason) => {
      // First of all, so that those who wait for its locks hear of it.
      if (crew.source.kind === 'memory') await markDead(crew.source.shared, self);
      staff.fail(reason);
    });
    return thread;
  };
  const threads: ServerThread<{ port: number }>[] = [];
  staff.add(() => Promise.all(threads.map((thread) => thread.stop())));
  // The first one finds the port.
  const first = await start(0, port);
  threads.push(first);
  const others = Array.from({ length: crew.acceptors - 1 }, async (_, other) => {
    threads.push(await start(other + 1, first.ready.port));
  });
  await Promise.all(others);
  return {
    port: first.ready.port,
    reopenLog() {
      for (const thread of threads) thread.reopenLog();
    },
  };
}

function startAcceptor(
  task: AcceptorTask,
  office: OpenedOffice,
  warn: (message: string) => void,
): Promise<ServerThread<{ port: number }>> {
  const port = office.connect();
  const data: AcceptorThreadData = { task, port };
  const name = `acceptor ${task.self}`;
  return startThread({ name, url: THREAD_URL, data, transfer: [port], warn });
}

import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { BackOfficeCalls } from '../../service/back-office-calls.ts';
import { Catalogue } from '../../service/catalogue.ts';
import {
  answerForBackOffice,
  remoteBackOffice,
  replicaOf,
} from '../../service/remote/back-office-calls.ts';
import { type HouseTask, openHouse } from './house.ts';
import type { OfficeThreadData } from './office-thread.ts';
import { startThread } from './server-thread.ts';
import type { Staff } from './staff.ts';
import type { Topology } from './topology.ts';

// `.js`: this URL is used as it is, where imports are rewritten when compiling.
const THREAD_URL = new URL('./office-thread.js', import.meta.url);

/** The back office, wherever it is. */
export interface OpenedOffice {
  readonly run: string;
  readonly calls: BackOfficeCalls;
  /** What is on sale, as the main thread knows it. */
  readonly catalogue: Catalogue;
  /** Another way to it, for another thread. */
  readonly connect: () => MessagePort;
}

/** Opens the back office where the topology has it. */
export function openOffice(
  task: HouseTask,
  topology: Topology,
  staff: Staff,
  warn: (message: string) => void,
): Promise<OpenedOffice> {
  return topology.house === 'main'
    ? openHere(task, staff, warn)
    : openThere(task, topology.acceptors, staff, warn);
}

async function openHere(
  task: HouseTask,
  staff: Staff,
  warn: (message: string) => void,
): Promise<OpenedOffice> {
  const house = await openHouse(task, warn);
  const { office, run } = house;
  staff.add(() => house.close());
  const catalogue = new Catalogue(await office.listings());
  office.onChange((change) => catalogue.apply(change));
  return {
    run,
    calls: office,
    catalogue,
    connect() {
      const { port1, port2 } = new MessageChannel();
      const answering = answerForBackOffice(port1, office);
      staff.add(async () => answering.close());
      return port2;
    },
  };
}

async function openThere(
  task: HouseTask,
  acceptors: number,
  staff: Staff,
  warn: (message: string) => void,
): Promise<OpenedOffice> {
  const channels = Array.from({ length: acceptors + 1 }, () => new MessageChannel());
  const ports = channels.map(({ port1 }) => port1);
  const data: OfficeThreadData = { task, ports };
  const name = 'the back office';
  const thread = await startThread<{ run: string }>({
    name,
    url: THREAD_URL,
    data,
    transfer: ports,
    warn,
  });
  staff.add(() => thread.stop());
  void thread.died.then((reason) => staff.fail(reason));
  const [own, ...others] = channels.map(({ port2 }) => port2) as [MessagePort, ...MessagePort[]];
  const remote = remoteBackOffice(own);
  staff.add(async () => remote.close());
  return {
    run: thread.ready.run,
    calls: remote.calls,
    catalogue: await replicaOf(remote),
    connect: () => others.pop() as MessagePort,
  };
}

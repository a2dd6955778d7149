// Thread entry: accepts connections.
import { type MessagePort, workerData } from 'node:worker_threads';
import { remoteBackOffice, replicaOf } from '../../service/remote/back-office-calls.ts';
import { type AcceptorTask, openAcceptor } from './acceptor.ts';
import { serveAsThread } from './server-thread.ts';

export interface AcceptorThreadData {
  readonly task: AcceptorTask;
  /** Leads to the back office. */
  readonly port: MessagePort;
}

const { task, port } = workerData as AcceptorThreadData;
const remote = remoteBackOffice(port);
const catalogue = await replicaOf(remote);
const acceptor = await openAcceptor(task, remote.calls, catalogue);
const stop = async (): Promise<void> => {
  await acceptor.stop();
  remote.close();
};
serveAsThread({ port: acceptor.port }, stop, acceptor.reopenLog);

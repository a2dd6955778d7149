// Thread entry: the back office, where it has a thread of its own.
import { type MessagePort, workerData } from 'node:worker_threads';
import { answerForBackOffice } from '../../service/remote/back-office-calls.ts';
import { type HouseTask, openHouse } from './house.ts';
import { serveAsThread, warnMain } from './server-thread.ts';

export interface OfficeThreadData {
  readonly task: HouseTask;
  /** One for each thread that calls. */
  readonly ports: readonly MessagePort[];
}

const { task, ports } = workerData as OfficeThreadData;
const house = await openHouse(task, warnMain);
const answering = ports.map((port) => answerForBackOffice(port, house.office));
serveAsThread({ run: house.run }, async () => {
  await house.close();
  for (const each of answering) each.close();
});

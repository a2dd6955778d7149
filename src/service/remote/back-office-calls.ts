// The back office, called from other threads; news are changes of its catalogue.
import type { MessagePort } from 'node:worker_threads';
import type { BackOffice } from '../back-office.ts';
import type { BackOfficeCalls } from '../back-office-calls.ts';
import { Catalogue, type CatalogueChange } from '../catalogue.ts';
import { type Answering, answerCalls } from './answer-calls.ts';
import { type Remote, remoteCalls } from './remote-calls.ts';

const NAMES: Readonly<Record<keyof BackOfficeCalls, true>> = {
  listings: true,
  listing: true,
  createEvent: true,
  editEvent: true,
  removeEvent: true,
  commits: true,
  totals: true,
  book: true,
  settle: true,
  reservation: true,
  reservationsOf: true,
  addAccount: true,
  credentials: true,
  account: true,
  accounts: true,
  changeAccount: true,
  logInWait: true,
  beginLogIn: true,
  endLogIn: true,
  claim: true,
  keep: true,
  unclaim: true,
};
const names = Object.keys(NAMES) as (keyof BackOfficeCalls)[];

/** Lets another thread call the back office. */
export function answerForBackOffice(
  port: MessagePort,
  office: Pick<BackOffice, keyof BackOfficeCalls | 'onChange'>,
): Answering {
  const answering = answerCalls<BackOfficeCalls>(port, office, names);
  office.onChange((change) => answering.tell(change));
  return answering;
}

/** The back office of another thread. */
export function remoteBackOffice(port: MessagePort): Remote<BackOfficeCalls> {
  return remoteCalls<BackOfficeCalls>(port, names);
}

/** A catalogue that follows the one of the back office: what a call has changed, it shows when the call is answered. */
export async function replicaOf(remote: Remote<BackOfficeCalls>): Promise<Catalogue> {
  const catalogue = new Catalogue(await remote.calls.listings());
  // Also what came before the listings did: applied again, in its order, it changes nothing in the end.
  remote.onNews((change) => catalogue.apply(change as CatalogueChange));
  return catalogue;
}

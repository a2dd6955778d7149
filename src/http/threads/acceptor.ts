// One thread that accepts connections: a till, the catalogue as it knows it, and a server.
import type { AddressInfo } from 'node:net';
import type { FastifyInstance, FastifyListenOptions } from 'fastify';
import { type CalendarOrigin, steadyCalendar } from '../../base/clock.ts';
import type { BackOfficeCalls } from '../../service/back-office-calls.ts';
import { BoxOffice } from '../../service/box-office.ts';
import type { Catalogue } from '../../service/catalogue.ts';
import type { SalesTally } from '../../service/sales-tally.ts';
import { openTill, type StockSource } from '../../service/stock/source.ts';
import { type AcceptorApp, acceptorApp } from '../acceptor-app.ts';
import { Readiness } from '../edge/health.ts';
import { MetricMemory } from '../edge/metric-memory.ts';
import type { ServerSettings } from '../settings.ts';
import { listenError } from './shared-port.ts';
import { watchWrites } from './watch-writes.ts';

/** What an acceptor is opened with; all of it can be cloned. */
export interface AcceptorTask {
  readonly settings: ServerSettings;
  readonly source: StockSource;
  readonly run: string;
  readonly origin: CalendarOrigin;
  readonly self: number;
  readonly acceptors: number;
  readonly metricMemory: SharedArrayBuffer;
  /** Where requests of each client are counted; undefined: they are not. */
  readonly clientMemory: SharedArrayBuffer | undefined;
  /** Where to listen: that of the settings, or the one that the first acceptor got. */
  readonly port: number;
}

export interface Acceptor {
  readonly port: number;
  /** Accepts no more, finishes what is in flight, and closes the till. */
  stop(): Promise<void>;
  /** See {@link AcceptorApp.reopenLog}. */
  readonly reopenLog: () => void;
}

/** Opens a till and a server, and listens. */
export async function openAcceptor(
  task: AcceptorTask,
  calls: BackOfficeCalls,
  catalogue: Catalogue,
): Promise<Acceptor> {
  const { settings, source, run, origin, self, acceptors, port } = task;
  const till = await openTill(source, self);
  const calendar = steadyCalendar(origin);
  const { terms } = settings;
  const readiness = new Readiness();
  const { backOffice, ...writes } = watchWrites(calls, readiness, calendar);
  const tally = tallyIn(new MetricMemory(task.metricMemory, self));
  const office = new BoxOffice({ backOffice, till, catalogue, run, calendar, terms, tally });
  let server: AcceptorApp | undefined;
  const stop = async (): Promise<void> => {
    await server?.shutDown();
    writes.stop();
    await office.close();
  };
  try {
    server = await acceptorApp({ ...task, office, backOffice, calendar, readiness });
    await listen(server.app, { host: settings.host, port, reusePort: acceptors > 1 });
  } catch (error) {
    await stop();
    throw error;
  }
  const { app, reopenLog } = server;
  return { port: (app.server.address() as AddressInfo).port, stop, reopenLog };
}

function tallyIn(metrics: MetricMemory): SalesTally {
  return {
    reservation: (outcome) => metrics.add('reservations', outcome, 1),
    sold: (tickets) => metrics.add('ticketsSold', 'all', tickets),
  };
}

/** @param options `reusePort` is newer than the types of Fastify, which hands all of them on */
async function listen(
  app: FastifyInstance,
  options: FastifyListenOptions & { readonly reusePort: boolean },
): Promise<void> {
  try {
    await app.listen(options);
  } catch (error) {
    throw listenError(error, options.host as string, options.port as number);
  }
}

import cluster from 'node:cluster';
import type { FastifyInstance } from 'fastify';
import type { Calendar } from '../base/clock.ts';
import { Accounts } from '../service/accounts.ts';
import type { BackOfficeCalls } from '../service/back-office-calls.ts';
import type { BoxOffice } from '../service/box-office.ts';
import { PasswordHasher } from '../service/password.ts';
import type { Caller } from '../service/policy.ts';
import { createEdge } from './edge/edge.ts';
import type { Readiness } from './edge/health.ts';
import type { Family } from './edge/prometheus.ts';
import { fastPath } from './fast-path.ts';
import { accountIdOf } from './identify.ts';
import { shareMetrics } from './instance-metrics.ts';
import { shortRoute } from './routes/reservations.ts';
import { createServer } from './server.ts';
import type { ServerSettings } from './settings.ts';
import { Tokens } from './tokens.ts';

/** What one thread serves with. */
export interface AppParts {
  readonly settings: ServerSettings;
  readonly office: BoxOffice;
  readonly backOffice: BackOfficeCalls;
  readonly calendar: Calendar;
  /** Which of the threads it is, and of how many: limits of a server are shared among them. */
  readonly self: number;
  readonly acceptors: number;
  readonly metricMemory: SharedArrayBuffer;
  readonly clientMemory?: SharedArrayBuffer | undefined;
  readonly readiness: Readiness;
}

/** The server of one thread. */
export interface AcceptorApp {
  readonly app: FastifyInstance;
  /** Accepts no more, and answers what is asked already. */
  shutDown(): Promise<void>;
  /** Goes on in a log file of the same name, after somebody has renamed this one. */
  readonly reopenLog: () => void;
}

/** The server of one thread, which does not listen yet. */
export async function acceptorApp(parts: AppParts): Promise<AcceptorApp> {
  const { settings, office, backOffice, calendar, self, acceptors, metricMemory, readiness } =
    parts;
  const edge = createEdge({
    ...settings,
    thread: self,
    threads: acceptors,
    metricMemory,
    clientMemory: parts.clientMemory,
    readiness,
    accountOf,
  });
  edge.metrics.ask(() => commitFamilies(backOffice));
  if (cluster.isWorker) shareMetrics(edge.metrics);
  const tokens = await Tokens.open(settings.tokens, backOffice, calendar);
  const app = await createServer({
    office,
    backOffice,
    calendar,
    settings,
    tokens,
    accounts: new Accounts({
      backOffice,
      calendar,
      hasher: new PasswordHasher(undefined, acceptors),
    }),
    edge: edge.installers,
    options: edge.options,
  });
  edge.use(fastPath({ app, edge, tokens, route: shortRoute(office) }));
  const end = edge.shutdownOf(app);
  return {
    app,
    async shutDown() {
      await end();
      await edge.log.close();
    },
    reopenLog: () => edge.log.reopen(),
  };
}

async function commitFamilies(backOffice: BackOfficeCalls): Promise<readonly Family[]> {
  const stats = await backOffice.commits();
  if (!stats) return [];
  const { groups, changes, largest } = stats;
  const labels = {};
  return [
    {
      name: 'onsale_commit_groups_total',
      help: 'Groups of changes that were committed to the books together.',
      type: 'counter',
      samples: [{ labels, value: groups }],
    },
    {
      name: 'onsale_committed_changes_total',
      help: 'Changes in those groups.',
      type: 'counter',
      samples: [{ labels, value: changes }],
    },
    {
      name: 'onsale_commit_group_largest',
      help: 'Changes in the largest of them.',
      type: 'gauge',
      samples: [{ labels, value: largest }],
    },
  ];
}

/** It may be answered before anybody asks who it is. */
function accountOf({ caller }: { readonly caller: Caller | null }): string | undefined {
  return caller === null ? undefined : accountIdOf(caller);
}

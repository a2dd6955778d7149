import { availableParallelism } from 'node:os';
import { calendarOrigin, steadyCalendar } from '../base/clock.ts';
import { InputError } from '../base/errors.ts';
import type { RunningServer } from '../http/serve.ts';
import type { LogSettings, ServerSettings } from '../http/settings.ts';
import { makeFolder, type TokenSecret, tokenSecret } from '../http/token-secret.ts';
import { Accounts } from '../service/accounts.ts';
import { type AdminFound, seeToAdmin } from '../service/first-admin.ts';
import { loadAnyStrategy } from '../store/load-strategy.ts';
import { isStored } from '../store/stored.ts';
import type { StrategyFacts } from '../store/strategy.ts';
import type { Command } from './command.ts';
import { EXIT, onInterrupt, unlessInterrupted } from './interrupt.ts';
import type { Arguments } from './options.ts';
import { requireWritable, withoutPrinting } from './output.ts';
import { isAtTerminal, logPlace, noteLines, onHangup, openConsole } from './serve-console.ts';
import { type Offer, offerOf, putOnSale } from './serve-events.ts';
import { startNotes } from './serve-notes.ts';
import { serveOptions } from './serve-options.ts';
import { type ServePlan, servePlan } from './serve-plan.ts';

const SECRET_VARIABLE = 'ONSALE_TOKEN_SECRET';
const PASSWORD_VARIABLE = 'ONSALE_ADMIN_PASSWORD';

export const serveCommand: Command = {
  options: serveOptions(),
  examples: [
    ['sim serve', 'on this machine, what is sold kept in ./onsale-data'],
    ['sim serve --memory --events events.json', 'a shop to try out, with events from a file'],
    [
      'sim serve --host 0.0.0.0 --admin ada',
      'for others: with accounts, the first of them an admin',
    ],
    ['sim serve --memory --sample-events 8', 'a shop to look at, with made-up events'],
    ['sim serve --memory --strategy check-then-act', 'the control: it sells tickets twice'],
    [
      'sim serve --postgres postgres://me@db.example/tickets',
      'beside other servers, from one database',
    ],
    ["sim serve --port 0 --memory | sed -n 's/^listening on //p'", 'for scripts: where it listens'],
  ],
  epilogue: `Without TLS: whoever serves others puts a proxy that has it in front. Events of a file, and of the console, belong to nobody: admins can remove them.

$${SECRET_VARIABLE} (32 bytes or more) signs log-ins; without it, a file in the data folder does, or, where there is none, a secret of this start.

Ctrl-C: requests that have begun are answered, then it ends; a second one ends it at once. SIGHUP opens the log file anew, after it was renamed.

Exit status: 0 terminated or quit, 1 it failed, 2 bad usage or input, 130 interrupted.`,
  execute: serveUntilStopped,
};

async function serveUntilStopped(argv: Arguments): Promise<number> {
  const plan = servePlan(argv, availableParallelism());
  requireWritable(plan.settings.log.file, '--log-file');
  const strategy = await withoutPrinting(() => strategyOf(plan));
  const offer = offerOf(plan);
  const { requirePort } = await import('../http/threads/shared-port.ts');
  await requirePort(plan.settings.host, plan.settings.port);
  const { folder } = plan;
  if (folder !== undefined) makeFolder(folder);
  const secret = tokenSecret(process.env[SECRET_VARIABLE], SECRET_VARIABLE, folder);
  const hasConsole = plan.console || isAtTerminal();
  const log = logPlace(plan.settings.log, hasConsole, folder);
  process.once('exit', () => log.remove());
  const interrupt = onInterrupt(EXIT.done);
  const hangup = onHangup(log.settings.file);
  const order = { plan, strategy, secret, offer, log: log.settings };
  const server = await unlessInterrupted(begin(order, interrupt.signal), interrupt.signal);
  if (!server) return interrupt.code() ?? EXIT.done;
  hangup.tell(server);
  try {
    process.stdout.write(`listening on ${server.url}\n`);
    await untilStopped(server, interrupt.signal, hasConsole, log.settings.file);
  } finally {
    await server.stop();
  }
  return interrupt.code() ?? EXIT.done;
}

/** What is to be started. */
interface Order {
  readonly plan: ServePlan;
  readonly strategy: StrategyFacts;
  readonly secret: TokenSecret;
  readonly offer: Offer | undefined;
  readonly log: LogSettings;
}

/** Starts a server, and has it sell what it shall. */
async function begin(
  { plan, strategy, secret, offer, log }: Order,
  signal: AbortSignal,
): Promise<RunningServer> {
  const server = await start(plan, { ...plan.settings, log, tokens: tokens(plan, secret) }, signal);
  try {
    secret.keep();
    const admin = await firstAdmin(server, plan.adminName);
    const loaded = await putOnSale(server.backOffice, offer, signal);
    signal.throwIfAborted();
    const { url, acceptors, notes } = server;
    const facts = { plan, strategy, secret, url, acceptors, notes, admin, loaded };
    for (const note of startNotes(facts)) process.stderr.write(noteLines(note));
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** What sells, if it can sell where the books are kept. */
async function strategyOf({ settings }: ServePlan): Promise<StrategyFacts> {
  const strategy = await loadAnyStrategy(settings.strategy);
  const inDatabase = settings.keeping.kind === 'postgres';
  if (isStored(strategy) === inDatabase) return strategy;
  throw new InputError(
    inDatabase
      ? `${strategy.name} sells from memory; with --postgres, stock is kept there, as by pg-update`
      : `${strategy.name} sells from a store; where the books are in ${settings.keeping.kind === 'memory' ? 'memory' : 'a folder'}, stock is in memory, as by compare-and-swap`,
  );
}

/** Loaded only now: `--help` needs none of it. */
async function start(
  plan: ServePlan,
  settings: ServerSettings,
  signal: AbortSignal,
): Promise<RunningServer> {
  if (plan.instances > 1) {
    const { serveInstances } = await import('../http/instances.ts');
    return serveInstances(settings, plan.instances, undefined, signal);
  }
  const { serve } = await import('../http/serve.ts');
  return serve(settings, undefined, signal);
}

function tokens({ tokenTtlMs }: ServePlan, { secret }: TokenSecret): ServerSettings['tokens'] {
  return { secret, ttlMs: tokenTtlMs };
}

async function firstAdmin(
  { backOffice }: RunningServer,
  name: string | undefined,
): Promise<AdminFound | undefined> {
  if (name === undefined) return undefined;
  const accounts = new Accounts({ backOffice, calendar: steadyCalendar(calendarOrigin()) });
  return seeToAdmin(accounts, backOffice, name, process.env[PASSWORD_VARIABLE]);
}

/** Until Ctrl-C, a termination, or `quit`; or until it ends by itself, which it should not. */
async function untilStopped(
  server: RunningServer,
  signal: AbortSignal,
  hasConsole: boolean,
  logFile: string | undefined,
): Promise<void> {
  const quit = new AbortController();
  const console = hasConsole
    ? openConsole(server.backOffice, logFile, () => quit.abort())
    : undefined;
  try {
    const failed = server.closed.then((reason) => {
      throw new Error(`the server has ended: ${reason ?? 'nobody knows why'}`);
    });
    await Promise.race([aborted(signal), aborted(quit.signal), failed]);
  } finally {
    await console?.close();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

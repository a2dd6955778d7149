// What a server says of itself when it starts.
import { isLoopbackHost } from '../base/loopback.ts';
import type { TokenSecret } from '../http/token-secret.ts';
import type { AdminFound } from '../service/first-admin.ts';
import { DURABILITIES } from '../service/records/records.ts';
import type { StrategyFacts } from '../store/strategy.ts';
import type { ServePlan } from './serve-plan.ts';

/** What was found out while it started. */
export interface StartFacts {
  readonly plan: ServePlan;
  readonly strategy: StrategyFacts;
  readonly secret: Omit<TokenSecret, 'keep'>;
  readonly url: string;
  readonly acceptors: number;
  /** What the server itself has to say. */
  readonly notes: readonly string[];
  readonly admin: AdminFound | undefined;
  /** What became of the file of events. */
  readonly loaded: string | undefined;
}

/** A line each. */
export function startNotes(facts: StartFacts): string[] {
  const { plan, strategy, secret, url, acceptors, notes, admin, loaded } = facts;
  return [
    ...strategyNotes(strategy),
    keepingNote(plan),
    ...acceptorNotes(acceptors, plan),
    ...notes,
    ...guestNotes(plan),
    ...secretNotes(secret),
    ...adminNotes(admin, plan.adminName),
    ...(loaded === undefined ? [] : [loaded]),
    `requests and answers are described at ${url}/docs`,
  ];
}

function strategyNotes({ name, promises, breaks }: StrategyFacts): string[] {
  const note = `${name} sells; it promises ${promises.join(', ') || 'nothing'}`;
  if (promises.includes('noOversell') && !breaks?.includes('noOversell')) return [note];
  return [
    note,
    `WARNING: ${name} sells tickets twice: it is kept to be compared with, not to sell`,
  ];
}

function keepingNote({ settings, folder }: ServePlan): string {
  const { keeping } = settings;
  switch (keeping.kind) {
    case 'memory':
      return 'nothing is kept: accounts, events and sales end with this server';
    case 'folder': {
      return `the books are in ${folder}; a sale that was acknowledged survives ${DURABILITIES[keeping.durability]}`;
    }
    case 'postgres': {
      const gate = keeping.redis === undefined ? '' : `, behind Redis at ${hostOf(keeping.redis)}`;
      return `the books are in PostgreSQL at ${hostOf(keeping.url)}${gate}`;
    }
  }
}

/** Nothing else of a URL: it may hold a password. */
function hostOf(url: string): string {
  return new URL(url).host;
}

/** Where there are fewer than were asked for, the server says so itself. */
function acceptorNotes(acceptors: number, { settings }: ServePlan): string[] {
  if (acceptors !== settings.threads) return [];
  return [`${acceptors} ${acceptors === 1 ? 'thread accepts' : 'threads accept'} connections`];
}

function guestNotes({ settings, guestsByDefault }: ServePlan): string[] {
  const { host, terms } = settings;
  const notes: string[] = [];
  if (!isLoopbackHost(host)) {
    notes.push(
      `WARNING: ${host} may be reached by others, and this server does not encrypt: put TLS before it`,
    );
  }
  const why = guestsByDefault
    ? isLoopbackHost(host)
      ? ', since only this machine can come'
      : ''
    : '';
  if (terms.guests === 'all')
    notes.push(`guests may buy, and make events, without an account${why}`);
  if (terms.guests === 'buy') notes.push('guests may buy without an account');
  if (terms.guests === 'none') notes.push('nobody may buy without an account (see --guests)');
  return notes;
}

function secretNotes({ from }: Pick<TokenSecret, 'from'>): string[] {
  if (from !== 'this start') return [];
  return [
    'log-ins end with this server: set $ONSALE_TOKEN_SECRET to have them last, and elsewhere',
  ];
}

function adminNotes(admin: AdminFound | undefined, name = ''): string[] {
  if (!admin) return [];
  if (admin.outcome === 'there already') return [`the admin ${name} is there already`];
  if (admin.password === undefined) return [`${name} is admin, with $ONSALE_ADMIN_PASSWORD`];
  return [`${name} is admin, with the password ${admin.password} (not shown again)`];
}

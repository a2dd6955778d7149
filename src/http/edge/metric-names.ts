import { REFUSALS, type RefusalCode } from '../../service/refusals.ts';

/** Why a request came no further than the edge. */
export type RefusalReason =
  | 'queue-full'
  | 'waited-too-long'
  | 'client-gone'
  | 'stalled'
  | 'throttled'
  | 'body-too-large'
  | 'headers-too-large'
  | 'request-timeout'
  | 'malformed';

export type ReservationOutcome = 'reserved' | RefusalCode;

/** All that is counted, but for requests by route: each counter with the values it is counted by. */
export interface CounterValues {
  readonly reservations: ReservationOutcome;
  readonly ticketsSold: 'all';
  readonly admissions: 'at-once' | 'queued';
  readonly refused: RefusalReason;
  readonly connections: 'accepted' | 'dropped';
  readonly logLinesLost: 'all';
}

export type CounterName = keyof CounterValues;

/** One counter, as Prometheus shows it. */
export interface CounterFamily {
  readonly name: string;
  readonly help: string;
  /** What the values are values of; without it there is only one. */
  readonly label?: string;
  readonly values: readonly string[];
}

const REFUSAL_REASONS: readonly RefusalReason[] = [
  'queue-full',
  'waited-too-long',
  'client-gone',
  'stalled',
  'throttled',
  'body-too-large',
  'headers-too-large',
  'request-timeout',
  'malformed',
];

export const COUNTERS: Readonly<Record<CounterName, CounterFamily>> = {
  reservations: {
    name: 'onsale_reservations_total',
    help: 'Requests to reserve, by what became of them.',
    label: 'outcome',
    values: ['reserved', ...Object.keys(REFUSALS)],
  },
  ticketsSold: {
    name: 'onsale_tickets_sold_total',
    help: 'Tickets of confirmed reservations.',
    values: ['all'],
  },
  admissions: {
    name: 'onsale_admissions_total',
    help: 'Requests that got a permit, at once or after waiting in the queue.',
    label: 'decision',
    values: ['at-once', 'queued'],
  },
  refused: {
    name: 'onsale_refused_total',
    help: 'Requests that came no further than the edge.',
    label: 'reason',
    values: REFUSAL_REASONS,
  },
  connections: {
    name: 'onsale_connections_total',
    help: 'Connections, accepted or dropped because as many were open as may be.',
    label: 'state',
    values: ['accepted', 'dropped'],
  },
  logLinesLost: {
    name: 'onsale_log_lines_lost_total',
    help: 'Log lines that could not be written.',
    values: ['all'],
  },
};

/** What every thread sets for itself. */
export const GAUGES: Readonly<Record<GaugeName, { readonly name: string; readonly help: string }>> =
  {
    connectionsOpen: { name: 'onsale_connections_open', help: 'Connections open now.' },
    permitsFree: { name: 'onsale_permits_free', help: 'Permits that nobody has.' },
    waiting: { name: 'onsale_admission_queue', help: 'Requests that wait for a permit.' },
    eventLoopDelaySeconds: {
      name: 'onsale_event_loop_delay_seconds',
      help: 'The longest delay of the event loop in the last 5 to 10 s.',
    },
  };
export type GaugeName = 'connectionsOpen' | 'permitsFree' | 'waiting' | 'eventLoopDelaySeconds';

/** Upper bounds of the buckets of durations; the last bucket has none. */
export const BUCKETS_SECONDS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];
export const STATUS_CLASSES: readonly string[] = ['1xx', '2xx', '3xx', '4xx', '5xx'];

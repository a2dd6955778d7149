import { availableParallelism } from 'node:os';
import { InputError } from '../base/errors.ts';
import { numberText } from '../base/number-text.ts';
import { MAX_REQUESTS } from '../generator/request.ts';
import type { Arrivals, StreamSpec } from '../generator/stream.ts';
import { verifyTrace } from '../generator/trace.ts';
import type { TraceHeader } from '../generator/trace-format.ts';
import type { Kernel } from '../store/compiled-words.ts';
import type { Model } from '../workers/protocol.ts';
import { type FieldValues, MAX_DURATION_NS } from './fields.ts';
import {
  baseLayer,
  flagLayer,
  type Layer,
  layerOf,
  merge,
  parseLayer,
  refuseConflicts,
  requireRate,
  textsOf,
  type Values,
} from './layers.ts';
import { DEFAULTS, presetNamed } from './presets.ts';

/** Requests of a run that neither a rate nor a duration bounds. */
const DEFAULT_REQUESTS = 1_000_000;
/** How long requests arrive at a rate, unless said otherwise. */
const DEFAULT_DURATION_NS = 5e9;
/** The most threads to use unasked. */
const DEFAULT_THREADS_MAX = 8;

/** What is to be simulated, complete and checked. */
export interface Scenario {
  /** The preset that it was made from, by name, whatever fields were given beside it; absent if from none. */
  readonly preset?: string;
  readonly model: Model;
  readonly ratePerSecond: number | 'max' | null;
  readonly clients: number;
  readonly events: number;
  readonly ticketsPerEvent: number;
  readonly threads: number;
  readonly seed: string;
  readonly workInsideNs: number;
  readonly workOutsideNs: number;
  readonly kernel: Kernel;
  readonly stream: StreamSpec;
  /** When requests are not counted beforehand: how long they come, as fast as they are served. */
  readonly deadlineNs: number | null;
  /** The fields as texts, for people and for a scenario file. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What a caller wants: a preset or file, a trace, and single fields by name, which win. */
export interface ScenarioRequest {
  /** A preset's name or a file's path. */
  readonly scenario?: string | undefined;
  /** A saved stream to replay. */
  readonly trace?: string | undefined;
  readonly fields?: Readonly<Record<string, string>>;
  /** Fields that hold where no preset or file is given and no single field says otherwise. */
  readonly byDefault?: Readonly<Record<string, string>>;
}

/** Fields of the stream that a trace brings along. */
const OF_THE_STREAM = [
  'clients',
  'rate',
  'duration',
  'requests',
  'events',
  'quantity',
  'mix',
  'arrivals',
  'popularity',
  'seed',
];

/**
 * Puts a scenario together: defaults, then a preset or file, then single fields.
 * @throws InputError when anything is wrong, naming it
 */
export function resolveScenario(request: ScenarioRequest): Scenario {
  const given = flagLayer(request.fields ?? {});
  if (request.trace !== undefined) return fromTrace(request, request.trace, given);
  const { scenario, byDefault = {} } = request;
  const base = scenario === undefined ? layerOf(byDefault) : baseLayer(scenario);
  refuseConflicts(given);
  const layer = merge(merge(layerOf(DEFAULTS), base), given);
  const values = parseLayer(layer);
  const { rate } = values;
  const arrivals = given.get('arrivals');
  if (arrivals) requireRate(arrivals, layer);
  const timing =
    typeof rate === 'number'
      ? openTiming(values, rate)
      : untimed(values, rate === 'max' ? 'saturating' : 'closed');
  const preset = presetNamed(scenario)?.name;
  return { ...(preset === undefined ? {} : { preset }), ...complete(values, layer, timing) };
}

interface Timing {
  readonly model: Model;
  readonly ratePerSecond: number | 'max' | null;
  readonly requests: number;
  readonly arrivals: Arrivals;
  readonly deadlineNs: number | null;
}

function openTiming(values: Values, rate: number): Timing {
  const durationNs = values.durationNs ?? DEFAULT_DURATION_NS;
  const requests = values.requests ?? Math.round((rate * durationNs) / 1e9);
  if (requests < 1 || requests > MAX_REQUESTS) {
    throw new InputError(
      `--rate times --duration must be from 1 to ${numberText(MAX_REQUESTS)} requests; got ${requests}`,
    );
  }
  const scheduleNs = (requests / rate) * 1e9;
  if (scheduleNs > MAX_DURATION_NS) {
    throw new InputError(
      `--requests at that --rate must not take longer than 24h; got ${formatHours(scheduleNs)}h`,
    );
  }
  const shape = required(values, 'arrivals');
  const arrivals: Arrivals =
    shape.kind === 'onsale'
      ? { kind: 'onsale', durationNs: scheduleNs, burst: { share: shape.share } }
      : { kind: shape.kind, durationNs: scheduleNs };
  return { model: 'open', ratePerSecond: rate, requests, arrivals, deadlineNs: null };
}

function formatHours(durationNs: number): string {
  return (durationNs / 3600e9).toPrecision(3);
}

function untimed(values: Values, model: 'saturating' | 'closed'): Timing {
  const deadlineNs = values.requests === undefined ? (values.durationNs ?? null) : null;
  return {
    model,
    ratePerSecond: model === 'saturating' ? 'max' : null,
    requests: deadlineNs === null ? (values.requests ?? DEFAULT_REQUESTS) : MAX_REQUESTS,
    arrivals: { kind: 'unpaced' },
    deadlineNs,
  };
}

function complete(values: Values, layer: Layer, timing: Timing): Scenario {
  const clients = required(values, 'clients');
  const events = required(values, 'events');
  const seed = required(values, 'seed');
  const threads = values.threads ?? defaultThreads();
  return {
    model: timing.model,
    ratePerSecond: timing.ratePerSecond,
    clients,
    events,
    ticketsPerEvent: required(values, 'tickets'),
    threads,
    seed,
    workInsideNs: required(values, 'workInsideNs'),
    workOutsideNs: required(values, 'workOutsideNs'),
    kernel: required(values, 'kernel'),
    deadlineNs: timing.deadlineNs,
    stream: {
      seed,
      requests: timing.requests,
      arrivals: timing.arrivals,
      demand: {
        clients,
        inTurn: timing.model === 'closed',
        events,
        popularity: required(values, 'popularity'),
        quantities: required(values, 'quantity'),
        mix: required(values, 'mix'),
      },
    },
    fields: { ...timedFields(textsOf(layer), timing), threads: String(threads) },
  };
}

/** The same scenario with another stream, as `--seed` makes it. */
export function reseeded(scenario: Scenario, seed: string): Scenario {
  const { stream, fields } = scenario;
  return { ...scenario, seed, stream: { ...stream, seed }, fields: { ...fields, seed } };
}

/** Without a rate there are no arrivals to shape. */
function timedFields(fields: Record<string, string>, { model }: Timing): Record<string, string> {
  const { arrivals, ...others } = fields;
  return model === 'open' && arrivals !== undefined ? fields : others;
}

/** Replays a trace: it says who asks for what and when; how it is sold is still ours to say. */
function fromTrace(request: ScenarioRequest, path: string, given: Layer): Scenario {
  const conflict = OF_THE_STREAM.find((name) => given.has(name));
  if (conflict !== undefined) {
    throw new InputError(
      `--trace brings its own stream; ${given.get(conflict)?.label} cannot go with it`,
    );
  }
  const header = verifyTrace(path);
  const layer = merge(merge(layerOf(DEFAULTS), baseLayer(request.scenario)), given);
  layer.set('quantity', { text: `1..${header.maxQuantity}`, label: '--trace' });
  const values = {
    ...parseLayer(layer),
    clients: header.clients,
    events: header.events,
    seed: header.seed,
    mix: { reserve: 1, browse: 0, cancel: header.cancels ? 1 : 0 },
  };
  const scenario = complete(values, layer, traceTiming(header));
  return {
    ...scenario,
    stream: { ...scenario.stream, tracePath: path },
    fields: { trace: path, ...soldHow(scenario.fields) },
  };
}

/** The fields that a trace leaves open. */
function soldHow(fields: Readonly<Record<string, string>>): Record<string, string> {
  const open = Object.entries(fields).filter(([name]) => !OF_THE_STREAM.includes(name));
  return Object.fromEntries(open);
}

function traceTiming({ ratePerSecond, requests, durationNs }: TraceHeader): Timing {
  const untimedModel = ratePerSecond === 'max' ? 'saturating' : 'closed';
  const open = typeof ratePerSecond === 'number';
  return {
    model: open ? 'open' : untimedModel,
    ratePerSecond,
    requests,
    arrivals: open ? { kind: 'constant', durationNs } : { kind: 'unpaced' },
    deadlineNs: null,
  };
}

function required<Key extends keyof FieldValues>(values: Values, key: Key): FieldValues[Key] {
  const value = values[key];
  if (value === undefined) throw new InputError(`the scenario says nothing about ${key}`);
  return value;
}

/** At least two, so that there is something to race; no more than the machine runs at once. */
export function defaultThreads(): number {
  return Math.max(2, Math.min(DEFAULT_THREADS_MAX, availableParallelism()));
}

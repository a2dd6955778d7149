// What a scenario is made of: each field with its meaning, and how its text is read. Flags, scenario
// files and presets all go through this one table.
import { numberText } from '../base/number-text.ts';
import type { Popularity } from '../generator/demand.ts';
import {
  KIND,
  type KindName,
  MAX_CLIENTS,
  MAX_EVENTS,
  MAX_QUANTITY,
  MAX_REQUESTS,
} from '../generator/request.ts';
import { KERNELS, type Kernel } from '../store/compiled-words.ts';
import { MAX_TICKETS_PER_EVENT } from '../store/inventory.ts';
import { parseDurationNs, parseNumber } from './quantities.ts';

/** Most threads: each costs some 10 MB, and no machine runs more at once with profit. */
const MAX_THREADS = 256;
/** Most clients: what the lab keeps for each of them has to fit in memory. */
const CLIENTS_LIMIT: number = Math.min(MAX_CLIENTS, 10_000_000);
/** Longest schedule: far below 2^53 ns, up to which every nanosecond is a number. */
export const MAX_DURATION_NS: number = 24 * 3600 * 1e9;
const MAX_WORK_NS = 1e9;
const MAX_ZIPF = 10;
export const MAX_SEED_LENGTH = 200;

export type Rate = number | 'max';

export type ArrivalShape =
  | { readonly kind: 'constant' }
  | { readonly kind: 'poisson' }
  | { readonly kind: 'onsale'; readonly share: number };

/** The values of all fields, as far as they are given. */
export interface FieldValues {
  clients: number;
  rate: Rate;
  durationNs: number;
  requests: number;
  events: number;
  tickets: number;
  quantity: ReadonlyMap<number, number>;
  mix: Readonly<Record<KindName, number>>;
  arrivals: ArrivalShape;
  popularity: Popularity;
  threads: number;
  seed: string;
  workInsideNs: number;
  workOutsideNs: number;
  kernel: Kernel;
}

/** One field: its flag is `--kebab-case` of its name in files, which is `camelCase`. */
export interface Field<Key extends keyof FieldValues = keyof FieldValues> {
  readonly key: Key;
  readonly name: string;
  readonly description: string;
  /** What it must be, to complete "--name must be ...". */
  readonly allowed: string;
  /** The value of a text, or undefined if it is not allowed. */
  readonly parse: (text: string) => FieldValues[Key] | undefined;
}

function field<Key extends keyof FieldValues>(definition: Field<Key>): Field {
  return definition;
}

export const FIELDS: readonly Field[] = [
  field({
    key: 'clients',
    name: 'clients',
    description: 'distinct buyers; without a rate, each asks again when it has its answer',
    ...wholeNumber(1, CLIENTS_LIMIT),
  }),
  field({
    key: 'rate',
    name: 'rate',
    description: 'requests per second (open model), or "max" to saturate; without: closed model',
    allowed: 'a positive number or "max"',
    parse: (text) => (text === 'max' ? 'max' : positive(text)),
  }),
  field({
    key: 'durationNs',
    name: 'duration',
    description: 'how long requests arrive, e.g. 500ms, 10s, 2m',
    allowed: 'a time from 1ms to 24h, such as 500ms, 10s or 2m',
    parse: (text) => duration(text, 1e6, MAX_DURATION_NS),
  }),
  field({
    key: 'requests',
    name: 'requests',
    description: 'how many requests, instead of a duration',
    ...wholeNumber(1, MAX_REQUESTS),
  }),
  field({
    key: 'events',
    name: 'events',
    description: 'events on sale',
    ...wholeNumber(1, MAX_EVENTS),
  }),
  field({
    key: 'tickets',
    name: 'tickets',
    description: 'tickets of each event',
    ...wholeNumber(1, MAX_TICKETS_PER_EVENT),
  }),
  field({
    key: 'quantity',
    name: 'quantity',
    description: 'tickets per request: 2, 1..4 (each as likely), or 1:50,2:30,4:20 (weights)',
    allowed: `a quantity from 1 to ${MAX_QUANTITY}, a range such as 1..4, or weights such as 1:50,2:30`,
    parse: quantity,
  }),
  field({
    key: 'mix',
    name: 'mix',
    description: 'kinds of requests by weight, e.g. reserve=90,browse=8,cancel=2',
    allowed: 'weights of reserve, browse and cancel, such as reserve=90,browse=8,cancel=2',
    parse: mix,
  }),
  field({
    key: 'arrivals',
    name: 'arrivals',
    description: 'constant, poisson, or onsale[:SHARE] (a burst of SHARE of all, then a floor)',
    allowed: 'constant, poisson, or onsale[:SHARE] with a share from 0 to 1',
    parse: arrivals,
  }),
  field({
    key: 'popularity',
    name: 'popularity',
    description:
      'how requests spread over events: uniform, zipf:S, or in-turn (each client asks for one event after the other)',
    allowed: `uniform, in-turn, or zipf:S with S from 0 to ${MAX_ZIPF}`,
    parse: popularity,
  }),
  field({
    key: 'threads',
    name: 'threads',
    description: 'worker threads that sell',
    ...wholeNumber(1, MAX_THREADS),
  }),
  field({
    key: 'seed',
    name: 'seed',
    description: 'the same seed and scenario give the same requests',
    allowed: `a text of 1 to ${MAX_SEED_LENGTH} characters`,
    parse: (text) => (text.length >= 1 && text.length <= MAX_SEED_LENGTH ? text : undefined),
  }),
  field({
    key: 'workInsideNs',
    name: 'workInside',
    description: 'simulated work between reading and writing the stock, e.g. 20us',
    allowed: 'a time from 0 to 1s, such as 20us',
    parse: (text) => duration(text, 0, MAX_WORK_NS),
  }),
  field({
    key: 'workOutsideNs',
    name: 'workOutside',
    description: 'simulated work of each request outside of that, e.g. 20us',
    allowed: 'a time from 0 to 1s, such as 20us',
    parse: (text) => duration(text, 0, MAX_WORK_NS),
  }),
  field({
    key: 'kernel',
    name: 'kernel',
    description: 'what executes operations on shared words: js (calls), or wasm (instructions)',
    allowed: KERNELS.join(' or '),
    parse: (text) => KERNELS.find((kernel) => kernel === text),
  }),
];

/** The field's flag, without the dashes. */
export function flagOf({ name }: Pick<Field, 'name'>): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function wholeNumber(min: number, max: number) {
  return {
    allowed: `a whole number from ${min} to ${numberText(max)}`,
    parse: (text: string): number | undefined => whole(text, min, max),
  };
}

function whole(text: string, min: number, max: number): number | undefined {
  const value = parseNumber(text) ?? Number.NaN;
  return Number.isInteger(value) && value >= min && value <= max ? value : undefined;
}

function positive(text: string): number | undefined {
  const value = parseNumber(text) ?? Number.NaN;
  return value > 0 && Number.isFinite(value) ? value : undefined;
}

function duration(text: string, minNs: number, maxNs: number): number | undefined {
  const valueNs = parseDurationNs(text) ?? Number.NaN;
  return valueNs >= minNs && valueNs <= maxNs ? valueNs : undefined;
}

function quantity(text: string): ReadonlyMap<number, number> | undefined {
  const [, first, last] = /^(\d+)(?:\.\.(\d+))?$/.exec(text) ?? [];
  if (first !== undefined) {
    const from = whole(first, 1, MAX_QUANTITY);
    const to = whole(last ?? first, 1, MAX_QUANTITY);
    if (from === undefined || to === undefined || from > to) return undefined;
    return new Map(Array.from({ length: to - from + 1 }, (_, i) => [from + i, 1]));
  }
  const weights = pairs(text, ':');
  const entries = weights?.map(
    ([value, weight]) => [whole(value, 1, MAX_QUANTITY), weight] as const,
  );
  if (!entries || !usable(entries.map(([, weight]) => weight))) return undefined;
  const map = new Map<number, number>();
  for (const [value, weight] of entries) {
    if (value === undefined || map.has(value)) return undefined;
    map.set(value, weight);
  }
  return map;
}

function mix(text: string): Readonly<Record<KindName, number>> | undefined {
  const weights = pairs(text, '=');
  if (!weights || !usable(weights.map(([, weight]) => weight))) return undefined;
  const result = { reserve: 0, cancel: 0, browse: 0 };
  const seen = new Set<string>();
  for (const [kind, weight] of weights) {
    if (!Object.hasOwn(KIND, kind) || seen.has(kind)) return undefined;
    seen.add(kind);
    result[kind as KindName] = weight;
  }
  return result;
}

function arrivals(text: string): ArrivalShape | undefined {
  if (text === 'constant' || text === 'poisson') return { kind: text };
  if (text === 'onsale') return { kind: 'onsale', share: DEFAULT_BURST_SHARE };
  const [, share] = /^onsale:(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  return share !== undefined && Number(share) <= 1
    ? { kind: 'onsale', share: Number(share) }
    : undefined;
}

/** Four in five come with the opening rush. */
const DEFAULT_BURST_SHARE = 0.8;

function popularity(text: string): Popularity | undefined {
  if (text === 'in-turn') return text;
  if (text === 'uniform') return 0;
  const [, exponent] = /^zipf:(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  return exponent !== undefined && Number(exponent) <= MAX_ZIPF ? Number(exponent) : undefined;
}

/** Pairs of a name and a weight, separated by commas. */
function pairs(text: string, separator: string): [string, number][] | undefined {
  const result: [string, number][] = [];
  for (const part of text.split(',')) {
    const [name, weight, ...rest] = part.split(separator);
    if (name === undefined || weight === undefined || rest.length > 0) return undefined;
    const value = parseNumber(weight);
    if (value === undefined) return undefined;
    result.push([name, value]);
  }
  return result;
}

function usable(weights: readonly number[]): boolean {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return sum > 0 && Number.isFinite(sum);
}

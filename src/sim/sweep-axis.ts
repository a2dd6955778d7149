// Which field of a scenario a sweep goes over, and what it sells where nothing is said.
import { InputError } from '../base/errors.ts';
import { FIELDS, type Field, flagOf } from './fields.ts';
import { layerOf, merge, textsOf } from './layers.ts';
import { resolveScenario, type Scenario, type ScenarioRequest } from './scenario.ts';

/** The field that takes several values. */
export interface Axis {
  readonly name: string;
  /** Its flag, without dashes. */
  readonly flag: string;
  /** From small to large, as they were given. */
  readonly values: readonly AxisValue[];
}

export interface AxisValue {
  readonly value: string;
  /** The value as a number, times in nanoseconds; null for a word, such as a rate of "max". */
  readonly x: number | null;
}

type ToNumber = (scenario: Scenario) => number | null;

/** Fields that can take several values, and what a scenario says of each. */
const AXES: ReadonlyMap<string, ToNumber> = new Map<string, ToNumber>([
  ['threads', ({ threads }) => threads],
  ['rate', ({ ratePerSecond }) => numberOf(ratePerSecond)],
  ['clients', ({ clients }) => clients],
  ['tickets', ({ ticketsPerEvent }) => ticketsPerEvent],
  ['events', ({ events }) => events],
  ['popularity', ({ stream: { demand } }) => numberOf(demand.popularity)],
  ['workInside', ({ workInsideNs }) => workInsideNs],
  ['workOutside', ({ workOutsideNs }) => workOutsideNs],
]);

/** A comma is part of a single value of these. */
const WITH_COMMAS = ['quantity', 'mix', 'seed'];

/** A value that is a word has no place on an axis of numbers. */
function numberOf(value: number | string | null): number | null {
  return typeof value === 'number' ? value : null;
}

/** Flags that can take several values. */
export const SWEEPABLE: readonly string[] = [...AXES.keys()].map((name) => flagOf({ name }));
const CHOICE: string = SWEEPABLE.map((flag) => `--${flag}`).join(', ');

/**
 * What is sold where neither a scenario nor a field says otherwise: as fast as possible, and enough for
 * everybody, so that each request costs the same and a curve shows the strategy and not the moment at
 * which the tickets ran out. Work within and around the sale is what a lock can and cannot hold up.
 */
const AS_FAST_AS_POSSIBLE: Readonly<Record<string, string>> = {
  rate: 'max',
  requests: '100000',
  tickets: '1000000',
  workInside: '1us',
  workOutside: '2us',
};

/** The same at a rate: seconds, not requests, so that fast rates have time to build up a queue. */
const AT_A_RATE: Readonly<Record<string, string>> = {
  ...without(AS_FAST_AS_POSSIBLE, ['rate', 'requests']),
  duration: '2s',
};

/** The same in a closed loop, in which clients are the load. */
const IN_A_LOOP: Readonly<Record<string, string>> = without(AS_FAST_AS_POSSIBLE, ['rate']);

/** Over all of these where a store sells: seconds, not requests, of which it serves a hundredth of what memory does. */
export const FROM_STORES: Readonly<Record<string, string>> = { duration: '2s' };

/** The same from a service: as many tickets of each event as `sim serve` allows, and enough for everybody over HTTP. */
export const FROM_A_SERVICE: Readonly<Record<string, string>> = {
  ...FROM_STORES,
  tickets: '100000',
};

/** What a sweep over this field sells by default. */
function defaultsOf(name: string): Readonly<Record<string, string>> {
  if (name === 'rate') return AT_A_RATE;
  return name === 'clients' ? IN_A_LOOP : AS_FAST_AS_POSSIBLE;
}

/** The scenario at one value of the axis. */
export function scenarioAt(
  request: ScenarioRequest,
  name: string,
  value: string,
  seed?: string,
): Scenario {
  const seeded = seed === undefined ? {} : { seed };
  return resolveScenario({
    ...request,
    byDefault: textsOf(merge(layerOf(defaultsOf(name)), layerOf(request.byDefault ?? {}))),
    fields: { ...request.fields, ...seeded, [name]: value },
  });
}

/**
 * Finds the one field to which several values are given, and puts them in order.
 * @throws InputError if there is no such field or more than one, or a value is wrong or given twice
 */
export function axisOf(request: ScenarioRequest): Axis {
  const listed = FIELDS.filter(({ name }) => {
    return !WITH_COMMAS.includes(name) && request.fields?.[name]?.includes(',');
  });
  const [field, another] = listed;
  if (!field) throw new InputError(nothingListed(request));
  const stranger = listed.find(({ name }) => !AXES.has(name));
  if (stranger) {
    throw new InputError(
      `--${flagOf(stranger)} takes one value; several can be given to one of ${CHOICE}`,
    );
  }
  if (another) {
    throw new InputError(
      `a sweep goes over one field; --${flagOf(field)} and --${flagOf(another)} both have several values`,
    );
  }
  return { name: field.name, flag: flagOf(field), values: valuesOf(request, field) };
}

function nothingListed({ fields = {} }: ScenarioRequest): string {
  const single = [...AXES.keys()].find((name) => fields[name] !== undefined);
  const got = single === undefined ? '' : `; got --${flagOf({ name: single })} ${fields[single]}`;
  const commas = WITH_COMMAS.find((name) => fields[name]?.includes(','));
  const why = commas === undefined ? '' : ` (commas in --${commas} are part of its one value)`;
  return `a sweep needs several values for one of ${CHOICE}, such as --threads 1,2,4,8${got}${why}`;
}

function valuesOf(request: ScenarioRequest, field: Field): AxisValue[] {
  const given = request.fields?.[field.name] ?? '';
  const toNumber = AXES.get(field.name) as ToNumber;
  const values = given.split(',').map((each): AxisValue => {
    const value = each.trim();
    return { value, x: toNumber(scenarioAt(request, field.name, value)) };
  });
  values.forEach(({ value, x }, index) => {
    if (values.findIndex((other) => other.x === x) === index) return;
    throw new InputError(`--${flagOf(field)} names ${value} twice; name it once`);
  });
  return values.toSorted((a, b) => order(a) - order(b));
}

/** As fast as possible is more than any rate. */
function order({ x }: AxisValue): number {
  return x ?? Number.MAX_VALUE;
}

function without(
  fields: Readonly<Record<string, string>>,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

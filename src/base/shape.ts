// What values from outside must look like, written down once as data that checks them. The types make
// sure that nothing is forgotten: an object's shape has to name every field of its type.
import { shown } from './errors.ts';

/**
 * Tells what is wrong with a value, beginning with where it stands (`audit.oversold must be ...`);
 * undefined if nothing is.
 */
export type Check = (value: unknown, path: string) => string | undefined;

/** The check of one type. */
export interface Shape<T> extends Check {
  /** Never there: it ties the shape to exactly one type, neither a wider nor a narrower one. */
  readonly of?: (value: T) => T;
}

export const text: Shape<string> = kindOf('a text', (value) => typeof value === 'string');
export const flag: Shape<boolean> = kindOf('true or false', (value) => typeof value === 'boolean');
/** A number that is one: JSON can write some that are read as infinite. */
export const number: Shape<number> = kindOf('a finite number', (value) => Number.isFinite(value));

/** One of these words, which are the keys of a record so that none can be forgotten. */
export function oneOf<Word extends string>(words: Readonly<Record<Word, unknown>>): Shape<Word> {
  const allowed = Object.keys(words);
  return kindOf(
    `one of ${allowed.join(', ')}`,
    (value) => typeof value === 'string' && Object.hasOwn(words, value),
  );
}

/** This very value. */
export function exactly<T extends string | number>(wanted: T): Shape<T> {
  return kindOf(shown(wanted), (value) => value === wanted);
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, path) => (value === null ? undefined : shape(value, path));
}

/** What may be left out. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, path) => (value === undefined ? undefined : shape(value, path));
}

/** Either; the fault told is that of the second. */
export function either<T, U>(one: Shape<T>, other: Shape<U>): Shape<T | U> {
  return (value, path) => (one(value, path) === undefined ? undefined : other(value, path));
}

export function listOf<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) return `${path} must be a list; got ${shown(value)}`;
    return firstFault(value.map((each, index) => [shape, each, `${path}[${index}]`]));
  };
}

/** An object with any keys, each value of this shape. */
export function recordOf<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, path) => {
    if (!isObject(value)) return `${path} must be an object; got ${shown(value)}`;
    return firstFault(Object.entries(value).map(([key, each]) => [shape, each, `${path}.${key}`]));
  };
}

/** An object with these fields; others are let pass, since new ones may come at any time. */
export function object<T extends object>(
  fields: {
    readonly [Key in keyof T]-?: Shape<T[Key]>;
  },
): Shape<T> {
  const checks = Object.entries<Check>(fields);
  return (value, path) => {
    if (!isObject(value)) return `${path || 'it'} must be an object; got ${shown(value)}`;
    const prefix = path === '' ? '' : `${path}.`;
    return firstFault(checks.map(([key, check]) => [check, value[key], `${prefix}${key}`]));
  };
}

/** Whether a value is an object with keys of its own, no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstFault(parts: [check: Check, value: unknown, path: string][]): string | undefined {
  for (const [check, value, path] of parts) {
    const fault = check(value, path);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function kindOf<T>(what: string, isSo: (value: unknown) => boolean): Shape<T> {
  return (value, path) =>
    isSo(value) ? undefined : `${path} must be ${what}; got ${shown(value)}`;
}

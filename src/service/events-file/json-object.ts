// Objects of a JSON file, field by field, each with its place in the text.
import type { Node } from 'jsonc-parser';
import { shown } from '../../base/errors.ts';
import { nearest } from '../../base/nearest.ts';
import type { FaultList } from './faults.ts';

/** One value of a file, and how messages call it: `events[3].price`. */
export interface Place {
  readonly node: Node;
  readonly path: string;
}

/** The elements of a list; tells when it is none. */
export function elementsOf({ node, path }: Place, faults: FaultList): Place[] {
  if (node.type !== 'array') {
    faults.add(node.offset, `${path} must be a list; got ${describe(node)}`);
    return [];
  }
  return (node.children ?? []).map((each, at) => ({ node: each, path: `${path}[${at}]` }));
}

/** The fields of an object, by the names that they go by here. */
export class JsonObject {
  readonly place: Place;
  readonly #fields = new Map<string, Place>();
  readonly #faults: FaultList;

  /**
   * Tells of fields that there are none of, and of those that are given twice.
   * @param names what each field may be called; whatever the case, and with or without `_` and `-`
   */
  constructor(place: Place, names: Readonly<Record<string, readonly string[]>>, faults: FaultList) {
    this.place = place;
    this.#faults = faults;
    const prefix = place.path === '' ? '' : `${place.path}.`;
    for (const { children } of place.node.children ?? []) {
      const [key, value] = children ?? [];
      if (key && value) this.#take(names, key, { node: value, path: `${prefix}${key.value}` });
    }
  }

  #take(names: Readonly<Record<string, readonly string[]>>, key: Node, place: Place): void {
    const written = String(key.value);
    const spelled = written.toLowerCase().replaceAll(/[_-]/g, '');
    const field = Object.keys(names).find((each) => names[each]?.includes(spelled));
    if (field === undefined) {
      const hint = nearest(written, Object.keys(names));
      this.#faults.add(
        key.offset,
        `${shortPath(place.path)} is no field; there are ${Object.keys(names).join(', ')}${hint}`,
      );
    } else if (this.#fields.has(field)) {
      this.#faults.add(key.offset, `${place.path} gives the ${field} twice`);
    } else {
      this.#fields.set(field, place);
    }
  }

  get(field: string): Place | undefined {
    return this.#fields.get(field);
  }

  /** A field that `isSo`; undefined, and told, when it is something else. Undefined also when there is none. */
  read<T>(field: string, what: string, isSo: (value: unknown) => value is T): T | undefined {
    const place = this.#fields.get(field);
    if (!place) return undefined;
    const value: unknown = place.node.value;
    if (isSo(value)) return value;
    this.wrong(field, `must be ${what}; got ${describe(place.node)}`);
    return undefined;
  }

  /** As {@link read}, and told also when there is none. */
  require<T>(field: string, what: string, isSo: (value: unknown) => value is T): T | undefined {
    if (!this.#fields.has(field)) {
      const { node, path } = this.place;
      this.#faults.add(node.offset, `${path} has no ${field}, which must be ${what}`);
    }
    return this.read(field, what, isSo);
  }

  /** Tells what is wrong with a field, or with the whole if it is not there. */
  wrong(field: string, what: string): void {
    const { node, path } = this.#fields.get(field) ?? this.place;
    this.#faults.add(node.offset, `${path} ${what}`);
  }
}

/** An object at this place; undefined, and told, when it is something else. */
export function objectAt(
  place: Place,
  names: Readonly<Record<string, readonly string[]>>,
  faults: FaultList,
): JsonObject | undefined {
  const { node, path } = place;
  if (node.type === 'object') return new JsonObject(place, names, faults);
  faults.add(node.offset, `${path} must be an object; got ${describe(node)}`);
  return undefined;
}

/** A value as messages show it. */
function describe({ type, value }: Node): string {
  if (type === 'object') return 'an object';
  if (type === 'array') return 'a list';
  return shown(value).replaceAll(/\p{Cc}/gu, '?');
}

/** Names come from elsewhere, and may be long and paint terminals. */
function shortPath(path: string): string {
  const clean = path.replaceAll(/\p{Cc}/gu, '?');
  return clean.length > 60 ? `${clean.slice(0, 60)}...` : clean;
}

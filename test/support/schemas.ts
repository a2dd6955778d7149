import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

export type Json = Record<string, unknown>;

// From dist/test/support/ up to the package.
const PACKAGE_URL = new URL('../../../', import.meta.url);

function readJson(path: string): Json {
  return JSON.parse(readFileSync(new URL(path, PACKAGE_URL), 'utf8')) as Json;
}

/** A schema of the package, and a check against it that allows no more than it says. */
export interface OpenedSchema {
  readonly schema: Json;
  readonly validate: ValidateFunction;
}

export function openSchema(name: string): OpenedSchema {
  const schema = readJson(`schema/${name}.schema.json`);
  // Strict: a keyword that the schema misspells is an error. A type beside it is no news to a $ref.
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  return { schema, validate: ajv.compile(closed(schema) as Json) };
}

/** The schema with no room for more: new fields may come one day, but not unseen. */
function closed(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(closed);
  if (typeof part !== 'object' || part === null) return part;
  const entries = Object.entries(part).map(([key, value]) => [key, closed(value)]);
  const copy = Object.fromEntries(entries) as Json;
  return 'properties' in part ? { ...copy, additionalProperties: false } : copy;
}

/**
 * The fields of a schema that nothing says the meaning of.
 * @param refsDescribe whether what a field refers to may say it
 */
export function undescribedFields(schema: Json, refsDescribe: boolean): string[] {
  const undescribed: string[] = [];
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    const { properties = {} } = node as { properties?: Record<string, Json> };
    for (const [name, property] of Object.entries(properties)) {
      const described = 'description' in property || (refsDescribe && '$ref' in property);
      if (!described) undescribed.push(`${path}/${name}`);
    }
    for (const [key, child] of Object.entries(node)) visit(child, `${path}/${key}`);
  };
  visit(schema, '');
  return undescribed;
}

/** Where the package's export of a schema leads. */
export function exportedSchema(name: string): string | undefined {
  const { exports } = readJson('package.json') as { exports: Record<string, string> };
  return exports[`./schema/${name}.json`];
}

// Where the fields of a scenario come from: defaults, presets, files and flags are layers of texts,
// laid over each other and parsed once.
import { existsSync } from 'node:fs';
import { InputError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { FIELDS, type Field, type FieldValues, flagOf } from './fields.ts';
import { PRESETS, presetNamed } from './presets.ts';
import { readScenarioFile } from './scenario-file.ts';

/** One field as somebody gave it. */
export interface Given {
  readonly text: string;
  /** How to name the field in a message: a flag, or a file with its line. */
  readonly label: string;
}
/** Fields by name. */
export type Layer = Map<string, Given>;

/** The parsed fields of a layer. */
export type Values = Partial<FieldValues>;

export function baseLayer(scenario: string | undefined): Layer {
  if (scenario === undefined) return new Map();
  const preset = presetNamed(scenario);
  if (preset) return layerOf(preset.fields);
  if (existsSync(scenario)) return fileLayer(scenario);
  const names = PRESETS.map(({ name }) => name);
  throw new InputError(
    `--scenario must be a file or one of ${names.join(', ')}; got "${scenario}"${nearest(scenario, names)}`,
  );
}

function fileLayer(path: string): Layer {
  const names = FIELDS.map(({ name }) => name);
  const layer: Layer = new Map();
  let base: Layer = new Map();
  for (const [name, { text, line }] of readScenarioFile(path)) {
    if (name === 'preset') {
      const preset = presetNamed(text);
      const presets = PRESETS.map((each) => each.name);
      if (!preset) {
        throw new InputError(
          `${path}:${line}: "preset" must be one of ${presets.join(', ')}; got "${text}"${nearest(text, presets)}`,
        );
      }
      base = layerOf(preset.fields);
    } else if (names.includes(name)) {
      layer.set(name, { text, label: `${path}:${line}: "${name}"` });
    } else {
      throw new InputError(
        `${path}:${line}: there is no field "${name}"${nearest(name, ['preset', ...names])}`,
      );
    }
  }
  refuseConflicts(layer);
  const merged = merge(base, layer);
  const arrivals = layer.get('arrivals');
  if (arrivals) requireRate(arrivals, merged);
  return merged;
}

export function layerOf(fields: Readonly<Record<string, string>>): Layer {
  return new Map(Object.entries(fields).map(([name, text]) => [name, { text, label: name }]));
}

export function flagLayer(fields: Readonly<Record<string, string>>): Layer {
  const layer: Layer = new Map();
  for (const field of FIELDS) {
    const text = fields[field.name];
    if (text !== undefined) layer.set(field.name, { text, label: `--${flagOf(field)}` });
  }
  return layer;
}

/** What `over` says wins; a duration takes the place of a number of requests, and the reverse. */
export function merge(under: Layer, over: Layer): Layer {
  const merged = new Map([...under, ...over]);
  if (over.has('duration') && !over.has('requests')) merged.delete('requests');
  if (over.has('requests') && !over.has('duration')) merged.delete('duration');
  return merged;
}

export function refuseConflicts(layer: Layer): void {
  const duration = layer.get('duration');
  const requests = layer.get('requests');
  if (duration && requests) {
    throw new InputError(`${duration.label} and ${requests.label} exclude each other; give one`);
  }
}

/** @throws InputError when arrivals are given without a rate to arrive at */
export function requireRate({ label }: Given, layer: Layer): void {
  const rate = layer.get('rate')?.text ?? 'max';
  if (rate === 'max') throw new InputError(`${label} needs a rate in requests per second`);
}

export function parseLayer(layer: Layer): Values {
  const values: Record<string, unknown> = {};
  for (const field of FIELDS) {
    const given = layer.get(field.name);
    if (given) values[field.key] = parseField(field, given);
  }
  return values;
}

function parseField(field: Field, { text, label }: Given): unknown {
  const value = field.parse(text);
  if (value === undefined) throw new InputError(`${label} must be ${field.allowed}; got "${text}"`);
  return value;
}

/** The fields as they were given. */
export function textsOf(layer: Layer): Record<string, string> {
  return Object.fromEntries([...layer].map(([name, { text }]) => [name, text]));
}

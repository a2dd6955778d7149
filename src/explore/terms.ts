import { InputError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import type { SaleOperation, SmallSale } from './small-sale.ts';

/** Numbers of a small sale, as flags give them. */
export interface SaleTerms {
  readonly clients: number;
  readonly events: number;
  readonly tickets: number;
  /** What the clients ask for, in turn. */
  readonly quantity: readonly number[];
  /** How many times each client reserves. */
  readonly operations: number;
  /** How many clients give back what they were granted first. */
  readonly cancels: number;
  /** How many clients look at the end what is left. */
  readonly browses: number;
}

interface TermField {
  readonly name: keyof SaleTerms;
  readonly description: string;
  readonly min: number;
  readonly max: number;
}

const LARGE = 1_000_000;

export const SALE_FIELDS: readonly TermField[] = [
  { name: 'clients', description: 'who act at the same time', min: 1, max: 8 },
  { name: 'tickets', description: 'tickets of each event', min: 0, max: LARGE },
  {
    name: 'quantity',
    description: 'how many each client asks for, in turn, such as 2,3',
    min: 1,
    max: LARGE,
  },
  { name: 'operations', description: 'how many times each client reserves', min: 1, max: 8 },
  {
    name: 'cancels',
    description: 'how many clients then give back what they were granted first',
    min: 0,
    max: 8,
  },
  { name: 'browses', description: 'how many clients then ask what is left', min: 0, max: 8 },
  { name: 'events', description: 'events; clients ask for them in turn', min: 1, max: 8 },
];

/** What holds where nothing else is said. */
export const SALE_DEFAULTS: Readonly<Record<keyof SaleTerms, string>> = {
  clients: '2',
  tickets: '1',
  quantity: '1',
  operations: '1',
  cancels: '0',
  browses: '0',
  events: '1',
};

export interface SalePreset {
  readonly name: string;
  readonly sentence: string;
  readonly fields: Readonly<Partial<Record<keyof SaleTerms, string>>>;
}

export const SALE_PRESETS: readonly SalePreset[] = [
  {
    name: 'lost-update',
    sentence: 'A books 2 and B books 3, of 4: one of them has to be refused.',
    fields: { clients: '2', tickets: '4', quantity: '2,3' },
  },
  {
    name: 'last-ticket',
    sentence: 'Three want the last ticket.',
    fields: { clients: '3', tickets: '1' },
  },
  {
    name: 'give-back',
    sentence: 'Two want the last ticket, and one of them gives it back.',
    fields: { clients: '2', tickets: '1', cancels: '1', operations: '2' },
  },
  {
    name: 'dip',
    sentence: 'Two want 2 of 3 tickets, and a third wants the one that is left.',
    fields: { clients: '3', tickets: '3', quantity: '2,2,1' },
  },
];

/**
 * The small sale that a preset and flags describe.
 * @throws InputError when a value is not allowed
 */
export function resolveSale(
  preset: string | undefined,
  given: Readonly<Partial<Record<string, string>>>,
): SaleTerms {
  const fields = { ...SALE_DEFAULTS, ...presetFields(preset), ...given };
  const numbers = (name: keyof SaleTerms): number[] => {
    const field = SALE_FIELDS.find((each) => each.name === name) as TermField;
    return parseNumbers(field, fields[name]);
  };
  const number = (name: keyof SaleTerms): number => {
    const [value, ...others] = numbers(name);
    if (value !== undefined && others.length === 0) return value;
    throw new InputError(`--${name} must be one number; got "${fields[name]}"`);
  };
  const terms: SaleTerms = {
    clients: number('clients'),
    events: number('events'),
    tickets: number('tickets'),
    quantity: numbers('quantity'),
    operations: number('operations'),
    cancels: number('cancels'),
    browses: number('browses'),
  };
  const asked = terms.quantity.length;
  if (asked > terms.clients) {
    throw new InputError(
      `--quantity must be at most one number for each client; got ${asked} for ${terms.clients}`,
    );
  }
  for (const name of ['cancels', 'browses'] as const) {
    if (terms[name] > terms.clients) {
      throw new InputError(
        `--${name} must be at most the number of clients, ${terms.clients}; got ${terms[name]}`,
      );
    }
  }
  return terms;
}

function presetFields(name: string | undefined): SalePreset['fields'] {
  if (name === undefined) return {};
  const preset = SALE_PRESETS.find((each) => each.name === name);
  if (preset) return preset.fields;
  const names = SALE_PRESETS.map((each) => each.name);
  throw new InputError(
    `--scenario must be one of ${names.join(', ')}; got "${name}"${nearest(name, names)}`,
  );
}

function parseNumbers({ name, min, max }: TermField, text: string): number[] {
  const list = name === 'quantity';
  const values = text
    .split(',')
    .map((part) => (/^\d{1,9}$/.test(part) ? Number(part) : Number.NaN));
  if (values.every((value) => value >= min && value <= max)) return values;
  const what = list ? 'whole numbers' : 'a whole number';
  throw new InputError(`--${name} must be ${what} from ${min} to ${max}; got "${text}"`);
}

/** What each client does. */
export function smallSale(terms: SaleTerms): SmallSale {
  const { clients, events, tickets, quantity, operations, cancels, browses } = terms;
  return {
    events,
    tickets,
    clients: Array.from({ length: clients }, (_, client) => {
      const list: SaleOperation[] = Array.from({ length: operations }, (_none, turn) => ({
        kind: 'reserve',
        event: (client + turn) % events,
        quantity: quantity[client % quantity.length] as number,
      }));
      if (client < cancels) list.push({ kind: 'cancel', of: 0 });
      if (client >= clients - browses) list.push({ kind: 'browse', event: client % events });
      return list;
    }),
  };
}

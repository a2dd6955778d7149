// A saved stream:
//
//   bytes 0-7     "ONSALETR"
//   bytes 8-11    format version (1), little-endian
//   bytes 12-15   bytes of the header (2048), little-endian
//   bytes 16-47   SHA-256 of the header
//   bytes 48-2095 header: JSON in UTF-8, padded with spaces: how many requests, their digest, and what
//                 they ask of the sale
//   then          `requests` records of 16 bytes, as in request.ts
//
// The header has a fixed size because it is written last, when the digest is known.
import { InputError } from '../base/errors.ts';
import { SealedHeader } from '../base/sealed-header.ts';
import type { Produced } from './produce.ts';
import { MAX_CLIENTS, MAX_EVENTS, MAX_QUANTITY, MAX_REQUESTS } from './request.ts';

/** With room for a seed of 200 characters, six bytes each when escaped, and all the rest. */
const HEADER = new SealedHeader({ magic: 'ONSALETR', version: 1, bytes: 2048, noun: 'trace' });

/** Where the records begin. */
export const RECORDS_AT: number = HEADER.end;

/** What a trace asks of the sale it is replayed on. */
export interface TraceTerms {
  readonly clients: number;
  readonly events: number;
  readonly seed: string;
  /** Requests per second, "max", or null for the closed model. */
  readonly ratePerSecond: number | 'max' | null;
  /** How long its schedule is; 0 without a rate. */
  readonly durationNs: number;
  readonly cancels: boolean;
  readonly maxQuantity: number;
}

export interface TraceHeader extends Produced, TraceTerms {}

/** All that comes before the records. */
export function encodeHeader(header: TraceHeader): Buffer {
  return HEADER.encode(header);
}

/**
 * Reads the first {@link RECORDS_AT} bytes of a trace, or all it has.
 * @throws InputError naming `path` when they are not the beginning of a trace, or damaged
 */
export function decodeHeader(bytes: Buffer, path: string): TraceHeader {
  return checkedHeader(HEADER.decode(bytes, path), path);
}

/** A header that was written whole may still come from a program that writes other things into it. */
function checkedHeader(value: unknown, path: string): TraceHeader {
  const header = (typeof value === 'object' && value !== null ? value : {}) as Partial<TraceHeader>;
  const { ratePerSecond: rate, durationNs } = header;
  const valid =
    within(header.requests, 0, MAX_REQUESTS) &&
    typeof header.digest === 'string' &&
    within(header.clients, 1, MAX_CLIENTS) &&
    within(header.events, 1, MAX_EVENTS) &&
    within(header.maxQuantity, 1, MAX_QUANTITY) &&
    typeof header.seed === 'string' &&
    (rate === null || rate === 'max' || (typeof rate === 'number' && rate > 0)) &&
    typeof durationNs === 'number' &&
    durationNs >= 0 &&
    typeof header.cancels === 'boolean';
  if (!valid) throw new InputError(`${path} is damaged: its header makes no sense`);
  return header as TraceHeader;
}

function within(value: number | undefined, min: number, max: number): boolean {
  return value !== undefined && Number.isInteger(value) && value >= min && value <= max;
}

import type { Page } from '../service/records/records.ts';
import { Refusal } from '../service/refusals.ts';
import type { PageQuery } from './schemas.ts';

/** How many of a list are given at a time. */
const USUAL = 100;
const MOST = 1000;

/** A whole number of a query, which its schema lets through as digits only. */
export function numberIn(name: string, digits: string | number, min: number, max: number): number {
  const value = Number(digits);
  if (value >= min && value <= max) return value;
  throw new Refusal('bad-request', `${name} must be from ${min} to ${max}; got ${value}`);
}

export function pageOf({ limit, after }: PageQuery): Page {
  return { limit: limit === undefined ? USUAL : numberIn('limit', limit, 1, MOST), after };
}

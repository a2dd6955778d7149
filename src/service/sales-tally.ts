import type { RefusalCode } from './refusals.ts';

/** Hears of what is sold, and what is not, as it happens. */
export interface SalesTally {
  reservation(outcome: 'reserved' | RefusalCode): void;
  sold(tickets: number): void;
}

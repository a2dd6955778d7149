import { workerData } from 'piscina';
import { PeerSale, type SaleMemory } from './peer-sale.ts';

/** One request. */
export interface PiscinaTask {
  readonly event: number;
  readonly quantity: number;
}

const sale = new PeerSale(workerData as SaleMemory);

export default function reserve({ event, quantity }: PiscinaTask): number {
  return sale.reserve(event, quantity);
}

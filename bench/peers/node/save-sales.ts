import { writeFileSync } from 'node:fs';
import { encodeSales } from '../../peer-sales.ts';
import type { PeerSale } from './peer-sale.ts';

/**
 * Writes what was sold, for the audit; how many requests were granted. No request was timed: each was served some time
 * between the opening and the end.
 */
export function saveSales(
  path: string,
  sale: PeerSale,
  requests: number,
  durationNs: number,
): number {
  const { answers } = sale;
  const granted: number[] = [];
  for (let place = 0; place < requests; place++) {
    if ((answers[place] as number) >= 0) granted.push(place);
  }
  const grants = granted.map((place) => {
    const { event, client, quantity } = sale.request(place);
    const ticket = answers[place] as number;
    return { event, client, ticket, quantity, intendedNs: 0, startNs: 0, endNs: durationNs };
  });
  writeFileSync(path, encodeSales({ grants, suspects: [] }));
  return granted.length;
}

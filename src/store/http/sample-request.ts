import type { StorePlace, Target } from '../stored.ts';
import type { HttpRequest } from './adapter.ts';
import { loadAdapter } from './load-adapter.ts';
import { readSaleFile } from './sale-file.ts';

/** A request as the sale will make them, for a server that does not mind. */
export async function sampleRequest({ adapter }: Target, place: StorePlace): Promise<HttpRequest> {
  const { reserve } = await loadAdapter(adapter);
  const sale = await readSaleFile(place);
  const event = sale?.events[0] ?? '';
  const key = `${place.name}-sample`;
  return reserve.request({ event, quantity: 1, client: 0, key, session: sale?.session });
}

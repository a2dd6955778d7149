import type { RingReader } from '../generator/ring.ts';
import { reserveLoop, type Seller } from './reserve-loop.ts';
import { isRush, rushLoop } from './rush-loop.ts';

/** Sells to the end of the stream, in the loop that fits. */
export function sellAll(seller: Seller, reader: RingReader): void {
  if (isRush(seller)) rushLoop(seller, reader);
  else reserveLoop(seller, reader);
}

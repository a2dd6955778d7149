import { MemoryRecords } from '../../src/service/records/memory-records.ts';
import type { SharedRecords } from '../../src/service/records/shared-records.ts';
import { type KeptAnswer, type Reservation, takesStock } from '../../src/service/terms.ts';

/** Books in memory that can say what several servers on one database need to know. */
export class SharedMemoryRecords extends MemoryRecords implements SharedRecords {
  readonly #orders = new Map<number, string>();

  override async book(reservation: Reservation, kept?: KeptAnswer): Promise<'booked' | 'no event'> {
    const booked = await super.book(reservation, kept);
    if (booked === 'booked') this.#orders.set(reservation.order, reservation.id);
    return booked;
  }

  async taking(_event: number, orders: readonly number[]): Promise<ReadonlySet<number>> {
    const taking = new Set<number>();
    for (const order of orders) {
      const found = await this.reservation(this.#orders.get(order) ?? '');
      if (found && takesStock(found.state)) taking.add(order);
    }
    return taking;
  }

  async takenOutside(run: string): Promise<ReadonlyMap<number, number>> {
    const taken = new Map<number, number>();
    for (const id of this.#orders.values()) {
      const found = await this.reservation(id);
      if (!found || found.run === run || !takesStock(found.state)) continue;
      const { eventNumber, quantity } = found;
      taken.set(eventNumber, (taken.get(eventNumber) ?? 0) + quantity);
    }
    return taken;
  }
}

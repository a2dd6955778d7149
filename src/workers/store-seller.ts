import type { Clock } from '../base/clock.ts';
import type { HistoryLog } from '../store/history-log.ts';
import type { StoreReserver } from '../store/stored.ts';
import type { Tally } from '../store/tally.ts';
import type { Control } from './control.ts';
import type { OwnClients } from './own-clients.ts';
import type { Model } from './protocol.ts';
import type { Recorder } from './recorder.ts';
import type { RefusalWatch } from './refusal-watch.ts';

/** All that a seller of a store works with. Times are nanoseconds since the opening. */
export interface StoreSeller {
  readonly self: number;
  readonly model: Model;
  readonly ticketsPerEvent: number;
  readonly workOutsideNs: number;
  readonly reserver: StoreReserver;
  readonly recorder: Recorder;
  /** Where every request is written down, if it is. */
  readonly history: HistoryLog | undefined;
  readonly watch: RefusalWatch;
  readonly tally: Tally;
  readonly clients: OwnClients;
  readonly clock: Clock;
  readonly control: Control;
  /** Orders whose end nobody knows, by their places in the stream. */
  readonly doubts: Doubt[];
}

/** A request that was sent, and never answered in a way that could be believed. */
export interface Doubt {
  readonly kind: 'reserve' | 'cancel';
  readonly place: number;
  readonly event: number;
  readonly quantity: number;
  readonly client: number;
  readonly intendedNs: number;
  readonly startNs: number;
}

import type { ServerKind } from '../store/stored.ts';

/** A server that the lab started for itself. */
export interface PrivateServer {
  readonly kind: ServerKind;
  readonly url: string;
  readonly version: string;
  /** Where its data lie; removed with it. */
  readonly folder: string;
  /** Starts it again, with the data that it has written, once it has ended by itself. */
  restart(): Promise<void>;
  /** Ends it at once, and removes all that it wrote. */
  stop(): Promise<void>;
}

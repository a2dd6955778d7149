import type { ServerKind } from '../store/stored.ts';

/** How people call the servers. */
export const SERVER_NAMES: Readonly<Record<ServerKind, string>> = {
  postgres: 'PostgreSQL',
  redis: 'Redis',
};

/** A server that the lab started for itself. */
export interface PrivateServer {
  readonly kind: ServerKind;
  readonly url: string;
  readonly version: string;
  /** Where its programs come from: a path, or the name of a package. */
  readonly source: string;
  /** Where its data lie; removed with it. */
  readonly folder: string;
  /** Starts it again, with the data that it has written, once it has ended by itself. */
  restart(): Promise<void>;
  /** Ends it at once, and removes all that it wrote. */
  stop(): Promise<void>;
}

import { currentEpoch, systemClock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { ServerKind } from '../store/stored.ts';
import { describeServer, type ServerFacts, tryServer } from './describe.ts';
import { provideServers, type ServerUrls } from './provide.ts';

/** What was found out about one kind of server. */
export interface Diagnosis {
  readonly kind: ServerKind;
  /** `given`: its URL was; `private`: one can be started here; `none`: neither. */
  readonly found: 'given' | 'private' | 'none';
  readonly works: boolean;
  /** What it says of itself; null when it could not be asked. */
  readonly facts: ServerFacts | null;
  /** How long it took to start, in milliseconds; null where nothing was started. */
  readonly startMs: number | null;
  /** Why it does not work, and what to do about it; null when it does. */
  readonly problem: string | null;
}

/** Looks for a server, and tries it. */
export async function diagnose(kind: ServerKind, given: ServerUrls): Promise<Diagnosis> {
  const url = given[kind];
  const clock = systemClock(currentEpoch());
  let found: Diagnosis['found'] = url === undefined ? 'none' : 'given';
  try {
    const provision = await provideServers([kind], given);
    const startMs = url === undefined ? clock.now() / 1e6 : null;
    found = url === undefined ? 'private' : 'given';
    try {
      const at = provision.urls[kind] as string;
      await tryServer(kind, at);
      const facts = await describeServer(kind, at);
      return { kind, found, works: true, facts, startMs, problem: null };
    } finally {
      await provision.stop();
    }
  } catch (error) {
    return { kind, found, works: false, facts: null, startMs: null, problem: messageOf(error) };
  }
}

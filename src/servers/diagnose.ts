import { currentEpoch, systemClock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { ServerKind } from '../store/stored.ts';
import { describeServer, type ServerFacts, tryServer } from './describe.ts';
import { type Places, placesHere } from './find-binary.ts';
import { findServer, installLines, provideServers, remedyFor, type ServerUrls } from './provide.ts';

/** What was found out about one kind of server. */
export interface Diagnosis {
  readonly kind: ServerKind;
  /** `given`: its URL was; `private`: one can be started here; `none`: neither. */
  readonly found: 'given' | 'private' | 'none';
  readonly works: boolean;
  /** Where it is that was given; where the programs come from of one that is started here; null when there is none. */
  readonly source: string | null;
  /** What it says of itself; null when it could not be asked. */
  readonly facts: ServerFacts | null;
  /** How long it took to start, in milliseconds; null where nothing was started. */
  readonly startMs: number | null;
  /** Why it does not work, and what to do about it; null when it does. */
  readonly problem: string | null;
  /** What installs it, any of these lines; empty when there is one. */
  readonly install: readonly string[];
}

/** Looks for a server, and tries it. */
export async function diagnose(
  kind: ServerKind,
  given: ServerUrls,
  places: Places = placesHere(),
): Promise<Diagnosis> {
  const url = given[kind];
  const unknown = { kind, works: false, source: null, facts: null, startMs: null, install: [] };
  if (url === undefined && findServer(kind, places) === undefined) {
    const problem = `none was found here; ${remedyFor(kind)}`;
    return { ...unknown, found: 'none', problem, install: installLines(kind) };
  }
  const found = url === undefined ? 'private' : 'given';
  const source = url === undefined ? null : new URL(url).host;
  const clock = systemClock(currentEpoch());
  try {
    const provision = await provideServers([kind], given, places);
    const startMs = url === undefined ? clock.now() / 1e6 : null;
    try {
      const at = provision.urls[kind] as string;
      if (url === undefined) await tryServer(kind, at);
      const facts = await describeServer(kind, at);
      const from = provision.started[0]?.source ?? source;
      return { ...unknown, found, works: true, source: from, facts, startMs, problem: null };
    } finally {
      await provision.stop();
    }
  } catch (error) {
    return { ...unknown, found, source, problem: messageOf(error) };
  }
}

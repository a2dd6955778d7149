import type { Sample, SessionState } from '../../src/sim/session-state.ts';

/** What the page makes of the server's events. */
export interface Listener {
  /** All that is known is given anew with every look. */
  told(state: SessionState): void;
  /** The connection broke; it is tried again unless it is given up. */
  lost(givenUp: boolean): void;
}

/** A server that has not answered so many times is gone. */
const TRIES_MAX = 10;

/** Follows the server until it says that all is over, or is gone. */
export function follow(listener: Listener): void {
  const source = new EventSource('/events');
  let state: SessionState | undefined;
  let failures = 0;
  const told = (next: SessionState): void => {
    state = next;
    failures = 0;
    // Else the browser would take the end for a broken connection, and come back for ever.
    if (next.end !== null) source.close();
    listener.told(next);
  };
  source.addEventListener('state', ({ data }) => told(JSON.parse(data) as SessionState));
  source.addEventListener('sample', ({ data }) => {
    if (!state?.current) return;
    const samples = [...state.current.samples, JSON.parse(data) as Sample];
    told({ ...state, current: { ...state.current, samples } });
  });
  source.addEventListener('error', () => {
    failures++;
    const givenUp = failures >= TRIES_MAX || source.readyState === EventSource.CLOSED;
    if (givenUp) source.close();
    listener.lost(givenUp);
  });
}

import type { Calendar } from '../../base/clock.ts';
import type { BackOfficeCalls } from '../../service/back-office-calls.ts';
import { Refusal } from '../../service/refusals.ts';
import type { KeptAnswer } from '../../service/terms.ts';
import type { Readiness } from '../edge/health.ts';

/** How often books that could not be written are tried, while nobody else writes. */
const TRY_EVERY_MS = 500;
/** What is written to try: always the same, and no account is called so. */
const TRIAL: Omit<KeptAnswer, 'atMs'> = {
  scope: 'readiness',
  key: 'trial',
  fingerprint: '',
  status: 204,
  body: '',
};

export interface WatchedWrites {
  /** The same calls. */
  readonly backOffice: BackOfficeCalls;
  stop(): void;
}

/**
 * Has a thread unready while the books cannot be written, as a full disk has it. Since a server that is not ready is
 * sent no requests, which could find out that there is room again, it tries by itself.
 */
export function watchWrites(
  calls: BackOfficeCalls,
  readiness: Readiness,
  calendar: Calendar,
): WatchedWrites {
  let timer: NodeJS.Timeout | undefined;
  const heed = (fails: boolean): void => {
    readiness.set('records-cannot-be-written', fails);
    if (fails) timer ??= setInterval(attempt, TRY_EVERY_MS).unref();
    else {
      clearInterval(timer);
      timer = undefined;
    }
  };
  const succeeded = (): void => {
    if (timer !== undefined) heed(false);
  };
  const failed = (error: unknown): void => {
    if (error instanceof Refusal && error.code === 'unavailable') heed(true);
  };
  const watched =
    <Args extends readonly unknown[], Answer>(write: (...args: Args) => Promise<Answer>) =>
    (...args: Args): Promise<Answer> => {
      const written = write(...args);
      // Looked at in passing: whoever writes waits for nothing more.
      written.then(succeeded, failed);
      return written;
    };
  const keep = watched(calls.keep);
  const attempt = (): void => {
    keep({ ...TRIAL, atMs: calendar.nowMs() }).catch(() => {});
  };
  return {
    backOffice: {
      ...calls,
      keep,
      createEvent: watched(calls.createEvent),
      editEvent: watched(calls.editEvent),
      removeEvent: watched(calls.removeEvent),
      book: watched(calls.book),
      settle: watched(calls.settle),
      addAccount: watched(calls.addAccount),
      changeAccount: watched(calls.changeAccount),
    },
    stop: () => clearInterval(timer),
  };
}

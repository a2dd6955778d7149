import type { RunningCrew } from '../workers/pool.ts';
import type { Task } from '../workers/protocol.ts';
import { describeLastFailure } from './closing.ts';

/** After an interruption an audit gets this long. With the second that threads get, it is below two. */
const AUDIT_GRACE_MS = 600;
// `.js`: this URL is used as it is, where imports are rewritten when compiling.
const AUDIT_URL = new URL('./audit-thread.js', import.meta.url);

/** What an audit is told of the end. */
export interface EndingTask {
  /** Whether the sale came to its end. */
  readonly complete: boolean;
  /** Where one more customer is to go, if it did. */
  readonly ended: Task | undefined;
}

export interface AuditFailures {
  /** What went wrong when one more customer came. */
  readonly failures: readonly string[];
}

/**
 * Audits in a thread of the crew, so that this one stays free to hear of an interruption. After one
 * the audit has a moment left; undefined if that was not enough.
 * @param name the audit's, in `audit-thread.ts`
 */
export async function auditIn<Audited extends AuditFailures>(
  crew: RunningCrew,
  signal: AbortSignal | undefined,
  name: string,
  task: EndingTask,
): Promise<Audited | undefined> {
  const limit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const hurry = (): void => {
    timer = setTimeout(() => limit.abort(), AUDIT_GRACE_MS);
  };
  if (signal?.aborted) hurry();
  else signal?.addEventListener('abort', hurry, { once: true });
  const audit = (given: EndingTask): Promise<Audited> =>
    crew.call<Audited>(AUDIT_URL, name, given, limit.signal);
  try {
    return await audit(task).catch(async (error: unknown) => {
      if (!task.ended || limit.signal.aborted) throw error;
      // The strategy ended the thread: what it sold before is audited all the same.
      const audited = await audit({ ...task, complete: false, ended: undefined });
      return { ...audited, failures: [...audited.failures, describeLastFailure(error)] };
    });
  } catch (error) {
    if (limit.signal.aborted) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', hurry);
  }
}

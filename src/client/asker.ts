// Asks until there is an answer that stands, or no time left.
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../base/clock.ts';
import { freshNumber } from '../base/fresh-id.ts';
import type { ClientLog } from './client-log.ts';
import { problemIn, type ServiceProblem, Unreachable } from './problem.ts';
import { type Attempt, decide, retryAfterMs } from './retry.ts';
import { type Answer, type Ask, NoAnswer, type Transport } from './transport.ts';

export interface AskerParts {
  readonly url: string;
  readonly transport: Transport;
  readonly log: ClientLog;
  /** For all attempts of one intention. */
  readonly timeoutMs: number;
}

/** How to wait for an answer. */
export interface Waiting {
  /** Told, in words, when it takes longer than one attempt. */
  readonly note?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An answer that stands. */
export interface Settled extends Answer {
  /** Whether an attempt before it got no answer, and may have been done. */
  readonly afterLoss: boolean;
}

const FRACTION_STEPS = 2 ** 48;

export class Asker {
  readonly #parts: AskerParts;

  constructor(parts: AskerParts) {
    this.#parts = parts;
  }

  /**
   * @throws ServiceProblem when the service says no
   * @throws Unreachable when it says nothing
   */
  async ask(ask: Ask, manner: Waiting): Promise<Settled> {
    const { timeoutMs } = this.#parts;
    const beginMs = monotonicMs();
    let afterLoss = false;
    for (let attempts = 1; ; attempts++) {
      const leftMs = timeoutMs - (monotonicMs() - beginMs);
      const came = await this.#once(ask, leftMs, manner.signal);
      const left = timeoutMs - (monotonicMs() - beginMs);
      const standing = { attempts, leftMs: left };
      const decision = decide(attemptOf(came), standing, freshNumber() / FRACTION_STEPS);
      if (came instanceof NoAnswer && came.sent) afterLoss = true;
      if (decision.kind === 'settled') return this.#settle(ask, came, afterLoss);
      const why = reasonOf(came);
      const inSeconds = secondsText(decision.waitMs);
      this.#parts.log.warn({ path: ask.path, attempt: attempts, why }, `asking again ${inSeconds}`);
      manner.note?.(`${why}; trying again ${inSeconds}`);
      await sleep(decision.waitMs, undefined, manner.signal ? { signal: manner.signal } : {});
    }
  }

  async #once(ask: Ask, leftMs: number, signal?: AbortSignal): Promise<Answer | NoAnswer> {
    const { transport, log } = this.#parts;
    const beginMs = monotonicMs();
    const { method, path } = ask;
    try {
      const answer = await transport.send(ask, leftMs, signal);
      const ms = Math.round(monotonicMs() - beginMs);
      const requestId = answer.headers['x-request-id'];
      const level = answer.status < 400 ? 'debug' : 'info';
      log[level]({ method, path, status: answer.status, ms, requestId }, 'answered');
      return answer;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      const ms = Math.round(monotonicMs() - beginMs);
      log.warn({ method, path, ms, why: error.message }, 'no answer');
      return error;
    }
  }

  #settle(ask: Ask, came: Answer | NoAnswer, afterLoss: boolean): Settled {
    if (came instanceof NoAnswer) {
      const { url, log, timeoutMs } = this.#parts;
      const inDoubt = afterLoss && ask.method !== 'GET';
      const after = came.message === 'no answer in time' ? ` (${secondsOf(timeoutMs)})` : '';
      const doubt = inDoubt ? '; it may have been done all the same' : '';
      log.error({ path: ask.path, why: came.message }, 'the service cannot be reached');
      throw new Unreachable(`${url} cannot be reached: ${came.message}${after}${doubt}`, inDoubt);
    }
    // What a page is that has not changed, is told by its status.
    if (came.status >= 400) throw Object.assign(problemIn(came.status, came.body), { afterLoss });
    return { ...came, afterLoss };
  }
}

/** Whether a problem came after an attempt whose answer was lost. */
export function cameAfterLoss(problem: ServiceProblem): boolean {
  return (problem as { readonly afterLoss?: boolean }).afterLoss === true;
}

function attemptOf(came: Answer | NoAnswer): Attempt {
  if (came instanceof NoAnswer) return { kind: 'unanswered' };
  const { status, headers, body } = came;
  const code = status < 400 ? undefined : problemIn(status, body).code;
  return { kind: 'answered', status, code, retryAfterMs: retryAfterMs(headers['retry-after']) };
}

function reasonOf(came: Answer | NoAnswer): string {
  if (came instanceof NoAnswer) return `No answer: ${came.message}`;
  const { code } = problemIn(came.status, came.body);
  if (code === 'in-flight') return 'The service still works on it';
  if (code === 'throttled') return 'The service wants fewer requests';
  if (code === 'contended') return 'Many buyers came at the same moment';
  return 'The service is busy';
}

/** `in 2 s`, `at once`. */
function secondsText(waitMs: number): string {
  return waitMs < 500 ? 'at once' : `in ${secondsOf(waitMs)}`;
}

function secondsOf(durationMs: number): string {
  return `${Math.round(durationMs / 100) / 10} s`;
}

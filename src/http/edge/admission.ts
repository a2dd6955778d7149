// Whoever changes something needs a permit while it is worked on; see docs/decisions/0024-admission-at-the-edge.md.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { invariant } from '../../base/invariant.ts';
import { Refusal } from '../../service/refusals.ts';
import type { AdmissionSettings } from '../settings.ts';
import type { RefusalReason } from './metrics.ts';
import { BoundedSemaphore, type SemaphoreBounds } from './semaphore.ts';

/** Half of what a person waits for before trying again; a queue that takes longer is too long. */
const QUEUE_TIMEOUT_MS = 2000;
/** Sooner, the queue is as full as now. */
export const RETRY_AFTER_SECONDS = 1;

/** What one of `threads` may let in, so that all together let in what the settings say (at least one each). */
export function shareOf(
  settings: AdmissionSettings,
  threads: number,
  queueTimeoutMs: number = QUEUE_TIMEOUT_MS,
): SemaphoreBounds {
  return {
    permits: Math.max(1, Math.floor(settings.concurrency / threads)),
    queue: Math.floor(settings.queue / threads),
    queueTimeoutMs,
  };
}

/** Only what may change something needs a permit, so reading is never held up by booking. */
export function needsPermit(method: string | undefined): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Its way through admission; null if it needs no permit, or has not come so far. */
    visit: Visit | null;
  }
}

interface Visit {
  readonly admit: (refusal?: Refusal) => void;
  state: 'waiting' | 'admitted' | 'over';
}

/** Told of everything that admission decides. */
export interface AdmissionWatch {
  admitted(queued: boolean): void;
  refused(reason: RefusalReason): void;
  /** How many permits nobody has, and how many wait for one, have changed. */
  changed(free: number, waiting: number): void;
}

/** What holds the permits of one thread. */
export class Admission {
  readonly #semaphore: BoundedSemaphore<Visit>;
  readonly #nowMs: () => number;
  readonly #watch: AdmissionWatch;
  #timer: NodeJS.Timeout | undefined;

  constructor(bounds: SemaphoreBounds, nowMs: () => number, watch: AdmissionWatch) {
    this.#semaphore = new BoundedSemaphore(bounds);
    this.#nowMs = nowMs;
    this.#watch = watch;
    this.#changed();
  }

  /** Whether the next request is refused: to be asked before anything of it is read. */
  get full(): boolean {
    return this.#semaphore.full;
  }

  get free(): number {
    return this.#semaphore.free;
  }

  get waiting(): number {
    return this.#semaphore.waiting;
  }

  /**
   * Permits are taken when the body has arrived, so that a client who sends slowly holds none, and given back when
   * the answer is ready to be sent, so that a client who reads slowly holds none either.
   */
  readonly install = (app: FastifyInstance): void => {
    app.decorateRequest('visit', null);
    app.addHook('preValidation', (request, reply, done) => {
      if (!needsPermit(request.method)) return done();
      const visit: Visit = { admit: done, state: 'waiting' };
      request.visit = visit;
      this.#enter(visit, reply);
    });
    app.addHook('onSend', (request, _reply, _payload, done) => {
      if (request.visit !== null) this.#leave(request.visit);
      done();
    });
    app.addHook('onClose', (_app, done) => {
      clearTimeout(this.#timer);
      done();
    });
  };

  /** Takes a permit, if nobody has to wait for one; whoever has one gives it back with {@link leave}. */
  enterAtOnce(): boolean {
    if (!this.#semaphore.take()) return false;
    this.#watch.admitted(false);
    this.#changed();
    return true;
  }

  /** Gives a permit back, to whoever has waited longest. */
  leave(): void {
    const next = this.#semaphore.leave();
    this.#changed();
    if (next === undefined) return;
    invariant(next.state === 'waiting', `a visit that is ${next.state} waited`);
    // In a turn of its own: else a long queue of short work would be one deep stack.
    setImmediate(() => this.#admitLater(next));
  }

  #enter(visit: Visit, { raw }: FastifyReply): void {
    switch (this.#semaphore.enter(visit, this.#nowMs())) {
      case 'admitted':
        this.#admit(visit, false);
        break;
      case 'waiting':
        raw.once('close', () => this.#clientGone(visit));
        this.#wakeForExpiry();
        break;
      case 'refused':
        this.#refuse(visit, 'queue-full');
    }
    this.#changed();
  }

  #changed(): void {
    this.#watch.changed(this.#semaphore.free, this.#semaphore.waiting);
  }

  #admit(visit: Visit, queued: boolean): void {
    visit.state = 'admitted';
    this.#watch.admitted(queued);
    visit.admit();
  }

  #refuse(visit: Visit, reason: RefusalReason): void {
    visit.state = 'over';
    this.#watch.refused(reason);
    const retryAfterSeconds = RETRY_AFTER_SECONDS;
    visit.admit(new Refusal('overloaded', OVERLOADED_DETAIL, { retryAfterSeconds }));
  }

  /** Gives the permit back, if there is one: the first time only. */
  #leave(visit: Visit): void {
    if (visit.state !== 'admitted') return;
    visit.state = 'over';
    this.leave();
  }

  #admitLater(visit: Visit): void {
    if (visit.state === 'waiting') this.#admit(visit, true);
  }

  #clientGone(visit: Visit): void {
    // Work that has begun goes on, whoever waits for the answer: the permit comes back when that is done.
    if (visit.state !== 'waiting') return;
    this.#watch.refused('client-gone');
    if (this.#semaphore.withdraw(visit)) {
      visit.state = 'over';
      this.#changed();
      return;
    }
    // The permit has just been passed on to it, and goes on to the next.
    visit.state = 'admitted';
    this.#leave(visit);
  }

  /** One timer for the whole queue: all wait equally long, so the first is the first to have waited too long. */
  #wakeForExpiry(): void {
    const nextMs = this.#semaphore.nextExpiryMs;
    if (this.#timer !== undefined || nextMs === undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        for (const visit of this.#semaphore.expire(this.#nowMs())) {
          this.#refuse(visit, 'waited-too-long');
        }
        this.#changed();
        this.#wakeForExpiry();
      },
      Math.max(1, Math.ceil(nextMs - this.#nowMs())),
    );
    this.#timer.unref();
  }
}

export const OVERLOADED_DETAIL = 'the server works on as many requests as it can; try again later';

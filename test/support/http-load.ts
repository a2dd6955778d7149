// Loads a server over HTTP: so many connections, each asking again once it is answered (closed loop), or requests at a
// rate, whose times count from when they were due (open loop).
import { performance } from 'node:perf_hooks';
import { Histogram } from '../../src/stats/histogram.ts';
import { HttpConnection, type LoadAnswer, type LoadRequest } from './http-connection.ts';

export type { LoadAnswer, LoadRequest } from './http-connection.ts';

export interface LoadPlan {
  readonly url: string;
  readonly connections: number;
  /** The n-th request, from 0; undefined: there are no more. */
  readonly request: (n: number) => LoadRequest | undefined;
  /** Open loop; not given: closed loop. */
  readonly ratePerSecond?: number;
  /** After so long no more requests are begun; not given: until there are no more. */
  readonly durationMs?: number;
  readonly onAnswer?: (request: LoadRequest, answer: LoadAnswer) => void;
  /** A request that nobody answered. It may have been done. */
  readonly onLost?: (request: LoadRequest) => void;
}

export interface LoadOutcome {
  /** How often each status was answered. */
  readonly statuses: ReadonlyMap<number, number>;
  readonly answered: number;
  /** Requests without an answer. */
  readonly lost: number;
  /** Requests that were due and never sent, since no connection was free. */
  readonly unsent: number;
  /** From the first request to the last answer. */
  readonly elapsedMs: number;
  /** From when a request was due (open loop) or sent (closed loop) to its answer: of all, and by status. */
  readonly timesNs: Histogram;
  readonly timesByStatus: ReadonlyMap<number, Histogram>;
}

/** Without an answer so often in a row, a connection gives up: nobody is there any more. */
const LOST_IN_A_ROW_MAX = 3;

/** Loads a server until the plan is done, or the server gone. */
export function loadHttp(plan: LoadPlan): Promise<LoadOutcome> {
  return new Load(plan).run();
}

interface Due {
  readonly request: LoadRequest;
  readonly atMs: number;
}

class Load {
  readonly #plan: LoadPlan;
  readonly #statuses = new Map<number, number>();
  readonly #timesNs = Histogram.allocate();
  readonly #timesByStatus = new Map<number, Histogram>();
  readonly #waiting: Due[] = [];
  readonly #free: HttpConnection[] = [];
  readonly #lostInARow = new Map<HttpConnection, number>();
  #begun = 0;
  #lost = 0;
  #working = 0;
  #alive: number;
  #isOver = false;
  #startMs = 0;
  #resolve: () => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(plan: LoadPlan) {
    this.#plan = plan;
    this.#alive = plan.connections;
  }

  async run(): Promise<LoadOutcome> {
    const url = new URL(this.#plan.url);
    const connections = Array.from({ length: this.#alive }, () => new HttpConnection(url));
    this.#startMs = performance.now();
    await new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#free.push(...connections);
      if (this.#plan.ratePerSecond === undefined) this.#serveFree();
      else this.#tick(this.#plan.ratePerSecond);
    });
    const elapsedMs = performance.now() - this.#startMs;
    for (const connection of connections) connection.close();
    const answered = [...this.#statuses.values()].reduce((sum, count) => sum + count, 0);
    return {
      statuses: this.#statuses,
      answered,
      lost: this.#lost,
      unsent: this.#waiting.length,
      elapsedMs,
      timesNs: this.#timesNs,
      timesByStatus: this.#timesByStatus,
    };
  }

  /** Makes all requests that are due by now; timers are late, and what they missed is made up for. */
  #tick(ratePerSecond: number): void {
    const elapsedMs = performance.now() - this.#startMs;
    const due = Math.floor(
      (Math.min(elapsedMs, this.#plan.durationMs ?? elapsedMs) * ratePerSecond) / 1000,
    );
    while (this.#begun < due && !this.#isOver) {
      const atMs = this.#startMs + (this.#begun * 1000) / ratePerSecond;
      const request = this.#next();
      if (request) this.#waiting.push({ request, atMs });
    }
    this.#serveFree();
    if (this.#isTimeUp()) this.#isOver = true;
    if (this.#isOver) this.#endIfDone();
    else setTimeout(() => this.#tick(ratePerSecond), 1);
  }

  #serveFree(): void {
    while (this.#free.length > 0) {
      const due = this.#take();
      if (!due) break;
      this.#ask(this.#free.pop() as HttpConnection, due);
    }
    this.#endIfDone();
  }

  #take(): Due | undefined {
    if (this.#plan.ratePerSecond !== undefined) {
      return this.#isOver ? undefined : this.#waiting.shift();
    }
    if (this.#isTimeUp()) this.#isOver = true;
    const request = this.#isOver ? undefined : this.#next();
    return request && { request, atMs: performance.now() };
  }

  #next(): LoadRequest | undefined {
    const request = this.#plan.request(this.#begun);
    if (request) this.#begun++;
    else this.#isOver = true;
    return request;
  }

  #ask(connection: HttpConnection, { request, atMs }: Due): void {
    this.#working++;
    connection.ask(request, (answer) => {
      this.#working--;
      try {
        this.#tell(connection, request, atMs, answer);
        this.#serveFree();
      } catch (error) {
        // What the plan makes of an answer may fail; no socket should hear of it.
        this.#isOver = true;
        this.#reject(error);
      }
    });
  }

  #tell(
    connection: HttpConnection,
    request: LoadRequest,
    atMs: number,
    answer: LoadAnswer | undefined,
  ): void {
    if (answer) {
      this.#lostInARow.delete(connection);
      this.#note(answer.status, (performance.now() - atMs) * 1e6);
      this.#free.push(connection);
      this.#plan.onAnswer?.(request, answer);
    } else {
      this.#lost++;
      this.#keepOrGiveUp(connection);
      this.#plan.onLost?.(request);
    }
  }

  #keepOrGiveUp(connection: HttpConnection): void {
    const lost = (this.#lostInARow.get(connection) ?? 0) + 1;
    this.#lostInARow.set(connection, lost);
    if (lost < LOST_IN_A_ROW_MAX) this.#free.push(connection);
    else this.#alive--;
  }

  #note(status: number, timeNs: number): void {
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    this.#timesNs.record(timeNs);
    let times = this.#timesByStatus.get(status);
    if (!times) {
      times = Histogram.allocate();
      this.#timesByStatus.set(status, times);
    }
    times.record(timeNs);
  }

  #isTimeUp(): boolean {
    const { durationMs } = this.#plan;
    return durationMs !== undefined && performance.now() - this.#startMs >= durationMs;
  }

  /** What still waits in an open loop when its time is up is not sent any more. */
  #endIfDone(): void {
    if (this.#alive === 0) this.#isOver = true;
    if (this.#isOver && this.#working === 0) this.#resolve();
  }
}

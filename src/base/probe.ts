import { hrtime } from 'node:process';

/** What one processor could do while a probe asked all of it. */
export interface ProcessorProbe {
  /** The share of the time in which the probe did not run, although it had nothing to wait for. */
  readonly lostShare: number;
  /** Turns of a small loop in a millisecond, at its best: falls when the processor is slowed down; 0 if unknown. */
  readonly turnsPerMs: number;
}

/** Long enough to meet another process that shares the processor, short enough for every run. */
const PROBE_MS = 10;
/**
 * Steps of a turn, between two readings of the clock: some 0.6 us. A reading leaves a number behind, and with nothing
 * between them the collector came five times as often, whose pauses were then taken for those of another process.
 */
const TURN_STEPS = 500;
/** A turn that takes longer than this was interrupted. */
const GAP_MS = 0.02;
/** Speed is measured over stretches of so many turns, of which the fastest counts. */
const STRETCH_TURNS = 200;
/** So often at most: what lasts is met each time. */
const PROBES_MAX = 5;
/** A stretch in which less than this was lost is calm: the clock's own interrupts take as much. */
const CALM_SHARE = 0.05;

/**
 * Keeps one processor busy and tells how much of it there was, in the calmest of a few stretches: a process
 * that has just begun, or has just sold, still compiles and collects in threads of its own for some 30 ms.
 */
export function probeProcessor(): ProcessorProbe {
  let calmest = probeOnce();
  for (let probe = 1; probe < PROBES_MAX && calmest.lostShare > CALM_SHARE; probe++) {
    const next = probeOnce();
    if (next.lostShare < calmest.lostShare) calmest = next;
  }
  return calmest;
}

function probeOnce(): ProcessorProbe {
  const beginMs = performance.now();
  let lastMs = beginMs;
  let stretchMs = beginMs;
  let lostMs = 0;
  let fastestMs = Number.POSITIVE_INFINITY;
  for (let turn = 1; lastMs - beginMs < PROBE_MS; turn++) {
    steps = step(steps);
    const nowMs = performance.now();
    if (nowMs - lastMs > GAP_MS) lostMs += nowMs - lastMs;
    lastMs = nowMs;
    if (turn % STRETCH_TURNS !== 0) continue;
    fastestMs = Math.min(fastestMs, nowMs - stretchMs);
    stretchMs = nowMs;
  }
  return { lostShare: lostMs / (lastMs - beginMs), turnsPerMs: STRETCH_TURNS / fastestMs };
}

/** What the steps have come to: kept, lest the compiler leave them out. */
let steps = 0;

function step(from: number): number {
  let value = from;
  for (let i = 0; i < TURN_STEPS; i++) value = (Math.imul(value, 1_103_515_245) + 12_345) | 0;
  return value;
}

const TIMER_READINGS = 1000;

/** The least that two readings of the clock that stamps requests differ by, in nanoseconds, unless they are equal. */
export function measureTimerNs(): number {
  let leastNs = Number.POSITIVE_INFINITY;
  let last = hrtime.bigint();
  // A coarse clock may not move in so few readings.
  for (
    let reading = 0;
    reading < TIMER_READINGS || leastNs === Number.POSITIVE_INFINITY;
    reading++
  ) {
    const now = hrtime.bigint();
    if (now > last) leastNs = Math.min(leastNs, Number(now - last));
    last = now;
  }
  return leastNs;
}

/** A response time under a load. */
export interface LatencyPoint {
  /** Load, above 0, such as requests per second. */
  readonly x: number;
  /** Response time, in any unit. */
  readonly time: number;
}

/** Fewer points show no shape. */
export const MIN_LATENCY_POINTS = 3;

/**
 * By how much the time must outgrow the load, from the knee to the highest load, before anything is
 * called a knee. Below, it may as well be the noise of a few short runs.
 */
const OUTGROWN = 2;

/**
 * The load beyond which more of it costs more than it brings: where load / time, Kleinrock's power, is
 * highest, if from there to the highest load the time grew at least twice as much as the load.
 * Undefined if there is no such point: the times are flat, or still grow slower than the load.
 *
 * It is the point where a ray from the origin touches the curve from below: half of the capacity of an
 * M/M/1 queue, and the last point before a jump. Unlike rules that look for the sharpest bend, such as
 * Kneedle, it does not depend on how high the last point of an overloaded system happens to be.
 *
 * Source: Kleinrock, "Power and Deterministic Rules of Thumb for Probabilistic Problems in Computer
 * Communications", ICC 1979.
 * @param points with different loads, in any order
 */
export function findKnee(points: readonly LatencyPoint[]): LatencyPoint | undefined {
  if (points.length < MIN_LATENCY_POINTS) return undefined;
  const rising = points.toSorted((a, b) => a.x - b.x);
  const knee = rising.reduce((best, point) => (power(point) > power(best) ? point : best));
  const last = rising.at(-1) as LatencyPoint;
  return power(last) * OUTGROWN <= power(knee) ? knee : undefined;
}

function power({ x, time }: LatencyPoint): number {
  return x / Math.max(time, Number.MIN_VALUE);
}

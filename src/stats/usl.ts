import { type Equations, leastSquaresStep } from './normal-equations.ts';

/** Throughput that was measured with so many threads (or clients, or machines). */
export interface LoadPoint {
  readonly n: number;
  readonly throughput: number;
}

/** How throughput grows with N, fitted to measurements. */
export interface ScalingLaw {
  /** Throughput of one, in the unit of the measurements. */
  readonly lambda: number;
  /** Contention: the share of the work that only one can do at a time, 0 to 1. */
  readonly sigma: number;
  /** Coherence: what each pair costs by keeping each other up to date, at least 0. */
  readonly kappa: number;
  /** Share of the measurements' variance that the law explains; 1 is all of it. */
  readonly rSquared: number;
  /** Where throughput is highest, at least 1; null if it never falls. */
  readonly peak: number | null;
}

/** Three parameters need more points than three: else any three points fit perfectly. */
export const MIN_LOAD_POINTS = 4;

type Parameters = Pick<ScalingLaw, 'lambda' | 'sigma' | 'kappa'>;
type Name = keyof Parameters;

/** Throughput of `n` by the law. */
export function throughputAt({ lambda, sigma, kappa }: Parameters, n: number): number {
  return (lambda * n) / slowdown(sigma, kappa, n);
}

function slowdown(sigma: number, kappa: number, n: number): number {
  return 1 + sigma * (n - 1) + kappa * n * (n - 1);
}

/**
 * Fits the Universal Scalability Law X(N) = lambda N / (1 + sigma (N-1) + kappa N (N-1)) by least squares
 * on X, with 0 <= sigma <= 1 and kappa >= 0. Null with fewer than four different N, or if nothing was
 * done at all.
 *
 * The best fit lies inside the bounds or on one of them. So it is looked for with each choice of
 * parameters held at a bound, by Levenberg and Marquardt's method from each point of a coarse grid: noisy
 * measurements have several valleys. The best of all that were found counts.
 *
 * Sources: Gunther, "A Simple Capacity Model of Massively Parallel Transaction Systems", CMG 1993;
 * "Guerrilla Capacity Planning", Springer 2007. Marquardt, "An Algorithm for Least-Squares Estimation of
 * Nonlinear Parameters", SIAM 1963.
 */
export function fitScalingLaw(points: readonly LoadPoint[]): ScalingLaw | null {
  const unit = Math.max(0, ...points.map(({ throughput }) => throughput));
  if (new Set(points.map(({ n }) => n)).size < MIN_LOAD_POINTS || unit === 0) return null;
  // In units of the highest throughput, all parameters are of the order of one.
  const scaled = points.map(({ n, throughput }) => ({ n, throughput: throughput / unit }));
  const best = closest(
    scaled,
    FACES.map((face) => {
      const starts = startsOn(scaled, face);
      const descents = starts.map((start) => refine(scaled, start, face.free, FIRST_STEPS));
      return refine(scaled, closest(scaled, descents), face.free, LAST_STEPS);
    }),
  );
  const { sigma, kappa } = best;
  return {
    lambda: best.lambda * unit,
    sigma,
    kappa,
    rSquared: explainedShare(scaled, best),
    peak: kappa === 0 ? null : Math.max(1, Math.sqrt((1 - sigma) / kappa)),
  };
}

/** Which parameters are free, and where the others may start, which is where they stay if held. */
interface Face {
  readonly free: readonly Name[];
  readonly sigmas: readonly number[];
  readonly kappas: readonly number[];
}

const SIGMAS: readonly number[] = [0.001, 0.01, 0.05, 0.2, 0.5, 0.9];
// From what shows with hundreds of threads only, to what shows with two.
const KAPPAS: readonly number[] = [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1];
/** All ways to hold sigma at 0, at 1 or not, and kappa at 0 or not. */
const FACES: readonly Face[] = [
  { free: ['lambda'], sigmas: [0], kappas: [0] },
  { free: ['lambda'], sigmas: [1], kappas: [0] },
  { free: ['lambda', 'sigma'], sigmas: SIGMAS, kappas: [0] },
  { free: ['lambda', 'kappa'], sigmas: [0], kappas: KAPPAS },
  { free: ['lambda', 'kappa'], sigmas: [1], kappas: KAPPAS },
  { free: ['lambda', 'sigma', 'kappa'], sigmas: SIGMAS, kappas: KAPPAS },
];

/** A grid of starts; lambda follows from the other two, since the law is linear in it. */
function startsOn(points: readonly LoadPoint[], { sigmas, kappas }: Face): Parameters[] {
  return sigmas.flatMap((sigma) =>
    kappas.map((kappa) => ({ lambda: bestLambda(points, sigma, kappa), sigma, kappa })),
  );
}

function bestLambda(points: readonly LoadPoint[], sigma: number, kappa: number): number {
  let product = 0;
  let square = 0;
  for (const { n, throughput } of points) {
    const growth = n / slowdown(sigma, kappa, n);
    product += throughput * growth;
    square += growth * growth;
  }
  return product / square;
}

/** Enough to tell a deep valley from a shallow one. */
const FIRST_STEPS = 20;
/** Enough to reach the bottom. */
const LAST_STEPS = 500;
const MAX_DAMPING = 1e12;

/** Goes downhill until no step helps. Steps out of bounds are not taken: the bounds have faces of their own. */
function refine(
  points: readonly LoadPoint[],
  start: Parameters,
  free: readonly Name[],
  maxSteps: number,
): Parameters {
  let current = start;
  let error = squaredError(points, current);
  let damping = 1e-3;
  for (let step = 0; step < maxSteps && error > 0 && damping < MAX_DAMPING; step++) {
    const change = leastSquaresStep(linearised(points, current, free), damping);
    const next = moved(current, free, change);
    const nextError = inBounds(next) ? squaredError(points, next) : Number.POSITIVE_INFINITY;
    if (nextError < error) {
      [current, error] = [next, nextError];
      damping = Math.max(damping / 10, 1e-15);
    } else {
      damping *= 10;
    }
  }
  return current;
}

function moved(from: Parameters, free: readonly Name[], change: readonly number[]): Parameters {
  const entries = free.map((name, index) => [name, from[name] + (change[index] ?? 0)]);
  return { ...from, ...(Object.fromEntries(entries) as Partial<Parameters>) };
}

function inBounds({ lambda, sigma, kappa }: Parameters): boolean {
  return lambda > 0 && sigma >= 0 && sigma <= 1 && kappa >= 0;
}

/** What remains at each point, and how the law there changes with each free parameter. */
function linearised(
  points: readonly LoadPoint[],
  at: Parameters,
  free: readonly Name[],
): Equations {
  return points.map(({ n, throughput }) => {
    const below = slowdown(at.sigma, at.kappa, n);
    const bySigma = (-at.lambda * n * (n - 1)) / (below * below);
    const gradient: Parameters = { lambda: n / below, sigma: bySigma, kappa: bySigma * n };
    return {
      coefficients: free.map((name) => gradient[name]),
      target: throughput - throughputAt(at, n),
    };
  });
}

/** The one that leaves the least error. */
function closest(points: readonly LoadPoint[], laws: readonly Parameters[]): Parameters {
  const errors = laws.map((law) => squaredError(points, law));
  return laws[errors.indexOf(Math.min(...errors))] as Parameters;
}

function squaredError(points: readonly LoadPoint[], law: Parameters): number {
  return points.reduce(
    (sum, { n, throughput }) => sum + (throughput - throughputAt(law, n)) ** 2,
    0,
  );
}

/** Less variance than this, in units of the highest throughput, is the computer's. */
const ROUNDING = 1e-16;

function explainedShare(points: readonly LoadPoint[], law: Parameters): number {
  const mean = points.reduce((sum, { throughput }) => sum + throughput, 0) / points.length;
  const variance = points.reduce((sum, { throughput }) => sum + (throughput - mean) ** 2, 0);
  const error = squaredError(points, law);
  if (variance <= ROUNDING) return error <= ROUNDING ? 1 : 0;
  return 1 - error / variance;
}

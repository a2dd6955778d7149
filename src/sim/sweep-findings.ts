// What a curve shows, in sentences. They are part of the result, so that every format says the same.
import type { ScalingLaw } from '../stats/usl.ts';

/** What was looked for and not found. */
export const NOTE: {
  readonly scheduled: string;
  readonly noKnee: string;
  readonly tooFewSizes: (needed: number, got: number) => string;
  readonly tooFewRates: (needed: number, got: number) => string;
  readonly neverSaturated: (share: number) => string;
} = {
  scheduled:
    'no scalability law: requests come by a schedule, which sets the throughput; --rate max does not',
  noKnee: 'no knee: up to the highest rate, p99 does not outgrow the rate by a factor of two',
  tooFewSizes: (needed, got) =>
    `no scalability law: it takes ${needed} numbers of threads with valid runs, and there are ${got}`,
  tooFewRates: (needed, got) =>
    `no knee was looked for: it takes ${needed} rates with valid runs, and there are ${got}`,
  neverSaturated: (share) =>
    `not saturated: at every rate at least ${Math.round(share * 100)} % of what was offered was completed`,
};

/** The points behind a fit. */
interface FitExtent {
  readonly points: number;
  /** How many of them have more threads than the machine runs at once. */
  readonly beyond: number;
  readonly cores: number;
}

/** The law in a sentence. */
export function describeScaling(law: ScalingLaw, { points, beyond, cores }: FitExtent): string {
  const { lambda, sigma, kappa, rSquared } = law;
  const terms = [
    `lambda ${perSecond(lambda)} of one thread`,
    `sigma ${digits(sigma)}`,
    `kappa ${digits(kappa)}`,
    `R2 ${rSquared.toFixed(3)}`,
  ];
  const scheduler =
    beyond === 0
      ? ''
      : `; ${beyond} of ${points} points have more threads than the ${cores} cores, so it describes the scheduler, too`;
  const loose =
    rSquared < MISTRUSTED_BELOW
      ? `; it explains ${Math.max(0, Math.round(rSquared * 100))} % of the differences only, so mistrust it`
      : '';
  return `${terms.join(', ')}: ${describePeak(law)}${loose}${scheduler}`;
}

/** A law that leaves a fifth of the differences unexplained describes something else. */
const MISTRUSTED_BELOW = 0.8;

function describePeak({ sigma, peak }: ScalingLaw): string {
  if (peak !== null) {
    const threads = Math.round(peak);
    return peak < 1.5
      ? 'more than one thread brings nothing'
      : `throughput is highest with ${threads} threads`;
  }
  if (sigma === 0) return 'it scales linearly as far as was measured';
  const limit = Math.round((10 * 1) / sigma) / 10;
  return `never more than ${limit} times one thread`;
}

interface RatedTime {
  readonly x: number;
  readonly responseP99Ns: number;
}

/** The knee in a sentence; `ends.first` if it is the lowest rate. */
export function describeKnee(
  knee: RatedTime,
  ends: { readonly first: boolean; readonly last: RatedTime },
): string {
  const faster = digits(ends.last.x / knee.x);
  const slower = digits(ends.last.responseP99Ns / knee.responseP99Ns);
  const where = ends.first ? 'at the lowest rate or below' : `at ${perSecond(knee.x)}`;
  return `knee ${where}: from there to ${perSecond(ends.last.x)}, ${faster} times the rate, p99 grows ${slower} times`;
}

/** Where less was completed than offered, in a sentence. */
export function describeSaturation(at: {
  readonly x: number;
  readonly completedPerSecond: number;
}): string {
  return `saturated at ${perSecond(at.x)}: ${perSecond(at.completedPerSecond)} completed`;
}

function perSecond(rate: number): string {
  return `${digits(rate)}/s`;
}

/** Three digits, or all of those before the point: `1,234`, `0.0123`, `0`. */
function digits(value: number): string {
  return Number(value.toPrecision(value >= 1000 ? Math.ceil(Math.log10(value)) : 3)).toLocaleString(
    'en-US',
    { maximumSignificantDigits: 12 },
  );
}

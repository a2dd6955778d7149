// Prints how often intervals at 95 % around a mean cover it, for the ways to make one that
// docs/decisions/0010-comparisons-in-blocks.md chose from, and how wide they are. After a build.
import { randomStream } from '../dist/src/base/random.js';
import { bootstrapMean, meanOf } from '../dist/src/stats/bootstrap.js';
import { studentQuantile } from '../dist/src/stats/student.js';

const TRIALS = 1000;
const RESAMPLES = 1000;
const SIZES = [6, 10, 20];

const normal = (random) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Each with its mean, and how to draw from it. */
const SHAPES = {
  normal: [0, normal],
  disturbed: [0, (random) => normal(random) * (random() < 0.1 ? 10 : 1)],
  exponential: [1, (random) => -Math.log(1 - random())],
};

/** How an interval is made of samples. */
const METHODS = {
  percentile(samples, random) {
    const means = resample(samples, random).map(({ mean }) => mean);
    return [quantile(means, 0.025), quantile(means, 0.975)];
  },
  'expanded percentile'(samples, random) {
    const { low, high } = bootstrapMean(samples, {
      resamples: RESAMPLES,
      confidence: 0.95,
      random,
    });
    return [low, high];
  },
  studentized(samples, random) {
    const own = momentsOf(samples);
    const ts = resample(samples, random).map(({ mean, error }) =>
      // A resample of one value alone has no error: as far off as can be.
      error > 0 ? (mean - own.mean) / error : Math.sign(mean - own.mean) * 1e9,
    );
    return [own.mean - quantile(ts, 0.975) * own.error, own.mean - quantile(ts, 0.025) * own.error];
  },
  "Student's t"(samples) {
    const { mean, error } = momentsOf(samples);
    const t = studentQuantile(0.975, samples.length - 1);
    return [mean - t * error, mean + t * error];
  },
};

/** The mean of samples, and its standard error. */
function momentsOf(samples) {
  const mean = meanOf(samples);
  const squares = samples.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (samples.length - 1) / samples.length) };
}

function resample(samples, random) {
  return Array.from({ length: RESAMPLES }, () =>
    momentsOf(samples.map(() => samples[Math.floor(random() * samples.length)])),
  );
}

function quantile(values, share) {
  return values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))];
}

function median(values) {
  return quantile(values, 0.5);
}

/** The share of covering intervals, and how wide they are by the median, to Student's. */
function measure(method, size, [truth, draw]) {
  const { nextDouble } = randomStream('coverage', `${size}`);
  const { next } = randomStream('coverage', 'resamples');
  const widths = [];
  let covered = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const samples = Array.from({ length: size }, () => draw(nextDouble));
    const [low, high] = METHODS[method](samples, next);
    if (low <= truth && truth <= high) covered++;
    const [from, to] = METHODS["Student's t"](samples);
    widths.push((high - low) / (to - from));
  }
  return `${((covered / TRIALS) * 100).toFixed(1)} % (${median(widths).toFixed(2)})`;
}

const methods = Object.keys(METHODS);
const lines = [
  `| samples | ${methods.join(' | ')} |`,
  `|:--|${methods.map(() => '--:').join('|')}|`,
];
for (const [shape, definition] of Object.entries(SHAPES)) {
  for (const size of SIZES) {
    const cells = methods.map((method) => measure(method, size, definition));
    lines.push(`| ${size}, ${shape} | ${cells.join(' | ')} |`);
  }
}
process.stdout.write(`${lines.join('\n')}\n`);

import type { Options } from 'yargs';
import { wrap } from '../report/plain.ts';
import { METRICS } from '../sim/metrics.ts';
import { parseThreshold } from '../sim/threshold.ts';
import type { MetricUnit } from '../sim/threshold-outcome.ts';
import { type Arguments, text, textsOf } from './options.ts';

/** What the commands that hold runs to something take. */
export function thresholdOptions(): Record<string, Options> {
  return {
    threshold: text(
      'exit with 1 unless this holds, such as oversold==0 or p99<5ms; can be repeated',
      'Output:',
    ),
  };
}

/**
 * The thresholds that are given.
 * @throws InputError when one of them is none
 */
export function thresholdsOf(argv: Arguments): readonly string[] {
  return textsOf(argv, 'threshold').map((given) => parseThreshold(given).text);
}

const KINDS: Readonly<Record<MetricUnit, string>> = {
  count: 'counts, such as ==0:',
  ns: 'times, such as <5ms:',
  perSecond: 'per second, such as >=1e5:',
  ratio: 'from 0 to 1, such as >0.9:',
};
const INDENT = 30;
const WIDTH = 98;

/** What thresholds are about, for a command's help. */
export function thresholdLines(): string {
  const lines = (Object.keys(KINDS) as MetricUnit[]).map((unit) => {
    const label = `  ${KINDS[unit]}`.padEnd(INDENT);
    return `${label}${wrap(namesOf(unit).join(', '), { color: false, width: WIDTH }, INDENT)}`;
  });
  return [
    'Thresholds, METRIC OPERATOR LIMIT with one of == != < <= > >=:',
    ...lines,
    '  What a run cannot show, it has not kept to: a time of requests that there were none of, the',
    '  figures of a void run, anything of a run that was cut short.',
  ].join('\n');
}

/** The names of one unit; those that differ by what stands before their point are told once. */
function namesOf(unit: MetricUnit): string[] {
  const names = METRICS.filter((metric) => metric.unit === unit).map(({ name }) => name);
  const prefixes = new Set(names.flatMap((name) => name.match(/^\w+\./g) ?? []));
  const plain = names.filter((name) => !name.includes('.'));
  return prefixes.size === 0
    ? plain
    : [...plain, `the first six also after ${[...prefixes].join(' ')}`];
}

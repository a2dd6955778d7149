import { InputError } from '../base/errors.ts';
import { renderDifference } from '../report/difference.ts';
import { FORMATS } from '../report/formats.ts';
import { DEFAULT_TOLERANCE, diffFiles } from '../sim/diff.ts';
import type { Difference } from '../sim/difference.ts';
import { parseNumber } from '../sim/quantities.ts';
import type { Command } from './command.ts';
import { EXIT } from './interrupt.ts';
import { type Arguments, chosen, formatOf, text, textOf } from './options.ts';
import { requireDistinct, requireWritable, styleFor, writeResult } from './output.ts';

/** What ends with exit code 1. */
const FAILURES = ['broken', 'slower'] as const;
const DEFAULT_PERCENT = `${DEFAULT_TOLERANCE * 100}%`;

export const diffCommand: Command = {
  options: {
    tolerance: text(
      `single runs and ranges that differ by less are ties [${DEFAULT_PERCENT}]`,
      'Comparison:',
    ),
    'fail-on': text(
      `exit with 1 if something newly is ${FAILURES[0]}; or also if it is ${FAILURES[1]} or cannot be compared [${FAILURES[0]}]`,
      'Comparison:',
    ),
    format: text(`how to print the result: ${FORMATS.join(', ')} [table]`, 'Output:'),
    out: text('write the result to this file instead of stdout', 'Output:'),
  },
  examples: [
    ['sim diff before.json after.json', 'two results of sim run, compare or sweep --format json'],
    [
      'sim compare --blocks 20 --format json --out after.json; sim diff before.json after.json',
      'with intervals: differences smaller than the noise are ties',
    ],
    ['sim diff before.json after.json --fail-on slower', 'for a pipeline on a machine of its own'],
  ],
  epilogue: `What an audit proved is compared whatever the machine and the scenario. Figures are compared only
where those are the same, and neither run is void: requests per second, or with a --rate the 99th
percentile of the response time. Between two files made at different times, what the machine did
differently is part of the difference: make both in one hour on a quiet machine.

Exit status: 0 compared, 1 the second breaks a promise or a threshold, or was cut short, where the
first was not (see --fail-on), 2 not two results or bad usage.`,
  execute: diff,
};

function diff(argv: Arguments): Promise<number> {
  const [before, after] = [textOf(argv, 'first'), textOf(argv, 'second')];
  if (before === undefined || after === undefined) {
    throw new InputError('sim diff needs the files of two results: sim diff FIRST SECOND');
  }
  const format = formatOf(argv);
  const failOn = chosen(argv, 'fail-on', FAILURES, 'broken');
  const tolerance = toleranceOf(textOf(argv, 'tolerance') ?? DEFAULT_PERCENT);
  const out = requireWritable(textOf(argv, 'out'), '--out');
  requireDistinct({ 'the first': before, '--out': out });
  requireDistinct({ 'the second': after, '--out': out });
  const difference = diffFiles(before, after, tolerance);
  writeResult(renderDifference(format, difference, styleFor(out)), out);
  const failed = isBroken(difference) || (failOn === 'slower' && !isKept(difference));
  return Promise.resolve(failed ? EXIT.broken : EXIT.done);
}

function isBroken({ pairs }: Difference): boolean {
  return pairs.some(({ audit }) => audit.broke);
}

/** Whether all that the first had is shown to be no slower: what cannot be compared is not shown. */
function isKept({ pairs, onlyBefore }: Difference): boolean {
  const kept = pairs.every(({ speed }) => speed === 'faster' || speed === 'tie');
  return kept && pairs.length > 0 && onlyBefore.length === 0;
}

function toleranceOf(given: string): number {
  const percent = given.endsWith('%') ? parseNumber(given.slice(0, -1)) : undefined;
  if (percent !== undefined && percent <= 1000) return percent / 100;
  throw new InputError(`--tolerance must be from 0% to 1000%, such as 10%; got "${given}"`);
}

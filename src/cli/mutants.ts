import { InputError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { renderMatrix } from '../report/matrix.ts';
import { detectionMatrix } from '../sim/matrix.ts';
import { loadStrategy } from '../store/load-strategy.ts';
import { CHECKERS, type CheckerName } from '../store/mutants/mutant.ts';
import type { Command } from './command.ts';
import { EXIT, onInterrupt } from './interrupt.ts';
import { type Arguments, formatOf, isSet, outputOptions, text, textOf } from './options.ts';
import { requireWritable, styleFor, withoutPrinting, writeResult } from './output.ts';
import { matrixProgress } from './progress.ts';

const NAMES = Object.keys(CHECKERS) as CheckerName[];

export const mutantsCommand: Command = {
  options: {
    strategy: text('only these, separated by commas: names, or a file of your own', 'Matrix:'),
    checkers: text(`only these: ${NAMES.join(', ')} [all]`, 'Matrix:'),
    seed: text('of real sales and of the microscope [42]', 'Matrix:'),
    ...outputOptions(),
  },
  examples: [
    ['sim mutants', 'the whole matrix, in two or three minutes'],
    ['sim mutants --strategy shared-receipt,evicted-lock', 'two known bugs'],
    ['sim mutants --strategy ./my-strategy.js', 'every checker on a strategy of your own'],
    ['sim mutants --checkers explorer,contract', 'what needs no threads'],
  ],
  epilogue: `Checkers:\n${NAMES.map((name) => `  ${name.padEnd(17)}${CHECKERS[name]}`).join('\n')}\n\nExit status: 0 all is as it has to be, 1 a checker missed a bug or flagged what is correct, 2 bad\nusage, 130 interrupted.`,
  execute: showMatrix,
};

async function showMatrix(argv: Arguments): Promise<number> {
  const format = formatOf(argv);
  const out = requireWritable(textOf(argv, 'out'), '--out');
  const strategies = listOf(argv, 'strategy');
  const checkers = listOf(argv, 'checkers')?.map(checkerOf);
  for (const name of strategies ?? []) await withoutPrinting(() => loadStrategy(name));
  const progress = matrixProgress(isSet(argv, 'quiet'));
  const interrupt = onInterrupt();
  const matrix = await withoutPrinting(() =>
    detectionMatrix({
      strategies,
      checkers,
      ...(textOf(argv, 'seed') === undefined ? {} : { seed: textOf(argv, 'seed') as string }),
      signal: interrupt.signal,
      onProgress: progress.show,
    }),
  );
  progress.clear();
  writeResult(renderMatrix(format, matrix, styleFor(out)), out);
  const wrong = matrix.missed + matrix.falseAlarms + matrix.flagged > 0;
  return interrupt.code() ?? (wrong ? EXIT.broken : EXIT.done);
}

function listOf(argv: Arguments, flag: string): string[] | undefined {
  const list = textOf(argv, flag)
    ?.split(',')
    .map((each) => each.trim());
  if (list?.includes('')) throw new InputError(`--${flag} must be names separated by commas`);
  return list;
}

function checkerOf(name: string): CheckerName {
  const checker = NAMES.find((each) => each === name);
  if (checker !== undefined) return checker;
  throw new InputError(
    `--checkers must be among ${NAMES.join(', ')}; got "${name}"${nearest(name, NAMES)}`,
  );
}

import { InputError } from '../base/errors.ts';
import { RESULT_FORMATS, type ResultFormat, SWEEP_FORMATS } from '../report/formats.ts';
import { renderComparisonAs, renderRunAs, renderSweepAs } from '../report/render.ts';
import type { Style } from '../report/style.ts';
import { readResult } from '../sim/read-result.ts';
import type { Command } from './command.ts';
import { EXIT } from './interrupt.ts';
import { type Arguments, resultFormatOf, text, textOf } from './options.ts';
import { requireDistinct, requireWritable, styleFor, writeResult } from './output.ts';

export const reportCommand: Command = {
  options: {
    format: text(`how to print the result: ${RESULT_FORMATS.join(', ')} [table]`, 'Output:'),
    out: text('write the result to this file instead of stdout', 'Output:'),
  },
  examples: [
    ['sim compare --format json --out result.json', 'sells once'],
    ['sim report result.json --format html --out result.html', 'a page with charts, in one file'],
    ['sim report result.json --format markdown', 'a table for a document'],
  ],
  epilogue:
    'The JSON is the source of all formats: what a command prints in one, this prints from its JSON.\nFrom a pipe: sim compare --format json | sim report /dev/stdin --format html > result.html\n\nExit status: 0 shown, whatever the result says; 2 not a result or bad usage.',
  execute: report,
};

async function report(argv: Arguments): Promise<number> {
  const path = textOf(argv, 'result');
  if (path === undefined) throw new InputError('sim report needs the file of a result');
  const format = resultFormatOf(argv);
  const out = requireWritable(textOf(argv, 'out'), '--out');
  requireDistinct({ 'the result': path, '--out': out });
  writeResult(render(format, readResult(path), styleFor(out)), out);
  return EXIT.done;
}

function render(format: ResultFormat, result: ReturnType<typeof readResult>, style: Style): string {
  if ('results' in result) return renderComparisonAs(format, result, style);
  if (!('kind' in result)) return renderRunAs(format, result, style);
  if (format !== 'hlog') return renderSweepAs(format, result, style);
  throw new InputError(
    `a sweep keeps no histograms; --format must be one of ${SWEEP_FORMATS.join(', ')}; got "hlog"`,
  );
}

import { InputError } from '../base/errors.ts';
import { CHECK_FORMATS, renderHistoryCheck } from '../report/history-check.ts';
import { checkHistoryFile } from '../sim/history-check.ts';
import type { Command } from './command.ts';
import { EXIT } from './interrupt.ts';
import { type Arguments, chosen, text, textOf } from './options.ts';
import { requireDistinct, requireWritable, styleFor, writeResult } from './output.ts';

export const checkCommand: Command = {
  options: {
    format: text(`how to print the result: ${CHECK_FORMATS.join(', ')} [table]`, 'Output:'),
    out: text('write the result to this file instead of stdout', 'Output:'),
  },
  examples: [
    ['sim check sale.bin', 'what sim run --record sale.bin wrote'],
    ['sim check theirs.jsonl --format json | jq .verdict', "another system's, as JSON lines"],
  ],
  epilogue:
    'What a history looks like: docs/history-format.md.\n\nExit status: 0 nothing wrong was found, 1 a promise was broken, 2 not a history or bad usage.',
  execute: check,
};

async function check(argv: Arguments): Promise<number> {
  const path = textOf(argv, 'history');
  if (path === undefined) throw new InputError('sim check needs the file of a recorded history');
  const format = chosen(argv, 'format', CHECK_FORMATS, 'table');
  const out = requireWritable(textOf(argv, 'out'), '--out');
  requireDistinct({ 'the history': path, '--out': out });
  const result = checkHistoryFile(path);
  writeResult(renderHistoryCheck(format, result, styleFor(out)), out);
  return result.verdict === 'violated' ? EXIT.broken : EXIT.done;
}

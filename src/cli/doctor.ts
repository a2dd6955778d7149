import { messageOf } from '../base/errors.ts';
import { type EmbeddedDatabase, renderDiagnoses } from '../report/diagnoses.ts';
import { diagnose } from '../servers/diagnose.ts';
import { describeEnvironment } from '../sim/environment.ts';
import { SERVER_KINDS } from '../store/stored.ts';
import type { Command } from './command.ts';
import { EXIT } from './interrupt.ts';
import { type Arguments, chosen, outputOptions, textOf } from './options.ts';
import { requireWritable, styleFor, writeResult } from './output.ts';
import { serverOptions, urlsOf } from './stores.ts';

const FORMATS = ['table', 'json'] as const;

export const doctorCommand: Command = {
  options: { ...serverOptions(), ...outputOptions(FORMATS) },
  examples: [
    ['sim doctor', 'what strategies on PostgreSQL and Redis would run on here'],
    ['sim doctor --postgres postgres://me@db.example/test', 'whether they can run there'],
  ],
  epilogue: 'Exit status: 0 all that was found works, 1 something does not, 2 bad usage.',
  execute: examine,
};

async function examine(argv: Arguments): Promise<number> {
  const format = chosen(argv, 'format', FORMATS, 'table');
  const out = requireWritable(textOf(argv, 'out'), '--out');
  const urls = urlsOf(argv, SERVER_KINDS);
  const diagnoses = [];
  for (const kind of SERVER_KINDS) diagnoses.push(await diagnose(kind, urls));
  const style = styleFor(out);
  const database = await embeddedDatabase();
  writeResult(renderDiagnoses(format, diagnoses, database, describeEnvironment(), style), out);
  const works = database.works && diagnoses.every((each) => each.works || each.found === 'none');
  return works ? EXIT.done : EXIT.broken;
}

/** Whether what `sim serve` keeps its books in can be loaded here: it is made for each kind of machine. */
async function embeddedDatabase(): Promise<EmbeddedDatabase> {
  try {
    await import('lmdb');
    return { name: 'lmdb', works: true, problem: null };
  } catch (error) {
    return { name: 'lmdb', works: false, problem: messageOf(error) };
  }
}

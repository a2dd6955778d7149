// The build lets yargs count characters where it would count columns (scripts/bundle-libraries.mjs): it may, as long as each
// character of the help takes one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS, type ListedCommand } from '../../src/cli/commands.ts';

/** Printable ASCII, and what else is known to take one column. */
const ONE_COLUMN = /^[\x20-\x7e\n–—…‘’“”×±≥≤µ→·÷]*$/u;

async function wordsOf(command: ListedCommand): Promise<string[]> {
  const { name, summary, operands } = command;
  const { options, examples, epilogue = '' } = await command.load();
  const described = Object.entries(options).flatMap(([option, { describe = '', choices = [] }]) => [
    option,
    describe,
    ...choices.map(String),
  ]);
  return [name, summary, ...operands, ...described, ...examples.flat(), epilogue];
}

for (const command of COMMANDS) {
  test(`each character of the help of ${command.name} takes one column`, async () => {
    const group = command.group ? (await command.group()).commands : [];
    const words = (await Promise.all([command, ...group].map(wordsOf))).flat();
    assert.ok(words.length > 5);
    assert.deepEqual(
      words.filter((each) => !ONE_COLUMN.test(each)),
      [],
    );
  });
}

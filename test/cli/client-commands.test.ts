import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CLIENT_GROUP } from '../../src/cli/client-commands.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { explainUsage, type Program, runProgram } from '../../src/cli/program.ts';

test('every command of the client has help with an example, JSON, a URL and a time limit: 17 commands', async () => {
  assert.equal(CLIENT_GROUP.commands.length, 17);
  for (const command of CLIENT_GROUP.commands) {
    const { name, summary } = command;
    const { options, examples, epilogue } = await command.load();
    assert.ok(summary, name);
    assert.ok(
      examples.some(([line]) => line.includes(`sim client ${name}`)),
      name,
    );
    for (const option of ['json', 'url', 'timeout', 'anonymous', 'log-file']) {
      assert.ok(option in options, `${name} --${option}`);
    }
    assert.match(epilogue ?? '', /Exit status: 0 done, 1 .*, 2 bad usage, 130 interrupted\.$/);
    // In everybody's list of processes.
    assert.ok(!('password' in options), name);
  }
});

describe('a command line of the client that cannot be used is explained in one line', () => {
  const CASES: readonly (readonly [line: string, message: RegExp])[] = [
    ['book x', /^sim client book needs EVENT N; N is missing$/],
    ['book x 0', /^N must be a whole number from 1 to 1073741824; got "0"$/],
    ['book x 1 2', /^sim client book takes EVENT N and options only; got "2"$/],
    ['bok', /^there is no command "bok"; there are events, .*; did you mean "book"\?$/],
    ['events --jsn', /^sim client events has no option --jsn; did you mean "--json"\?$/],
    ['--jsn', /^sim client has no option --jsn/],
    ['events --url ftp://x', /^--url must be a URL such as http:.*; got 'ftp:\/\/x'$/],
    ['events --url http://a:b@x', /^--url must have neither a name, a password, a query nor a fr/],
    ['events --timeout 0', /^--timeout must be a number of seconds, above 0, up to 3600; got "0"$/],
    [
      'create A 2027-02-30 5',
      /^the date must be a day or a moment as 2027-05-01; got "2027-02-30"$/,
    ],
    ['create A 2027-02-03 5 --price 1.005', /^the price must be a number as 42\.50; got "1\.005"$/],
    ['edit A', /^sim client edit needs --name, --date, --price or --total$/],
    ['login ada', /^a password is needed: in \$ONSALE_PASSWORD, or on stdin with --password-stdin/],
    [
      'burst x --url http://192.0.2.1',
      /^http:\/\/192\.0\.2\.1 is not on this machine, .*--i-own-this-t/,
    ],
    ['burst x --requests 1000001', /^--requests must be a whole number from 1 to 1000000; got /],
    ['', /^sim client needs a terminal; for scripts there are sim client events, event, book, /],
  ];
  for (const [line, message] of CASES) {
    test(`sim client ${line}`, async () => {
      const program = await clientProgram();
      const args = line.split(' ').filter((word) => word !== '');
      const error = await runProgram(program, args).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof Error && ['InputError', 'YError'].includes(error.name));
      assert.match(await explainUsage(error, program, args), message);
    });
  }
});

async function clientProgram(): Promise<Program> {
  const byDefault = COMMANDS.find(({ name }) => name === 'client');
  assert.ok(byDefault);
  return { script: 'sim client', purpose: byDefault.summary, byDefault, ...CLIENT_GROUP };
}

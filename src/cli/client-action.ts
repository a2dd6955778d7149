import type { Options } from 'yargs';
import { InputError } from '../base/errors.ts';
import { fitForTerminal } from '../base/terminal-text.ts';
import type { Manner, Told } from '../client/actions.ts';
import { Client } from '../client/client.ts';
import { NotThere, ServiceProblem, Unreachable, WrongService } from '../client/problem.ts';
import { Left } from '../client/terminal/screens.ts';
import { failureWords, isStaleToken } from '../client/words.ts';
import { clientOptions, clientSettings, jsonOption } from './client-options.ts';
import type { Command } from './command.ts';
import type { ListedCommand } from './commands.ts';
import { EXIT, onInterrupt } from './interrupt.ts';
import { type Arguments, isSet } from './options.ts';
import { styleFor } from './output.ts';

/** One command of the client for scripts. */
export interface Action {
  readonly name: string;
  readonly summary: string;
  /** What it needs, in this order; none can be left out. */
  readonly operands: readonly string[];
  readonly options?: Readonly<Record<string, Options>>;
  readonly examples: Command['examples'];
  readonly epilogue?: string;
  /** How many requests at a time. */
  readonly connections?: (argv: Arguments) => number;
  /** Reads what was given, before anything is asked; the rest is then done with a client. */
  prepare(argv: Arguments, operands: readonly string[]): Work | Promise<Work>;
}

export type Work = (
  client: Client,
  manner: Manner & { readonly signal: AbortSignal },
) => Promise<Told>;

/** The heading of what a command is about. */
export const WHAT = 'What:';
export const TICKETS_MAX: number = 2 ** 30;
export const EVENT_EPILOGUE: string =
  'EVENT is the id of an event, the beginning of an id that no other has, or a name.';

const STATUS =
  'Exit status: 0 done, 1 the service refused or cannot be reached, 2 bad usage, 130 interrupted.';

/** A command of the client, as `sim client --help` lists it. */
export function listed(action: Action): ListedCommand {
  const { name, summary, operands, options = {}, examples, epilogue } = action;
  const command: Command = {
    options: { ...clientOptions(), ...jsonOption(), ...options },
    examples,
    epilogue: epilogue === undefined ? STATUS : `${epilogue}\n\n${STATUS}`,
    execute: (argv) => execute(action, argv),
  };
  return { name, summary, operands, load: async () => command };
}

async function execute(action: Action, argv: Arguments): Promise<number> {
  const operands = action.operands.map((operand) => {
    const value = argv[operand];
    if (typeof value === 'string' && value.trim() !== '') return value;
    const all = action.operands.map((each) => each.toUpperCase()).join(' ');
    throw new InputError(
      `sim client ${action.name} needs ${all}; ${operand.toUpperCase()} is missing`,
    );
  });
  const settings = clientSettings(argv, action.connections?.(argv) ?? 1);
  try {
    const work = await action.prepare(argv, operands);
    return await carryOut(work, new Client(settings), isSet(argv, 'json'));
  } catch (error) {
    if (error instanceof Left) return error.exitCode;
    throw error;
  }
}

async function carryOut(work: Work, client: Client, asJson: boolean): Promise<number> {
  const interrupt = onInterrupt();
  const { width } = styleFor(undefined);
  try {
    const told = await work(client, { width, note: say, signal: interrupt.signal });
    process.stdout.write(asJson ? `${JSON.stringify(told.json)}\n` : told.text);
    return interrupt.code() ?? EXIT.done;
  } catch (error) {
    const code = interrupt.code();
    if (code !== undefined) {
      say('interrupted; what was asked may have been done all the same');
      return code;
    }
    return refused(error, asJson, client.url);
  } finally {
    await client.close();
  }
}

function refused(error: unknown, asJson: boolean, url: string): number {
  const isRefusal = error instanceof ServiceProblem || error instanceof NotThere;
  if (!isRefusal && !(error instanceof Unreachable) && !(error instanceof WrongService)) {
    throw error;
  }
  const message = failureWords(error);
  if (asJson) process.stdout.write(`${JSON.stringify({ problem: problemJson(error, message) })}\n`);
  const isGuest = error instanceof ServiceProblem && error.code === 'not-logged-in';
  const hint = isGuest && !isStaleToken(error) ? `: sim client login NAME --url ${url}` : '';
  say(message + hint);
  return EXIT.broken;
}

function problemJson(error: Error, message: string): object {
  if (!(error instanceof ServiceProblem)) {
    return { code: error instanceof NotThere ? 'not-found' : 'unreachable', message };
  }
  const { code, status } = error;
  const figures = ['available', 'asked', 'retryAfterSeconds'].flatMap((key) => {
    const value = error.figure(key);
    return value === undefined ? [] : [[key, value]];
  });
  return { code, status, message, ...Object.fromEntries(figures) };
}

function say(text: string): void {
  process.stderr.write(`sim: ${fitForTerminal(text)}\n`);
}

/** @throws InputError when it is no count of tickets */
export function countOf(operand: string, given: string, max: number): number {
  const value = /^\d{1,10}$/.test(given) ? Number(given) : 0;
  if (value >= 1 && value <= max) return value;
  throw new InputError(`${operand} must be a whole number from 1 to ${max}; got "${given}"`);
}

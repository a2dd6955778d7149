// What a line typed at the console of a server asks for. Knows no terminal.
import { isIsoDate } from '../../base/iso-date.ts';
import { LOG_LEVELS, type LogLevel } from '../../base/log-line.ts';
import { nearest } from '../../base/nearest.ts';
import type { EventFields } from '../../service/terms.ts';

/** What to do for one line. */
export type ConsoleAction =
  | { readonly kind: 'events' }
  | { readonly kind: 'add'; readonly event: EventFields }
  | { readonly kind: 'logs'; readonly level: LogLevel }
  | { readonly kind: 'help' }
  | { readonly kind: 'quit' }
  | { readonly kind: 'nothing' }
  /** It cannot be understood; why. */
  | { readonly kind: 'wrong'; readonly message: string };

const COMMANDS: Readonly<Record<string, (words: readonly string[]) => ConsoleAction>> = {
  events: alone({ kind: 'events' }),
  add,
  logs,
  help: alone({ kind: 'help' }),
  quit: alone({ kind: 'quit' }),
};
/** What others call them. */
const ALIASES: Readonly<Record<string, string>> = {
  list: 'events',
  ls: 'events',
  log: 'logs',
  exit: 'quit',
  '?': 'help',
};

/** Shown by `help`; 80 columns hold it. */
export const CONSOLE_HELP: string = `events            what is on sale: capacity, held, sold, left
add NAME DATE CAPACITY [PRICE]
                  put an event on sale: add "Jazz night" 2027-05-01 500 42.50
logs [LEVEL]      follow the log until Enter, from a level on [info]:
                  ${LOG_LEVELS.filter((level) => level !== 'silent').join(', ')}
help              this
quit              stop the server, once it has answered
`;

/** The names that `Tab` completes. */
export const CONSOLE_COMMANDS: readonly string[] = Object.keys(COMMANDS);

export function readConsoleLine(line: string): ConsoleAction {
  const words = wordsOf(line);
  if (words === undefined) return { kind: 'wrong', message: 'a quote is not closed' };
  const [first, ...rest] = words;
  if (first === undefined) return { kind: 'nothing' };
  const typed = first.toLowerCase();
  const name = Object.hasOwn(ALIASES, typed) ? (ALIASES[typed] as string) : typed;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return command(rest);
  const hint = nearest(name, CONSOLE_COMMANDS);
  const known = CONSOLE_COMMANDS.join(', ');
  return { kind: 'wrong', message: `there is no "${first}"; there are ${known}${hint}` };
}

/** The words of a line, with those in quotes as one; undefined when a quote is not closed. */
function wordsOf(line: string): string[] | undefined {
  const words: string[] = [];
  const rest = line.replaceAll(/\s*(?:"([^"]*)"|'([^']*)'|([^\s"']\S*))/g, (_, ...parts) => {
    words.push(String(parts.slice(0, 3).find((part) => part !== undefined)));
    return '';
  });
  return rest.trim() === '' ? words : undefined;
}

function alone(action: ConsoleAction): (words: readonly string[]) => ConsoleAction {
  return ([stray]) =>
    stray === undefined
      ? action
      : { kind: 'wrong', message: `${action.kind} stands alone; got "${stray}"` };
}

function logs([given = 'info', stray]: readonly string[]): ConsoleAction {
  const level = LOG_LEVELS.find((each) => each === given.toLowerCase());
  if (stray !== undefined)
    return { kind: 'wrong', message: `logs takes one level; got "${stray}"` };
  if (level !== undefined && level !== 'silent') return { kind: 'logs', level };
  const levels = LOG_LEVELS.filter((each) => each !== 'silent');
  return { kind: 'wrong', message: `there is no level "${given}"; there are ${levels.join(', ')}` };
}

function add([name, date, capacity, price = '0', stray]: readonly string[]): ConsoleAction {
  if (name === undefined || date === undefined || capacity === undefined || stray !== undefined) {
    return wrong('add takes NAME DATE CAPACITY [PRICE]; put a name of several words in quotes');
  }
  if (name.trim() === '' || name.length > 200 || /[\p{Cc}\p{Cs}]/u.test(name)) {
    return wrong('the name must have 1 to 200 characters, none of them for control');
  }
  if (!isIsoDate(date)) {
    return wrong(`the date must be a day or a moment as 2027-05-01; got "${date}"`);
  }
  if (!/^[1-9]\d{0,9}$/.test(capacity)) {
    return wrong(`the capacity must be a whole number from 1; got "${capacity}"`);
  }
  const [, units, cents = ''] = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(price) ?? [];
  if (units === undefined) return wrong(`the price must be a number as 42.50; got "${price}"`);
  const priceCents = Number(units) * 100 + Number(cents.padEnd(2, '0'));
  return { kind: 'add', event: { name, date, capacity: Number(capacity), priceCents } };
}

function wrong(message: string): ConsoleAction {
  return { kind: 'wrong', message };
}

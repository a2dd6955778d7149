import { parseArgs } from 'node:util';
import { InputError } from '../src/base/errors.ts';

/** What a flag is followed by; nothing, where it is only there or not. */
export type Flags = Readonly<Record<string, string | undefined>>;

/** What a command line holds. */
export interface Given {
  readonly words: readonly string[];
  /** Of each flag that was given, what followed it; an empty text where nothing does. */
  readonly flags: ReadonlyMap<string, string>;
}

/**
 * Takes a command line apart.
 * @param allowed each flag, with the name of what has to follow it
 * @throws InputError for a flag that is not allowed, or lacks what has to follow
 */
export function readFlags(args: readonly string[], allowed: Flags): Given {
  const options = Object.fromEntries(
    Object.entries(allowed).map(([name, operand]) => [
      name,
      { type: operand === undefined ? 'boolean' : 'string' } as const,
    ]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const words: string[] = [];
  const flags = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (!Object.hasOwn(allowed, name)) {
      throw new InputError(`there is no flag ${rawName}; there are ${describeFlags(allowed)}`);
    }
    const operand = allowed[name];
    if (operand === undefined && value !== undefined) {
      throw new InputError(`${rawName} takes nothing; got ${JSON.stringify(value)}`);
    }
    if (operand !== undefined && (value === undefined || value === '')) {
      throw new InputError(`${rawName} must be followed by ${operand}; got nothing`);
    }
    flags.set(name, value ?? '');
  }
  return { words, flags };
}

/** `--smoke, --json FILE`. */
export function describeFlags(allowed: Flags): string {
  return Object.entries(allowed)
    .map(([name, operand]) => (operand === undefined ? `--${name}` : `--${name} ${operand}`))
    .join(', ');
}

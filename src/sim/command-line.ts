/**
 * A command line that a shell takes as it is.
 * @param flags their texts by name; undefined for a flag that stands alone
 */
export function commandLine(
  command: string,
  flags: Readonly<Record<string, string | undefined>>,
): string {
  const parts = Object.entries(flags).map(([name, text]) =>
    text === undefined ? `--${name}` : `--${name} ${quote(text)}`,
  );
  return [command, ...parts].join(' ');
}

/** As a shell takes it. */
export function quote(text: string): string {
  return /^[\w.,:=/+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

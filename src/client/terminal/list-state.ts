// Where the cursor of a list stands, while rows come and go.
export interface ListState {
  /** Of the rows, in their order. */
  readonly keys: readonly string[];
  readonly cursor: number;
}

export function listState(keys: readonly string[], follows: boolean): ListState {
  return { keys, cursor: follows ? Math.max(0, keys.length - 1) : 0 };
}

/** The cursor stays on its row, if that is still there, or else where it was; whoever follows stays at the end. */
export function refreshed(
  { keys: before, cursor }: ListState,
  keys: readonly string[],
  follows: boolean,
): ListState {
  if (follows && cursor >= before.length - 1) return listState(keys, true);
  const now = keys.indexOf(before[cursor] ?? '');
  return { keys, cursor: now >= 0 ? now : Math.max(0, Math.min(cursor, keys.length - 1)) };
}

/** One step goes round at the ends; more steps end there. */
export function moved({ keys, cursor }: ListState, by: number): ListState {
  const { length } = keys;
  if (length === 0) return { keys, cursor: 0 };
  const to = cursor + by;
  const around = (to + length) % length;
  return { keys, cursor: Math.abs(by) === 1 ? around : Math.max(0, Math.min(length - 1, to)) };
}

/** The number that is typed, digit by digit: one that is too large begins anew with the digit. */
export function typed(count: number, digit: number, max: number, isFirst: boolean): number {
  const longer = isFirst ? digit : count * 10 + digit;
  return clamp(longer > max ? digit : longer, max);
}

export function clamp(count: number, max: number): number {
  return Math.max(1, Math.min(max, count));
}

/** `████░░░░`. */
export function progressBar(done: number, total: number, width = 12): string {
  const full = Math.round((Math.min(done, total) / total) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

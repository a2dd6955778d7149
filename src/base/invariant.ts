/** Stops with `message` when a condition that the code relies on does not hold: a bug, not bad input. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}

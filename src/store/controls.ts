/**
 * The strategies that are kept to be caught: those of the catalogues that are known to break promises. Their names alone,
 * so that whoever tells of results need not load every strategy.
 */
const CONTROLS: ReadonlySet<string> = new Set([
  'check-then-act',
  'file-naive',
  'pg-naive',
  'redis-naive',
]);

/** Whether a strategy is kept to be caught. */
export function isControl(strategy: string): boolean {
  return CONTROLS.has(strategy);
}

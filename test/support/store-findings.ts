import assert from 'node:assert/strict';
import type { RunResult } from '../../src/index.ts';

/** Nothing that was acknowledged is lost, nothing was sold twice, and stock and grants add up. */
export function assertNothingLost({ audit, store, health }: RunResult): void {
  assert.deepEqual([audit.oversold, audit.duplicateTickets], [0, 0]);
  assert.ok(store?.readBack, health.reasons.join('; '));
  const { lost, phantoms, undead, surplus } = store.readBack;
  assert.deepEqual(
    { lost, phantoms, undead, surplus },
    { lost: 0, phantoms: 0, undead: 0, surplus: 0 },
  );
}

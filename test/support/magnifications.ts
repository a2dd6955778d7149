import type { Magnification, RoundFindings } from '../../src/sim/magnification.ts';
import { estimateProbability } from '../../src/stats/interval.ts';

/** What was seen in 1,000 sales, half of them contested, unless said otherwise. */
export function findings(changes: Partial<RoundFindings> = {}): RoundFindings {
  const { rounds = 1000, oversold = 0 } = changes;
  return {
    rounds,
    contested: rounds / 2,
    oversold,
    duplicated: 0,
    dishonoured: 0,
    falselyRefused: 0,
    probability: estimateProbability(oversold, rounds),
    worstSurplus: 0,
    ...changes,
  };
}

/** A microscope that saw nothing wrong in 1,000 sales of one ticket. */
export function magnification(
  total: Partial<RoundFindings> = {},
  changes: Partial<Magnification> = {},
): Magnification {
  const seen = findings(total);
  return {
    schemaVersion: 1,
    strategy: 'compare-and-swap',
    command: 'sim microscope --strategy compare-and-swap --threads 2 --tickets 1 --rounds 1000',
    threads: 2,
    rounds: 1000,
    cancels: false,
    workInsideNs: 0,
    seed: '42',
    sizes: [{ tickets: 1, ...seen }],
    total: seen,
    verdict: 'exact',
    brokenPromises: [],
    firstFault: null,
    elapsedMs: 123.4,
    health: { valid: true, reasons: [] },
    environment: { node: 'v20.19.0', cpu: 'Test CPU', cores: 2, commit: 'abc1234' },
    ...changes,
  };
}

/** The control, seen. */
export function oversoldMagnification(): Magnification {
  return magnification(
    { oversold: 312, worstSurplus: 2, falselyRefused: 1 },
    {
      strategy: 'check-then-act',
      verdict: 'oversold',
      brokenPromises: ['noOversell', 'noFalseSoldOut'],
      firstFault: { tickets: 1, rounds: 7, elapsedMs: 80 },
      workInsideNs: 20_000,
      cancels: true,
    },
  );
}

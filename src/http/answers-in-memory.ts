import { LRUCache } from 'lru-cache';
import { Claims, claimName } from '../service/records/claims.ts';
import type { Claim, ClaimAnswer } from '../service/records/records.ts';
import type { KeptAnswer } from '../service/terms.ts';
import type { AnswerKeeping } from './idempotency.ts';

const KEPT_MAX = 10_000;

/** Keeps answers that must not be written down, such as those with a token in them, for one thread. */
export class AnswersInMemory implements AnswerKeeping {
  readonly #claims: Claims = new Claims();
  readonly #kept: LRUCache<string, KeptAnswer>;

  constructor(ttlMs: number) {
    this.#kept = new LRUCache({ max: KEPT_MAX, ttl: ttlMs });
  }

  readonly claim = async (claim: Claim): Promise<ClaimAnswer> =>
    this.#claims.claim(claim, this.#kept.get(claimName(claim)));

  readonly keep = async (kept: KeptAnswer): Promise<void> => {
    this.#kept.set(claimName(kept), kept);
    this.#claims.end(kept);
  };

  readonly unclaim = async (scope: string, key: string): Promise<void> => {
    this.#claims.end({ scope, key });
  };
}

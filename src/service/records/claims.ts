import type { KeptAnswer } from '../terms.ts';
import type { Claim, ClaimAnswer } from './records.ts';

/** The name of a key that two people may choose. */
export function claimName({ scope, key }: Pick<Claim, 'scope' | 'key'>): string {
  return `${scope}\n${key}`;
}

/** What a request is told whose key has an answer already. */
export function answerTo(claim: Claim, answer: KeptAnswer): ClaimAnswer {
  return answer.fingerprint === claim.fingerprint
    ? { outcome: 'kept', answer }
    : { outcome: 'reused' };
}

/** Keys of requests that are worked on, by one process. */
export class Claims {
  readonly #fingerprints = new Map<string, string>();

  claim(claim: Claim, kept: KeptAnswer | undefined): ClaimAnswer {
    if (kept) return answerTo(claim, kept);
    const name = claimName(claim);
    const working = this.#fingerprints.get(name);
    if (working !== undefined) {
      return { outcome: working === claim.fingerprint ? 'in flight' : 'reused' };
    }
    this.#fingerprints.set(name, claim.fingerprint);
    return { outcome: 'claimed' };
  }

  end(claim: Pick<Claim, 'scope' | 'key'>): void {
    this.#fingerprints.delete(claimName(claim));
  }
}

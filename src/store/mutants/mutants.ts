import { cancelByAnother } from './cancel-by-another.ts';
import { cancelTwice } from './cancel-twice.ts';
import { crashRestocks } from './crash-restocks.ts';
import { deafToDeath } from './deaf-to-death.ts';
import { doubleDispatch } from './double-dispatch.ts';
import { earlyNotify } from './early-notify.ts';
import { earlyUnlock } from './early-unlock.ts';
import { evictRelocks } from './evict-relocks.ts';
import { evictedLock } from './evicted-lock.ts';
import { halfWrite } from './half-write.ts';
import { holdExpiryRace } from './hold-expiry-race.ts';
import { ignoredCompensation } from './ignored-compensation.ts';
import { ignoredFailure } from './ignored-failure.ts';
import { lastTicketKept } from './last-ticket-kept.ts';
import { lostInCombining } from './lost-in-combining.ts';
import { lostReturn } from './lost-return.ts';
import type { Mutant } from './mutant.ts';
import { negativeQuantity } from './negative-quantity.ts';
import { noNotify } from './no-notify.ts';
import { oneTooMany } from './one-too-many.ts';
import { packedCounterWrap } from './packed-counter-wrap.ts';
import { partialGroup } from './partial-group.ts';
import { refusalDelists } from './refusal-delists.ts';
import { restartResells } from './restart-resells.ts';
import { reusedSerial } from './reused-serial.ts';
import { rewrittenFile } from './rewritten-file.ts';
import { sharedReceipt } from './shared-receipt.ts';
import { staleEscrowReturn } from './stale-escrow-return.ts';
import { staleRefusal } from './stale-refusal.ts';
import { staleReload } from './stale-reload.ts';
import { stolenLock } from './stolen-lock.ts';
import { summedHolds } from './summed-holds.ts';
import { swappedLink } from './swapped-link.ts';
import { uncheckedSeqlock } from './unchecked-seqlock.ts';
import { unlockedLookup } from './unlocked-lookup.ts';
import { unlockedPrecheck } from './unlocked-precheck.ts';
import { writerStarvation } from './writer-starvation.ts';

/** Every mutant, those of the seed systems first. */
export const mutants: readonly Mutant[] = [
  negativeQuantity,
  restartResells,
  unlockedPrecheck,
  crashRestocks,
  evictRelocks,
  evictedLock,
  unlockedLookup,
  sharedReceipt,
  staleReload,
  ignoredCompensation,
  doubleDispatch,
  lastTicketKept,
  refusalDelists,
  rewrittenFile,
  lostReturn,
  oneTooMany,
  earlyUnlock,
  uncheckedSeqlock,
  ignoredFailure,
  packedCounterWrap,
  noNotify,
  earlyNotify,
  deafToDeath,
  stolenLock,
  swappedLink,
  writerStarvation,
  lostInCombining,
  staleEscrowReturn,
  holdExpiryRace,
  summedHolds,
  partialGroup,
  staleRefusal,
  halfWrite,
  cancelTwice,
  cancelByAnother,
  reusedSerial,
];

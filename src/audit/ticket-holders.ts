/** One handing-out of a named ticket. Times are nanoseconds on the run's clock. */
export interface Holding {
  /** The ticket, and the event it is of: services may number the tickets of each event alike. */
  readonly name: string;
  readonly event: number;
  readonly client: number;
  /** When the holder was told of it. */
  readonly endNs: number;
  /** When the holder began to give it back, and was not refused; infinity where that never happened. */
  readonly returnStartNs: number;
}

/** A ticket that was handed out although somebody held it. */
export interface DuplicateTicket {
  readonly name: string;
  readonly event: number;
  /** All who were granted it, in the order in which they were told. */
  readonly clients: readonly number[];
}

/** What became of the names of tickets. */
export interface NameFindings {
  /** Times that a name was handed out while somebody may not have given it back. */
  readonly duplicates: number;
  /** Times that a name was handed out again after it had come back: allowed, and told. */
  readonly reissued: number;
  /** The tickets of the duplicates, those of the first first, as many as are told. */
  readonly examples: readonly DuplicateTicket[];
}

/** More are counted only. */
export const DUPLICATES_TOLD = 10;

/**
 * Follows each named ticket through all threads. A service may hand a name out again once its holder began to give
 * it back; before that, nobody else may be granted it, nor the same buyer twice.
 */
export function auditNames(holdings: Iterable<Holding>): NameFindings {
  const repeated = repeatedAmong(holdings);
  let reissued = 0;
  let duplicates = 0;
  const found: { readonly at: number; readonly ticket: DuplicateTicket }[] = [];
  for (const same of repeated) {
    same.sort((a, b) => a.endNs - b.endNs);
    const wrong = wronglyAgain(same);
    reissued += same.length - 1 - wrong.length;
    duplicates += wrong.length;
    const [first] = wrong;
    if (!first) continue;
    const { name, event } = first;
    found.push({
      at: first.endNs,
      ticket: { name, event, clients: same.map(({ client }) => client) },
    });
  }
  found.sort((a, b) => a.at - b.at);
  return {
    duplicates,
    reissued,
    examples: found.slice(0, DUPLICATES_TOLD).map(({ ticket }) => ticket),
  };
}

/** The holdings of each name that was handed out more than once. */
function repeatedAmong(holdings: Iterable<Holding>): Holding[][] {
  const once = new Map<string, Holding>();
  const often = new Map<string, Holding[]>();
  for (const holding of holdings) {
    const key = `${holding.event}/${holding.name}`;
    const first = once.get(key);
    const many = often.get(key);
    if (many) many.push(holding);
    else if (first) often.set(key, [first, holding]);
    else once.set(key, holding);
  }
  return [...often.values()];
}

/** Those of one name that were handed out while no return of it can have been done. */
function wronglyAgain(same: readonly Holding[]): Holding[] {
  const returns = same.map(({ returnStartNs }) => returnStartNs).toSorted((a, b) => a - b);
  const wrong: Holding[] = [];
  let granted = 0;
  for (const holding of same) {
    // At most as many as came back before this one was told, and the first.
    const back = returns.filter((startNs) => startNs <= holding.endNs).length;
    if (granted <= back) granted++;
    else wrong.push(holding);
  }
  return wrong;
}

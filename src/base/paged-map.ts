/** Of these, the table fits into the processor's cache, and growing takes a millisecond or two. */
const PAGE_ENTRIES = 32_768;

interface Page<Value> {
  readonly entries: Map<string, Value>;
  /** The first and the last of its keys in the order of texts. */
  least: string;
  greatest: string;
}

/**
 * A map for entries that come and never go, under keys that mostly come in their order, such as ids that begin with a time.
 *
 * A `Map` that is full moves all that is in it to a table twice as large: with a million entries that takes 100 ms, in which
 * nobody is served, and each addition meets a cold cache. Here what is full stays as it is, and a new page is
 * begun. A key is looked for on the pages that it can lie on: of keys in their order, one or two.
 */
export class PagedMap<Value> {
  readonly #full: Page<Value>[] = [];
  #page: Page<Value> = newPage();

  /** Adds an entry under a key that there is none of. */
  add(key: string, value: Value): void {
    let page = this.#page;
    if (page.entries.size === PAGE_ENTRIES) {
      this.#full.push(page);
      page = newPage();
      this.#page = page;
    }
    if (page.entries.size === 0 || key < page.least) page.least = key;
    if (key > page.greatest) page.greatest = key;
    page.entries.set(key, value);
  }

  get(key: string): Value | undefined {
    return this.#entriesOf(key)?.get(key);
  }

  /** Puts another value in the place of a key's; false if there is none. */
  replace(key: string, value: Value): boolean {
    const entries = this.#entriesOf(key);
    entries?.set(key, value);
    return entries !== undefined;
  }

  #entriesOf(key: string): Map<string, Value> | undefined {
    if (this.#page.entries.has(key)) return this.#page.entries;
    return this.#full.findLast((page) => mayHave(page, key) && page.entries.has(key))?.entries;
  }
}

function newPage<Value>(): Page<Value> {
  return { entries: new Map(), least: '', greatest: '' };
}

function mayHave({ least, greatest }: Page<unknown>, key: string): boolean {
  return key >= least && key <= greatest;
}

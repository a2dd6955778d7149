/** As many as a page's table still lies in the processor's cache with. */
const PAGE_ENTRIES = 8192;

/**
 * A map for entries that come and never go. A `Map` that is full moves all that is in it to a table twice as large: with
 * a million entries that takes 100 ms, in which nobody is served, and adding is slower because its place is in no cache.
 * Here what is full stays as it is, and a new page is begun. To find an entry, pages are gone through from the newest.
 */
export class PagedMap<Key, Value> {
  readonly #full: Map<Key, Value>[] = [];
  #page = new Map<Key, Value>();

  /** Adds an entry under a key that there is none of. */
  add(key: Key, value: Value): void {
    if (this.#page.size === PAGE_ENTRIES) {
      this.#full.push(this.#page);
      this.#page = new Map();
    }
    this.#page.set(key, value);
  }

  get(key: Key): Value | undefined {
    return this.#pageOf(key)?.get(key);
  }

  /** Puts another value in the place of a key's; false if there is none. */
  replace(key: Key, value: Value): boolean {
    const page = this.#pageOf(key);
    page?.set(key, value);
    return page !== undefined;
  }

  #pageOf(key: Key): Map<Key, Value> | undefined {
    return this.#page.has(key) ? this.#page : this.#full.findLast((page) => page.has(key));
  }
}

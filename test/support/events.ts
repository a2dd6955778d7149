/** One server-sent event. */
export interface Told {
  readonly event: string;
  readonly data: unknown;
}

/** The events of a live server, read one by one. */
export class Events {
  readonly #reader: ReadableStreamDefaultReader<string>;
  readonly #end: AbortController;
  #text = '';

  private constructor(body: ReadableStream<Uint8Array>, end: AbortController) {
    this.#reader = body.pipeThrough(new TextDecoderStream()).getReader();
    this.#end = end;
  }

  /** Follows the server whose page has that address. */
  static async of(url: string): Promise<Events> {
    const end = new AbortController();
    const response = await fetch(new URL('/events', url), { signal: end.signal });
    if (!response.ok || !response.body) throw new Error(`events: ${response.status}`);
    return new Events(response.body, end);
  }

  /** The next event; undefined when the server has hung up. */
  async next(): Promise<Told | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end < 0) {
        const { value, done } = await this.#reader.read();
        if (done) return undefined;
        this.#text += value;
        continue;
      }
      const fields = this.#text.slice(0, end).split('\n');
      this.#text = this.#text.slice(end + 2);
      const field = (name: string): string | undefined =>
        fields.find((each) => each.startsWith(`${name}: `))?.slice(name.length + 2);
      const [event, data] = [field('event'), field('data')];
      if (event !== undefined && data !== undefined) return { event, data: JSON.parse(data) };
    }
  }

  close(): void {
    // What is still being read then fails, and nobody waits for it.
    this.#reader.closed.catch(() => {});
    this.#end.abort();
  }
}

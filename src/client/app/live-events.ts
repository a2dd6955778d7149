// The events as they are now, asked for again and again; a list that has not changed is not sent.
import type { EventAnswer } from '../answers.ts';
import type { Client } from '../client.ts';
import { eventLines } from '../tables.ts';
import type { List, ListView } from '../terminal/screens.ts';
import { failureWords } from '../words.ts';

const EMPTY = 'There are no events yet.';

export class LiveEvents implements List<EventAnswer> {
  readonly title: string;
  readonly empty: string = EMPTY;
  readonly #client: Client;
  #events: readonly EventAnswer[];
  #trouble: string | undefined;

  constructor(client: Client, title: string, events: readonly EventAnswer[]) {
    this.#client = client;
    this.title = title;
    this.#events = events;
  }

  view(width: number): ListView<EventAnswer> {
    const { heading, rows } = eventLines(this.#events, width);
    return {
      heading,
      rows: this.#events.map((event, index) => ({
        key: event.id,
        label: rows[index] ?? '',
        value: event,
      })),
      note: this.#trouble ?? '',
    };
  }

  async refresh(signal: AbortSignal): Promise<void> {
    const note = (text: string): void => {
      this.#trouble = text;
    };
    try {
      this.#events = await this.#client.service.events({ signal, note });
      this.#trouble = undefined;
    } catch (error) {
      this.#trouble = failureWords(error);
    }
  }
}

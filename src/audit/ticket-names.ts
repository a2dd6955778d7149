import { shown } from '../base/errors.ts';

/** How a line of a history names tickets: the first of consecutive numbers, or one by one. */
interface NamedTickets {
  readonly ticket?: number | null;
  readonly tickets?: readonly (string | number)[] | null;
}

/** The tickets of an operation by their numbers. */
interface TicketNumbers {
  readonly numbers: readonly number[];
  /** Whether they are anything but consecutive numbers from the first on. */
  readonly scattered: boolean;
}

const NO_TICKETS: TicketNumbers = { numbers: [], scattered: false };

/** Numbers the tickets of a history that gives them names. */
export class TicketNames {
  readonly #numbers: Map<string, number> = new Map();
  #numbered = false;

  /** Whether tickets have names; else their numbers are their own. */
  get named(): boolean {
    return this.#numbers.size > 0;
  }

  get names(): string[] {
    return [...this.#numbers.keys()];
  }

  numbersOf(line: NamedTickets): TicketNumbers {
    const ticket = line.ticket ?? undefined;
    const tickets = line.tickets ?? undefined;
    if (ticket !== undefined) this.#numbered = true;
    if (this.#numbered && (tickets !== undefined || this.named)) {
      throw new Error('tickets are to be named by `ticket` or by `tickets`, but not by both');
    }
    if (ticket !== undefined) return { numbers: [ticket], scattered: false };
    if (tickets === undefined) return NO_TICKETS;
    if (!Array.isArray(tickets)) throw new Error(`tickets must be a list; got ${shown(tickets)}`);
    const numbers = tickets.map((name) => this.#numberOf(name));
    const [first = 0] = numbers;
    return { numbers, scattered: numbers.some((number, place) => number !== first + place) };
  }

  #numberOf(name: unknown): number {
    if (typeof name !== 'string' && typeof name !== 'number') {
      throw new Error(`a ticket must be a text or a number; got ${shown(name)}`);
    }
    const known = this.#numbers.get(`${name}`);
    if (known !== undefined) return known;
    this.#numbers.set(`${name}`, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}

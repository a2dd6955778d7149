// Histories as JSON lines, for other systems and for people; docs/history-format.md describes them.
import { InputError, messageOf, shown } from '../base/errors.ts';
import {
  ENDING,
  ENDINGS,
  type Ending,
  OPERATION,
  OPERATION_KINDS,
  type Operation,
  type OperationKind,
} from '../store/history-log.ts';
import { PROMISES, type StrategyPromise } from '../store/strategy.ts';
import { allocateHistory, type History, operationAt, putOperation } from './history.ts';
import { sortedByColumn } from './order.ts';
import { TicketNames } from './ticket-names.ts';
import { arePromises, EVENTS_MAX, faultOfEvents, faultOfOperation } from './well-formed.ts';

const FORMAT = 'onsale-history';
const VERSION = 1;
/** What a store is held to unless it says otherwise. */
const PROMISED: readonly StrategyPromise[] = [
  'noOversell',
  'noLostReceipt',
  'noFalseSoldOut',
  'noStaleRead',
];

/** The first line. */
interface LinesHeader {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  /** Tickets of each event, or by event. */
  readonly tickets: number | Readonly<Record<string, number>>;
  readonly strategy?: string;
  readonly promises?: readonly StrategyPromise[];
  readonly reissues?: boolean;
}

type Name = string | number;

/** Any other line. */
interface OperationLine {
  readonly kind: OperationKind;
  readonly outcome: Ending;
  readonly client?: Name | null;
  readonly event?: Name | null;
  readonly quantity?: number | null;
  readonly ticket?: number | null;
  readonly tickets?: readonly Name[] | null;
  readonly left?: number | null;
  readonly intendedNs?: number | null;
  readonly startNs: number;
  readonly endNs?: number | null;
  readonly sequence?: number | null;
}

/** A history of events with equally many tickets, as text. */
export function* historyToLines(history: History): Generator<string> {
  const { capacities, strategy, promises, reissues, count } = history;
  const [tickets = 0] = capacities;
  const terms = { tickets, strategy, promises, ...(reissues ? { reissues } : {}) };
  yield JSON.stringify({ format: FORMAT, version: VERSION, ...terms });
  for (let at = 0; at < count; at++) yield JSON.stringify(lineOf(operationAt(history, at)));
}

function lineOf(operation: Operation): OperationLine {
  const { event, quantity, value, intendedNs, startNs, endNs } = operation;
  const kind = OPERATION_KINDS[operation.kind] as OperationKind;
  const outcome = ENDINGS[operation.ending] as Ending;
  const client = operation.client < 0 ? {} : { client: operation.client };
  const asked = kind === 'browse' ? {} : { quantity };
  const ended = outcome === 'indeterminate' ? {} : { endNs };
  const told = toldIn(kind, outcome, value);
  return { kind, outcome, ...client, event, ...asked, ...told, intendedNs, startNs, ...ended };
}

function toldIn(kind: OperationKind, outcome: Ending, value: number): Partial<OperationLine> {
  if (kind === 'browse') return outcome === 'browsed' ? { left: value } : {};
  return value < 0 ? {} : { ticket: value };
}

/**
 * Reads a history from JSON lines.
 * @throws InputError with the line of what is wrong
 */
export function historyFromLines(bytes: Buffer, path: string): History {
  const reader = new LinesReader(path);
  let line = 0;
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from);
    const to = end < 0 ? bytes.length : end;
    line++;
    try {
      // A byte order mark counts as white space, too.
      const text = bytes.toString('utf8', from, to).trim();
      from = to + 1;
      if (text !== '') reader.read(text);
    } catch (error) {
      throw new InputError(`${path}:${line}: ${messageOf(error)}`);
    }
  }
  return reader.finish();
}

class LinesReader {
  readonly #path: string;
  readonly #operations: Operation[] = [];
  readonly #sequence: number[] = [];
  readonly #scattered: Map<number, readonly number[]> = new Map();
  readonly #clients: Map<string, number> = new Map();
  readonly #events: Map<string, number> = new Map();
  readonly #capacities: number[] = [];
  readonly #tickets: TicketNames = new TicketNames();
  #header: LinesHeader | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  read(text: string): void {
    const value = objectOf(text);
    if (this.#header) {
      this.#readOperation(value, this.#header);
      return;
    }
    this.#header = headerOf(value);
    const { tickets } = this.#header;
    if (typeof tickets === 'number') return;
    for (const name of Object.keys(tickets)) this.#eventOf(name, this.#header);
  }

  finish(): History {
    const header = this.#header;
    if (!header) throw new InputError(`${this.#path} is not a history: it is empty`);
    const count = this.#operations.length;
    const history = allocateHistory(count, {
      capacities: Int32Array.from(this.#capacities),
      promises: header.promises ?? PROMISED,
      reissues: header.reissues ?? false,
      strategy: header.strategy ?? null,
    });
    const sequence = new Float64Array(count);
    const scattered = new Map<number, readonly number[]>();
    const startNs = Float64Array.from(this.#operations, (operation) => operation.startNs);
    const order = sortedByColumn(
      Uint32Array.from({ length: count }, (_, index) => index),
      startNs,
    );
    order.forEach((from, place) => {
      putOperation(history, place, this.#operations[from] as Operation);
      sequence[place] = this.#sequence[from] as number;
      const tickets = this.#scattered.get(from);
      if (tickets) scattered.set(place, tickets);
    });
    const names = {
      clients: [...this.#clients.keys()],
      events: [...this.#events.keys()],
      tickets: this.#tickets.names,
    };
    const given = this.#sequence.some((number) => !Number.isNaN(number));
    // Numbers that are nobody's account of the order must not be taken for one.
    const account = given || this.#tickets.named ? { sequence } : {};
    return { ...history, ...account, scattered, names };
  }

  #readOperation(line: Partial<OperationLine>, header: LinesHeader): void {
    const { kind, outcome, startNs = Number.NaN } = line;
    if (kind === undefined || !OPERATION_KINDS.includes(kind)) {
      throw new Error(`kind must be one of ${OPERATION_KINDS.join(', ')}; got ${shown(kind)}`);
    }
    if (outcome === undefined || !ENDINGS.includes(outcome)) {
      throw new Error(`outcome must be one of ${ENDINGS.join(', ')}; got ${shown(outcome)}`);
    }
    const index = this.#operations.length;
    const tickets = this.#tickets.numbersOf(line);
    const [first = -1] = tickets.numbers;
    const looks = kind === 'browse';
    const operation = {
      kind: OPERATION[kind],
      ending: ENDING[outcome],
      client: this.#clientOf(line.client),
      event: this.#eventOf(nameOf('event', line.event ?? ''), header),
      quantity: looks ? 0 : (line.quantity ?? Math.max(1, tickets.numbers.length)),
      value: looks ? (outcome === 'browsed' ? (line.left ?? Number.NaN) : -1) : first,
      intendedNs: line.intendedNs ?? startNs,
      startNs,
      endNs: line.endNs ?? Number.POSITIVE_INFINITY,
    };
    const fault = faultOfOperation(operation, this.#capacities.length);
    if (fault !== undefined) throw new Error(`this operation ${fault}`);
    if (line.tickets && !looks && line.tickets.length !== operation.quantity) {
      throw new Error(`tickets must be ${operation.quantity}; got ${shown(line.tickets)}`);
    }
    if (tickets.scattered) this.#scattered.set(index, tickets.numbers);
    this.#operations.push(operation);
    this.#sequence.push(placeOf(line.sequence));
  }

  /** Whoever is not named may be anybody. */
  #clientOf(client: unknown): number {
    return (client ?? null) === null ? -1 : numberOf(this.#clients, nameOf('client', client));
  }

  #eventOf(name: string, { tickets }: LinesHeader): number {
    const event = numberOf(this.#events, name);
    if (event === this.#capacities.length) {
      const all = typeof tickets === 'number';
      if (event === EVENTS_MAX) throw new Error(`there can be at most ${EVENTS_MAX} events`);
      if (!all && !Object.hasOwn(tickets, name)) {
        throw new Error(`the first line gives no tickets to event ${shown(name)}`);
      }
      this.#capacities.push(all ? tickets : (tickets[name] as number));
    }
    return event;
  }
}

function headerOf(header: Partial<LinesHeader>): LinesHeader {
  const { format, version, tickets, promises = [], reissues = false, strategy } = header;
  if (format !== FORMAT) {
    throw new Error(`the first line must say "format":"${FORMAT}"; got ${shown(format)}`);
  }
  if (version !== VERSION) throw new Error(`version must be ${VERSION}; got ${shown(version)}`);
  const byEvent = typeof tickets === 'object' && tickets !== null;
  const fault = faultOfEvents(byEvent ? Object.values(tickets) : [tickets]);
  if (fault !== undefined) throw new Error(fault);
  if (!arePromises(promises)) {
    const known = Object.keys(PROMISES).join(', ');
    throw new Error(`promises must be among ${known}; got ${shown(promises)}`);
  }
  if (typeof reissues !== 'boolean') {
    throw new Error(`reissues must be true or false; got ${shown(reissues)}`);
  }
  if (strategy !== undefined && strategy !== null && typeof strategy !== 'string') {
    throw new Error(`strategy must be a text; got ${shown(strategy)}`);
  }
  return header as LinesHeader;
}

function objectOf(text: string): object {
  let value: unknown = text;
  try {
    value = JSON.parse(text);
  } catch {
    // The text itself says more than where it ceased to be JSON.
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Error(`a line must be a JSON object; got ${shown(value)}`);
}

function nameOf(field: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return `${value}`;
  throw new Error(`${field} must be a text or a number; got ${shown(value)}`);
}

function numberOf(numbers: Map<string, number>, name: string): number {
  const known = numbers.get(name);
  if (known !== undefined) return known;
  numbers.set(name, numbers.size);
  return numbers.size - 1;
}

function placeOf(sequence: unknown): number {
  if ((sequence ?? null) === null) return Number.NaN;
  if (typeof sequence === 'number') return sequence;
  throw new Error(`sequence must be a number; got ${shown(sequence)}`);
}

// One client of one service: what it may ask, who asks, and what it writes down.
import type { LogLevel } from '../base/log-line.ts';
import type { AccountAnswer, EventAnswer, ReservationAnswer } from './answers.ts';
import { Asker, type Waiting } from './asker.ts';
import { type ClientLog, openClientLog } from './client-log.ts';
import { ServiceProblem } from './problem.ts';
import { SessionStore } from './session-store.ts';
import { type EventFields, type Settling, TicketService } from './ticket-service.ts';
import { httpTransport, type Transport } from './transport.ts';
import { isStaleToken } from './words.ts';

export interface ClientSettings {
  /** Of the service, without a slash at its end. */
  readonly url: string;
  /** For each thing that is asked, however often it has to be. */
  readonly timeoutMs: number;
  readonly logFile: string | undefined;
  readonly logLevel: LogLevel;
  /** Nobody is logged in, whoever was. */
  readonly anonymous: boolean;
  /** Where state is kept. */
  readonly stateFolder: string;
  /** How many at a time. */
  readonly connections: number;
}

/** Of what a guest has reserved, so much is asked for. */
const GUEST_RESERVATIONS_SHOWN = 30;
const SETTLED = { confirm: 'confirmed', release: 'released', cancel: 'cancelled' } as const;

export class Client {
  readonly settings: ClientSettings;
  readonly service: TicketService;
  readonly transport: Transport;
  readonly log: ClientLog;
  readonly #sessions: SessionStore;
  #account: AccountAnswer | undefined;

  /** @throws InputError when the log cannot be opened */
  constructor(settings: ClientSettings) {
    const { url, timeoutMs, logFile, logLevel, anonymous } = settings;
    this.settings = settings;
    this.log = openClientLog(logFile, logLevel);
    this.transport = httpTransport(url, settings.connections);
    this.#sessions = new SessionStore(settings.stateFolder, url);
    const session = anonymous ? undefined : this.#sessions.load();
    this.#account = session?.account;
    const asker = new Asker({ url, transport: this.transport, log: this.log, timeoutMs });
    this.service = new TicketService(asker, url, session?.token);
  }

  /** Who is logged in; undefined: a guest. */
  get account(): AccountAnswer | undefined {
    return this.#account;
  }

  get url(): string {
    return this.settings.url;
  }

  async logIn(name: string, password: string, waiting: Waiting = {}): Promise<AccountAnswer> {
    const session = await this.service.logIn(name, password, waiting);
    this.service.token = session.token;
    this.#account = session.account;
    if (!this.settings.anonymous) this.#sessions.save(session);
    this.log.info({ account: session.account.name, role: session.account.role }, 'logged in');
    return session.account;
  }

  logOut(): void {
    this.#sessions.forget();
    this.service.token = undefined;
    this.#account = undefined;
    this.log.info('logged out');
  }

  /** Asks the service who is logged in; a log-in that has ended is forgotten. */
  async whoAmI(waiting: Waiting = {}): Promise<AccountAnswer | undefined> {
    if (this.service.token === undefined) return undefined;
    try {
      this.#account = await this.service.me(waiting);
      return this.#account;
    } catch (error) {
      if (isStaleToken(error)) this.logOut();
      throw error;
    }
  }

  async reserve(
    event: EventAnswer,
    quantity: number,
    hold: boolean,
    waiting: Waiting = {},
  ): Promise<ReservationAnswer> {
    const wanted = { eventId: event.id, quantity, hold };
    const reservation = await this.#logged('reserved', { event: event.name, quantity }, () =>
      this.service.reserve(wanted, waiting),
    );
    if (this.#account === undefined) this.#sessions.remember(reservation.id);
    return reservation;
  }

  async settle(how: Settling, id: string, waiting: Waiting = {}): Promise<ReservationAnswer> {
    return this.#logged(SETTLED[how], { reservation: id }, () =>
      this.service.settle(how, id, waiting),
    );
  }

  async createEvent(fields: EventFields, waiting: Waiting = {}): Promise<EventAnswer> {
    return this.#logged('created', { event: fields.name }, () =>
      this.service.create(fields, waiting),
    );
  }

  async editEvent(
    event: EventAnswer,
    fields: Partial<EventFields>,
    waiting: Waiting = {},
  ): Promise<EventAnswer> {
    return this.#logged('edited', { event: event.name }, () =>
      this.service.edit(event, fields, waiting),
    );
  }

  async removeEvent({ id, name }: EventAnswer, waiting: Waiting = {}): Promise<void> {
    return this.#logged('deleted', { event: name }, () => this.service.remove(id, waiting));
  }

  /** What whoever asks has reserved, the newest first; of a guest, what was reserved from here. */
  async reservations(waiting: Waiting = {}): Promise<readonly ReservationAnswer[]> {
    if (this.#account !== undefined) return this.service.reservations(waiting);
    const ids = this.#sessions.guestReservations().slice(0, GUEST_RESERVATIONS_SHOWN);
    const asked = ids.map((id) => this.#reservationIfThere(id, waiting));
    return (await Promise.all(asked)).filter((each) => each !== undefined);
  }

  /** Ids of what may be meant by the beginning of one. */
  async knownReservations(waiting: Waiting = {}): Promise<readonly string[]> {
    if (this.#account === undefined) return this.#sessions.guestReservations();
    return (await this.service.reservations(waiting)).map(({ id }) => id);
  }

  async close(): Promise<void> {
    await this.transport.close();
    this.log.close();
  }

  /** A service that keeps nothing may have been started anew. */
  async #reservationIfThere(id: string, waiting: Waiting): Promise<ReservationAnswer | undefined> {
    try {
      return await this.service.reservation(id, waiting);
    } catch (error) {
      if (error instanceof ServiceProblem && [401, 404].includes(error.status)) return undefined;
      throw error;
    }
  }

  async #logged<T>(what: string, about: object, work: () => Promise<T>): Promise<T> {
    try {
      const done = await work();
      this.log.info(about, what);
      return done;
    } catch (error) {
      const code = error instanceof ServiceProblem ? error.code : undefined;
      const why = error instanceof Error ? error.message : undefined;
      this.log.error({ ...about, code, why }, `not ${what}`);
      throw error;
    }
  }
}

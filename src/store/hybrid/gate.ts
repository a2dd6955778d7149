// A count in Redis in front of the stock in PostgreSQL: it turns most buyers away before they cost a transaction.
// It decides nothing: whoever passes still has to be served by PostgreSQL.
import { freshName } from '../../base/fresh-name.ts';
import { release } from '../redis/owned-key.ts';
import type { RedisConnections } from '../redis/redis-connections.ts';
import type { Script } from '../redis/script.ts';
import type { StorePlace } from '../stored.ts';

/** What a buyer is told at the gate. */
export type Passage = 'passed' | 'sold out' | 'no gate';

interface Keys {
  readonly count: string;
  /** Changes whenever the gate is built anew: what was taken from an older one is not put back. */
  readonly epoch: string;
  /** Who has come in and not gone out: `epoch kind event quantity ticket since`. */
  readonly inside: string;
  readonly building: string;
}

function keysOf({ name }: StorePlace, event: number): Keys {
  return {
    count: `${name}:gate:${event}`,
    epoch: `${name}:epoch`,
    inside: `${name}:inside`,
    building: `${name}:building`,
  };
}

/** 1: passed; 0: fewer are left; -1: there is no gate. */
const PASS: Script = {
  lua: `
    local count, epoch, inside = KEYS[1], KEYS[2], KEYS[3]
    local id, event, quantity, now = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
    local left, era = redis.call('GET', count), redis.call('GET', epoch)
    if not left then redis.call('DEL', epoch) end
    if not left or not era then return -1 end
    if tonumber(left) < tonumber(quantity) then return 0 end
    redis.call('DECRBY', count, quantity)
    redis.call('HSET', inside, id, era .. ' take ' .. event .. ' ' .. quantity .. ' -1 ' .. now)
    return 1`,
};

/** 1: in, and what is to be withdrawn has left the count, be it below 0; -1: there is no gate. */
const ENTER: Script = {
  lua: `
    local count, epoch, inside = KEYS[1], KEYS[2], KEYS[3]
    local id, kind, event, quantity, ticket, now = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
    local era = redis.call('GET', epoch)
    if not era then return -1 end
    if kind == 'withdraw' then redis.call('DECRBY', count, quantity) end
    redis.call('HSET', inside, id, table.concat({ era, kind, event, quantity, ticket, now }, ' '))
    return 1`,
};

/**
 * Goes out; what is for sale again is counted, if whoever built the gate has not counted it. Of somebody who is not in
 * the books, nobody knows whether he was: if he has changed the stock, the gate is closed, and built anew.
 */
const LEAVE: Script = {
  lua: `
    local count, epoch, inside, building = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
    local id, back, changed = ARGV[1], ARGV[2], ARGV[3]
    local entry = redis.call('HGET', inside, id)
    redis.call('HDEL', inside, id)
    if not entry then
      if changed == '1' then redis.call('DEL', epoch, building) end
      return 0
    end
    local era, quantity = entry:match('^(%S+) %a+ %d+ (%d+)')
    if back == '1' and era == redis.call('GET', epoch) then redis.call('INCRBY', count, quantity) end
    return 1`,
};

/** Opens a gate, if it is still closed, and all who were inside are: 1; else 0. */
const OPEN: Script = {
  lua: `
    local epoch, inside, building = KEYS[1], KEYS[2], KEYS[3]
    local builder, era, prefix, events = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
    if redis.call('GET', building) ~= builder or redis.call('EXISTS', epoch) == 1 then return 0 end
    local entries = 5 + events
    for at = entries, #ARGV, 3 do
      if redis.call('HGET', inside, ARGV[at]) ~= ARGV[at + 1] then return 0 end
    end
    for at = entries, #ARGV, 3 do redis.call('HSET', inside, ARGV[at], ARGV[at + 2]) end
    for event = 0, events - 1 do redis.call('SET', prefix .. event, ARGV[5 + event]) end
    redis.call('SET', epoch, era)
    return 1`,
};

/**
 * What somebody came in for, who may have died since: to buy (`take`), to give back (`put`), to add tickets or to
 * withdraw some.
 */
export type Purpose = 'take' | 'put' | 'add' | 'withdraw';

/** Somebody who came in. */
export interface Inside {
  readonly id: number;
  readonly kind: Purpose;
  readonly event: number;
  readonly quantity: number;
  readonly ticket: number;
  readonly sinceMs: number;
}

/** What the stock is at one moment. */
export interface Census {
  /** What is left of each event. */
  readonly remaining: readonly number[];
  /** Those inside who already have what they came for, by their ids. */
  readonly done: ReadonlySet<number>;
}

/** Somebody who goes out. */
export type Leaving = Pick<Inside, 'id' | 'kind' | 'event'>;

/** How long one may take to build a gate before another tries. */
const BUILD_MS = 5000;

/** The gates of a sale. */
export class Gate {
  readonly #place: StorePlace;
  readonly #connections: RedisConnections;

  constructor(place: StorePlace, connections: RedisConnections) {
    this.#place = place;
    this.#connections = connections;
  }

  /** Takes `quantity` from the count, if that many are left. */
  async pass(order: Omit<Inside, 'kind' | 'ticket'>): Promise<Passage> {
    const { id, event, quantity, sinceMs } = order;
    const { count, epoch, inside } = keysOf(this.#place, event);
    const passed = await this.#connections.lend((session) =>
      session.run(PASS, [count, epoch, inside], [id, event, quantity, sinceMs]),
    );
    if (passed === 1) return 'passed';
    return passed === 0 ? 'sold out' : 'no gate';
  }

  /** Comes in for anything but to buy, so that whoever dies meanwhile is found. */
  async enter({ id, kind, event, quantity, ticket, sinceMs }: Inside): Promise<Passage> {
    const { count, epoch, inside } = keysOf(this.#place, event);
    const entered = await this.#connections.lend((session) =>
      session.run(ENTER, [count, epoch, inside], [id, kind, event, quantity, ticket, sinceMs]),
    );
    return entered === 1 ? 'passed' : 'no gate';
  }

  /** Goes out again. @param back whether its tickets are for sale now */
  async leave({ id, kind, event }: Leaving, back: boolean): Promise<void> {
    const { count, epoch, inside, building } = keysOf(this.#place, event);
    const changed = back === addsStock(kind);
    await this.#connections.lend((session) =>
      session.run(LEAVE, [count, epoch, inside, building], [id, back ? 1 : 0, changed ? 1 : 0]),
    );
  }

  /** What the gate would let pass; undefined when there is no gate. */
  async count(event: number): Promise<number | undefined> {
    const { count, epoch } = keysOf(this.#place, event);
    const reply = await this.#connections.lend((session) => session.send('MGET', count, epoch));
    const [left, era] = reply as readonly (string | null)[];
    return left === null || era === null ? undefined : Math.max(0, Number(left));
  }

  /** Everybody who has come in and not gone out. */
  async inside(): Promise<Inside[]> {
    return (await this.#entries()).map(([id, text]) => insideOf(id, text));
  }

  /**
   * Builds the gates anew, unless somebody else does; nobody comes in meanwhile.
   * @param census asks for the stock, and what became of those inside
   */
  async build(census: (inside: readonly Inside[]) => Promise<Census>): Promise<void> {
    const { building } = keysOf(this.#place, 0);
    const builder = freshName('builder');
    const mine = await this.#connections.lend((session) =>
      session.send('SET', building, builder, 'NX', 'PX', `${BUILD_MS}`),
    );
    if (mine === null) return;
    try {
      const entries = await this.#entries();
      const counted = await census(entries.map(([id, text]) => insideOf(id, text)));
      await this.#open(builder, entries, counted);
    } finally {
      // Should that have taken too long, somebody else builds now.
      await this.#connections.lend((session) => release(session, building, builder));
    }
  }

  async #entries(): Promise<[string, string][]> {
    const { inside } = keysOf(this.#place, 0);
    return entriesOf(await this.#connections.lend((session) => session.send('HGETALL', inside)));
  }

  /** What those inside may still take is not for sale; what they may still bring is counted when they leave. */
  async #open(
    builder: string,
    entries: readonly [string, string][],
    { remaining, done }: Census,
  ): Promise<void> {
    const { epoch, inside, building } = keysOf(this.#place, 0);
    const era = freshName('epoch');
    const counts = [...remaining];
    const restamped = entries.flatMap(([id, text]) => {
      const { kind, event, quantity } = insideOf(id, text);
      const isDone = done.has(Number(id));
      if (!isDone && !addsStock(kind)) counts[event] = (counts[event] ?? 0) - quantity;
      return [id, text, text.replace(/^\S+/, isDone ? COUNTED : era)];
    });
    const prefix = keysOf(this.#place, 0).count.slice(0, -1);
    const args = [builder, era, prefix, counts.length, ...counts, ...restamped];
    await this.#connections.lend((session) => session.run(OPEN, [epoch, inside, building], args));
  }
}

/** In the place of an epoch: what he came for is in the count already. */
const COUNTED = 'counted';

/** Whether there is more for sale when it is done. */
export function addsStock(kind: Purpose): boolean {
  return kind === 'put' || kind === 'add';
}

/** Redis answers a hash as a list, or as a map, as the protocol's version has it. */
function entriesOf(reply: unknown): [string, string][] {
  if (reply instanceof Map) return [...reply.entries()] as [string, string][];
  if (!Array.isArray(reply)) return Object.entries((reply ?? {}) as Record<string, string>);
  return Array.from({ length: reply.length / 2 }, (_, at) => [reply[2 * at], reply[2 * at + 1]]);
}

function insideOf(id: string, text: string): Inside {
  const [, kind, event, quantity, ticket, since] = text.split(' ');
  return {
    id: Number(id),
    kind: kind as Inside['kind'],
    event: Number(event),
    quantity: Number(quantity),
    ticket: Number(ticket),
    sinceMs: Number(since),
  };
}

// A count in Redis in front of the stock in PostgreSQL: it turns most buyers away before they cost a transaction.
// It decides nothing: whoever passes still has to be served by PostgreSQL.
import { freshName } from '../../base/fresh-name.ts';
import type { RedisConnections, RedisSession } from '../redis/redis-connections.ts';
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
    if not left or not era then return -1 end
    if tonumber(left) < tonumber(quantity) then return 0 end
    redis.call('DECRBY', count, quantity)
    redis.call('HSET', inside, id, era .. ' take ' .. event .. ' ' .. quantity .. ' -1 ' .. now)
    return 1`,
};

/** Notes what is about to come on sale, or to be withdrawn: that leaves the count at once, and be it below 0. */
const ENTER: Script = {
  lua: `
    local count, epoch, inside = KEYS[1], KEYS[2], KEYS[3]
    local id, kind, event, quantity, ticket, now = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
    local era = redis.call('GET', epoch) or 'none'
    if kind == 'withdraw' and era ~= 'none' then redis.call('DECRBY', count, quantity) end
    redis.call('HSET', inside, id, table.concat({ era, kind, event, quantity, ticket, now }, ' '))
    return 1`,
};

/**
 * Goes out; what is for sale again is counted, if it is still the same gate. If not, nobody knows whether the new one has
 * seen what has changed in the stock: that gate is closed then, and built anew.
 */
const LEAVE: Script = {
  lua: `
    local count, epoch, inside, building = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
    local id, back, changed = ARGV[1], ARGV[2], ARGV[3]
    local era, quantity = (redis.call('HGET', inside, id) or ''):match('^(%S+) %a+ %d+ (%d+)')
    redis.call('HDEL', inside, id)
    if era and era == redis.call('GET', epoch) then
      if back == '1' then redis.call('INCRBY', count, quantity) end
    elseif changed == '1' then
      redis.call('DEL', epoch, building)
    end
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
  async enter({ id, kind, event, quantity, ticket, sinceMs }: Inside): Promise<void> {
    const { count, epoch, inside } = keysOf(this.#place, event);
    await this.#connections.lend((session) =>
      session.run(ENTER, [count, epoch, inside], [id, kind, event, quantity, ticket, sinceMs]),
    );
  }

  /** Goes out again. @param back whether its tickets are for sale now */
  async leave({ id, kind, event }: Leaving, back: boolean): Promise<void> {
    const { count, epoch, inside, building } = keysOf(this.#place, event);
    const changed = kind !== 'take' && back === (kind !== 'withdraw');
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

  /** Everybody who has passed and not come out. */
  async inside(): Promise<Inside[]> {
    const { inside } = keysOf(this.#place, 0);
    const reply = await this.#connections.lend((session) => session.send('HGETALL', inside));
    return entriesOf(reply).map(([id, text]) => insideOf(id, text));
  }

  /**
   * Builds the gates anew, unless somebody else does.
   * @param remaining what is left of each event
   */
  async build(remaining: () => Promise<readonly number[]>): Promise<void> {
    const { building, epoch } = keysOf(this.#place, 0);
    await this.#connections.lend(async (session) => {
      const mine = await session.send('SET', building, '1', 'NX', 'PX', `${BUILD_MS}`);
      if (mine === null) return;
      try {
        // Whoever closes the gate meanwhile, or takes over for one who is late, makes what is read here too old.
        await session.send('WATCH', building);
        await this.#fill(session, await remaining(), epoch);
      } finally {
        await session.send('UNWATCH');
        await session.send('DEL', building);
      }
    });
  }

  async #fill(session: RedisSession, remaining: readonly number[], epoch: string): Promise<void> {
    const pairs = remaining.flatMap((left, event) => [keysOf(this.#place, event).count, `${left}`]);
    await session.transaction([
      ['MSET', ...pairs],
      ['SET', epoch, freshName('epoch')],
    ]);
  }
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

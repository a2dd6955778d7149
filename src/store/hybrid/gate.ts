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
  /** Who has passed and not come out: `epoch kind event quantity ticket since`. */
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

/** Notes that tickets are about to go back. */
const ENTER: Script = {
  lua: `
    local epoch, inside = KEYS[1], KEYS[2]
    local era = redis.call('GET', epoch) or 'none'
    redis.call('HSET', inside, ARGV[1], era .. ' put ' .. ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. ARGV[4] .. ' ' .. ARGV[5])
    return 1`,
};

/** Comes out; what the gate counted is put back if asked for, and if it is still the same gate. */
const LEAVE: Script = {
  lua: `
    local count, epoch, inside = KEYS[1], KEYS[2], KEYS[3]
    local id, back = ARGV[1], ARGV[2]
    local entry = redis.call('HGET', inside, id)
    if not entry then return 0 end
    redis.call('HDEL', inside, id)
    local era, quantity = entry:match('^(%S+) %a+ %d+ (%d+)')
    if back == '1' and era == redis.call('GET', epoch) then redis.call('INCRBY', count, quantity) end
    return 1`,
};

/** Somebody who passed, and may have died since. */
export interface Inside {
  readonly id: number;
  readonly kind: 'take' | 'put';
  readonly event: number;
  readonly quantity: number;
  readonly ticket: number;
  readonly sinceMs: number;
}

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

  /** Notes that tickets are about to go back, so that whoever dies meanwhile is found. */
  async enter({ id, event, quantity, ticket, sinceMs }: Omit<Inside, 'kind'>): Promise<void> {
    const { epoch, inside } = keysOf(this.#place, event);
    await this.#connections.lend((session) =>
      session.run(ENTER, [epoch, inside], [id, event, quantity, ticket, sinceMs]),
    );
  }

  /** Comes out again. @param back whether its tickets are for sale */
  async leave(id: number, event: number, back: boolean): Promise<void> {
    const { count, epoch, inside } = keysOf(this.#place, event);
    await this.#connections.lend((session) =>
      session.run(LEAVE, [count, epoch, inside], [id, back ? 1 : 0]),
    );
  }

  /** What the gate would let pass; undefined when there is no gate. */
  async count(event: number): Promise<number | undefined> {
    const { count } = keysOf(this.#place, event);
    const left = await this.#connections.lend((session) => session.send('GET', count));
    return left === null ? undefined : Number(left);
  }

  /** Adds to the count, or takes from it, without anybody passing. */
  async change(event: number, by: number): Promise<void> {
    const { count } = keysOf(this.#place, event);
    await this.#connections.lend((session) => session.send('INCRBY', count, `${by}`));
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
        await this.#fill(session, await remaining(), epoch);
      } finally {
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

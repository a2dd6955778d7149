// A strategy of one's own on a store: a log of commits, each a file of its own, named by its number. A file can be made
// once, so whoever makes the next one has decided on what all others before it left; who comes second looks again.
// Cost: a file written and synced for every sale, and again for each time that somebody else was first.
// Source: the log of Delta Lake, Armbrust et al., VLDB 2020; on S3 the same is a write with `If-None-Match`.
import { mkdirSync, readFileSync } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CONTENDED, defineStoreStrategy, FAILED, IN_DOUBT, SOLD_OUT } from 'onsale';

/** Times that somebody else may be first. */
const TRIES = 200;

/** The stock of one event: what its commits come to, one after the other. */
class Stock {
  commits = 0;
  nextTicket = 0;
  grants = new Map();

  /** @param {string} folder @param {number} tickets */
  constructor(folder, tickets) {
    this.folder = folder;
    this.remaining = tickets;
  }

  /** Reads what was committed since the last time. Synchronous, so that nobody comes in between. */
  catchUp() {
    for (;;) {
      let text = '';
      try {
        text = readFileSync(this.pathOf(this.commits + 1), 'utf8');
      } catch (error) {
        if (error.code === 'ENOENT') return;
        throw error;
      }
      this.commits++;
      this.apply(JSON.parse(text));
    }
  }

  apply({ change, sold, returned }) {
    this.remaining += change;
    if (sold) {
      this.nextTicket += sold.quantity;
      this.grants.set(sold.ticket, sold);
    }
    if (returned !== undefined) this.grants.delete(returned);
  }

  /** @param {number} commit */
  pathOf(commit) {
    return join(this.folder, `${commit}`.padStart(10, '0'));
  }

  /** Makes the file of a commit; false when there is one of its number. It is on disk before it has that name. */
  async commit(number, entry, temporary) {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(JSON.stringify(entry));
      await file.sync();
    } finally {
      await file.close();
    }
    try {
      await link(temporary, this.pathOf(number));
    } catch (error) {
      if (error.code === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(temporary, { force: true });
    }
    return true;
  }
}

/** A name is on disk when its folder is. */
async function sync(folder) {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function stocksOf(place, { events, tickets }) {
  return Array.from({ length: events }, (_, event) => {
    return new Stock(join(place.folder, `event-${event}`), tickets);
  });
}

export default defineStoreStrategy({
  name: 'commit-files',
  summary: 'A log of files, each made once. No lock; who comes second writes and syncs his again.',
  source: 'Armbrust et al., Delta Lake, VLDB 2020',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  family: 'file',
  needs: [],
  isolation: 'serial: in the order of the commits',
  durability: 'every commit is on disk before it is acknowledged',
  async prepare(place, size) {
    for (const { folder } of stocksOf(place, size)) mkdirSync(folder);
  },
  // Called once in each thread. What is kept here, no other thread sees.
  async open({ place, size, self, work, contention, traffic }) {
    const stocks = stocksOf(place, size);
    // Requests of this thread take turns: they would only get into each other's way.
    const turns = stocks.map(() => Promise.resolve());

    /** Commits what `decide` makes of the stock as it is; a number that it answers is a refusal. */
    async function committed(event, decide) {
      const stock = stocks[event];
      for (let tries = 0; tries < TRIES; tries++) {
        stock.catchUp();
        const decision = decide(stock);
        // Whoever looks meanwhile may see later commits; ours follows on those that we decided on.
        const number = stock.commits + 1;
        if (typeof decision === 'number') return decision;
        const { entry, answer } = decision;
        if (entry.sold) await work();
        traffic.roundTrips++;
        traffic.statements++;
        try {
          const temporary = join(place.folder, `event-${event}.${self}`);
          if (!(await stock.commit(number, entry, temporary))) {
            contention.retries++;
            continue;
          }
        } catch {
          return FAILED;
        }
        return sync(stock.folder).then(
          () => answer,
          () => IN_DOUBT,
        );
      }
      return CONTENDED;
    }
    function inTurn(event, decide) {
      const turn = turns[event].then(() => committed(event, decide));
      turns[event] = turn.catch(() => {});
      return turn;
    }

    return {
      async reserve({ id, event, quantity, client }) {
        if (quantity < 1) return FAILED;
        return inTurn(event, ({ remaining, nextTicket: ticket }) => {
          if (remaining < quantity) return SOLD_OUT;
          const sold = { id, event, ticket, quantity, client };
          return { entry: { change: -quantity, sold }, answer: ticket };
        });
      },
      cancel({ event, ticket, quantity, client }) {
        return inTurn(event, ({ grants }) => {
          const held = grants.get(ticket);
          if (held?.quantity !== quantity || held.client !== client) return FAILED;
          return { entry: { change: quantity, returned: ticket }, answer: quantity };
        });
      },
      async resize({ event, by }) {
        if (!Number.isInteger(by) || Math.abs(by) >= 2 ** 31) return FAILED;
        return inTurn(event, ({ remaining }) => {
          if (remaining + by < 0) return SOLD_OUT;
          return { entry: { change: by }, answer: remaining + by };
        });
      },
      async available(event) {
        stocks[event].catchUp();
        return stocks[event].remaining;
      },
      async close() {},
    };
  },
  // What the store says when all is over, asked without any of the above having a part in it.
  async readBack(place, size) {
    const stocks = stocksOf(place, size);
    for (const stock of stocks) stock.catchUp();
    return {
      remaining: stocks.map(({ remaining }) => remaining),
      grants: stocks.flatMap(({ grants }) => [...grants.values()]),
    };
  },
  // The lab removes the folder itself.
  async remove() {},
});

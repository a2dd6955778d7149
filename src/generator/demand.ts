import { randomStream } from '../base/random.ts';
import { AliasTable } from './alias-table.ts';
import { KIND, type KindName, type Request } from './request.ts';

/**
 * How requests spread over events: a Zipf exponent (0 is uniform, 1 makes event i a fraction 1/(i+1) of event 0), or
 * every client asks for one event after the other, from the first on.
 */
export type Popularity = number | 'in-turn';

/** Who asks for what. */
export interface Demand {
  readonly clients: number;
  /** Whether clients ask in turn (closed model) or at random (all others). */
  readonly inTurn: boolean;
  readonly events: number;
  readonly popularity: Popularity;
  /** Weight of each quantity. */
  readonly quantities: ReadonlyMap<number, number>;
  /** Weight of each kind. */
  readonly mix: Readonly<Record<KindName, number>>;
}

/** Cancels come from clients among the last so many that asked to reserve. */
const RECENT_CLIENTS = 1024;

type Draw = () => number;

/**
 * Fills in who asks for what, request after request. Every concern has a stream of randomness of its
 * own and draws once for each request, so that changing one never shifts another.
 */
export function demandSource(demand: Demand, seed: string): (request: Request) => void {
  const drawClient = clientDraw(demand, seed);
  const drawEvent = eventDraw(demand, seed);
  const drawQuantity = quantityDraw(demand, seed);
  const drawKind = kindDraw(demand, seed);
  const drawCanceller = demand.mix.cancel > 0 && !demand.inTurn ? cancellerDraw(seed) : undefined;

  return (request) => {
    const client = drawClient();
    const event = drawEvent(client);
    const quantity = drawQuantity();
    const kind = drawKind();
    request.client = drawCanceller ? drawCanceller(kind, client) : client;
    request.kind = kind;
    request.event = kind === KIND.cancel ? 0 : event;
    request.quantity = kind === KIND.reserve ? quantity : 0;
  };
}

function clientDraw({ clients, inTurn }: Demand, seed: string): Draw {
  if (inTurn) {
    let next = 0;
    return () => {
      const client = next;
      next = client + 1 === clients ? 0 : client + 1;
      return client;
    };
  }
  const random = randomStream(seed, 'clients');
  return () => Math.floor(random.next() * clients);
}

function eventDraw(
  { clients, events, popularity }: Demand,
  seed: string,
): (client: number) => number {
  if (events === 1) return () => 0;
  if (popularity === 'in-turn') return eventAfterEvent(clients, events);
  const weights = Array.from({ length: events }, (_, event) =>
    // Not a power: its last bits differ between versions of V8, and the stream would with them.
    Math.exp(-popularity * Math.log(event + 1)),
  );
  return tableDraw(weights, seed, 'popularity');
}

/** Each client goes through the events in order, again and again, whoever asks in between. */
function eventAfterEvent(clients: number, events: number): (client: number) => number {
  const next = new Int32Array(clients);
  return (client) => {
    const event = next[client] as number;
    next[client] = event + 1 === events ? 0 : event + 1;
    return event;
  };
}

function quantityDraw({ quantities }: Demand, seed: string): Draw {
  const values = [...quantities.keys()];
  const [only] = values;
  if (values.length === 1) return () => only as number;
  const draw = tableDraw([...quantities.values()], seed, 'quantity');
  return () => values[draw()] as number;
}

function kindDraw({ mix }: Demand, seed: string): Draw {
  const kinds = (Object.keys(KIND) as KindName[]).filter((kind) => mix[kind] > 0);
  const [only] = kinds;
  if (kinds.length === 1) return () => KIND[only as KindName];
  const draw = tableDraw(
    kinds.map((kind) => mix[kind]),
    seed,
    'mix',
  );
  const codes = kinds.map((kind) => KIND[kind]);
  return () => codes[draw()] as number;
}

/** Lets a cancel come from somebody who asked before, so that there may be something to give back. */
function cancellerDraw(seed: string): (kind: number, client: number) => number {
  const random = randomStream(seed, 'cancellers');
  const recent = new Int32Array(RECENT_CLIENTS);
  let seen = 0;
  return (kind, client) => {
    const choice = random.next();
    if (kind === KIND.reserve) recent[seen++ % RECENT_CLIENTS] = client;
    if (kind !== KIND.cancel || seen === 0) return client;
    return recent[Math.floor(choice * Math.min(seen, RECENT_CLIENTS))] as number;
  };
}

function tableDraw(weights: readonly number[], seed: string, concern: string): Draw {
  const random = randomStream(seed, concern);
  const table = new AliasTable(weights);
  return () => table.draw(random);
}

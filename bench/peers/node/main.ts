// Sells a recorded stream as a design in Node would:
//
//   node dist/bench/peers/node/main.js DESIGN --trace FILE --threads N --tickets T --out FILE [--requests R]
import { parseArgs } from 'node:util';
import { currentEpoch, systemClock } from '../../../src/base/clock.ts';
import { openAsyncMutex } from './async-mutex.ts';
import type { Design, OpenDesign } from './design.ts';
import { openOwner } from './owner.ts';
import { allocateSale, PeerSale, UNANSWERED } from './peer-sale.ts';
import { openPiscina } from './piscina.ts';
import { saveSales } from './save-sales.ts';
import { loadStream } from './stream.ts';

const DESIGNS: ReadonlyMap<string, Design> = new Map<string, Design>([
  ['piscina', openPiscina],
  ['async-mutex', openAsyncMutex],
  ['owner', openOwner],
]);

/** Requests to serve beforehand, to other events: code is then compiled, as it is in the lab's own runs. */
const WARM_UP = 20_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    trace: { type: 'string' },
    out: { type: 'string' },
    threads: { type: 'string' },
    tickets: { type: 'string' },
    requests: { type: 'string' },
  },
});
const [name = ''] = positionals;
const open = DESIGNS.get(name);
const { trace, out, requests: limit } = values;
const [tickets, threads] = [Number(values.tickets), Number(values.threads)];
if (!open || trace === undefined || out === undefined || !(tickets > 0) || !(threads > 0)) {
  throw new Error(
    `needed: ${[...DESIGNS.keys()].join(', ')} as the design, --trace, --threads, --tickets and --out`,
  );
}
const stream = loadStream(trace, limit === undefined ? undefined : Number(limit));
const memory = allocateSale(stream, tickets);
const sale = new PeerSale(memory);
const design = await open({ sale, memory, tickets, threads });
const durationNs = await timed(design);
await design.close();
const { requests } = stream;
const reserved = saveSales(out, sale, requests, durationNs);
const sold = { requests, reserved, soldOut: requests - reserved };
process.stdout.write(
  `${JSON.stringify({ peer: 'node', design: name, ...sold, durationNs, threads, digest: null })}\n`,
);

/** Warms up, then sells; how long the sale took. */
async function timed(opened: OpenDesign): Promise<number> {
  const { events } = memory;
  sale.rewind();
  await opened.sell({ to: Math.min(WARM_UP, stream.requests), firstEvent: events });
  sale.rewind();
  const clock = systemClock(currentEpoch());
  await opened.sell({ to: stream.requests, firstEvent: 0 });
  const endNs = clock.now();
  const missing = sale.answers.indexOf(UNANSWERED);
  if (missing >= 0) throw new Error(`request ${missing} was never answered`);
  return endNs;
}

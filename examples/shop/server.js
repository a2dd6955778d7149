// A small shop: node server.js [--mended]. Its bug: between the look at what is left and the sale, it waits.
import { createServer } from 'node:http';
import { setTimeout as pay } from 'node:timers/promises';

const mended = process.argv.includes('--mended');
const shows = new Map();

async function order(show, seats) {
  if (show.left < seats) return undefined;
  if (mended) show.left -= seats;
  await pay(5); // asks the bank
  if (!mended) show.left -= seats;
  return Array.from({ length: seats }, () => `seat-${++show.issued}`);
}

async function answer({ method, url }, body) {
  const [, , id, orders] = url.split('/');
  const show = shows.get(id);
  if (method === 'GET') return [200, [...shows].map(([name, { left }]) => ({ name, left }))];
  if (method === 'PUT')
    return [201, shows.set(id, { left: body.seats, issued: 0 }) && { name: id }];
  if (method === 'DELETE') return [204, shows.delete(id) && ''];
  const seats = show && orders === 'orders' ? await order(show, body.seats) : [];
  return seats ? [201, { seats }] : [409, { error: 'sold out' }];
}

const server = createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  const [status, told] = await answer(request, text === '' ? {} : JSON.parse(text));
  response.writeHead(status).end(JSON.stringify(told));
});
server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`);
});

// Somebody who buys from a server over HTTP, a request at a time.
import { patientFetch } from './patient-fetch.ts';

/** What was answered. */
export interface Told {
  readonly status: number;
  readonly type: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: whatever it says, the test looks at
  readonly body: any;
}

/** `POST /reservations`, say; the answer as it is, also a refusal. */
export async function ask(url: string, line: string, body?: object, key?: string): Promise<Told> {
  const [method = '', path = ''] = line.split(' ');
  const headers: Record<string, string> = {};
  if (body) headers['content-type'] = 'application/json';
  if (key !== undefined) headers['idempotency-key'] = key;
  const sent = body && { body: JSON.stringify(body) };
  const response = await patientFetch(url + path, { method, headers, ...sent });
  const text = await response.text();
  const type = response.headers.get('content-type');
  return { status: response.status, type, body: text === '' ? undefined : JSON.parse(text) };
}

/** Puts an event on sale; its id. */
export async function putOnSale(url: string, capacity: number): Promise<string> {
  const event = { name: 'Jazz night', date: '2027-05-01', priceCents: 4250, capacity };
  const { status, body } = await ask(url, 'POST /events', event);
  if (status !== 201) throw new Error(`no event: ${status} ${JSON.stringify(body)}`);
  return (body as { id: string }).id;
}

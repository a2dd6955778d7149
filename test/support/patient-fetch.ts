import { setTimeout as delay } from 'node:timers/promises';

const TOO_MANY_REQUESTS = 429;
const AGAIN_MS = 50;

/**
 * Asks again while the server says that it has too much to do, as it does whenever it was kept from running for a
 * moment: on a machine that runs other tests, that is no fault.
 */
export async function patientFetch(url: string, init?: RequestInit): Promise<Response> {
  for (;;) {
    const response = await fetch(url, init);
    if (response.status !== TOO_MANY_REQUESTS) return response;
    await response.arrayBuffer();
    await delay(AGAIN_MS);
  }
}

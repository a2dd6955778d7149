import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type Part, PeerSale, type SaleMemory } from './peer-sale.ts';

/** What a seller posts to the owner. */
export interface OwnerRequest {
  readonly place: number;
  readonly event: number;
  readonly quantity: number;
}

export interface OwnerAnswer {
  readonly place: number;
  readonly ticket: number;
}

export interface SellerData {
  readonly memory: SaleMemory;
  /** To the owner. */
  readonly port: MessagePort;
}

/** Enough that neither end waits for the other for long. */
const IN_FLIGHT = 64;

const { memory, port } = workerData as SellerData;
const main = parentPort as MessagePort;
const sale = new PeerSale(memory);

/** Requests of one part, posted as answers come in. */
class Posting {
  readonly #part: Part;
  #next = 0;
  #end = 0;
  #inFlight = 0;

  constructor(part: Part) {
    this.#part = part;
  }

  /** Posts what may be in flight; whether anything is. */
  fill(): boolean {
    while (this.#inFlight < IN_FLIGHT && this.#more()) this.#post(this.#next++);
    return this.#inFlight > 0;
  }

  answered({ place, ticket }: OwnerAnswer): void {
    sale.answers[place] = ticket;
    this.#inFlight--;
  }

  #more(): boolean {
    const { to } = this.#part;
    if (this.#next === this.#end && this.#next < to) {
      const claimed = sale.claim();
      this.#next = claimed.from;
      this.#end = Math.max(claimed.from, Math.min(to, claimed.to));
    }
    return this.#next < this.#end;
  }

  #post(place: number): void {
    const { event, quantity } = sale.request(place);
    const asked: OwnerRequest = { place, event: this.#part.firstEvent + event, quantity };
    port.postMessage(asked);
    this.#inFlight++;
  }
}

let posting: Posting | undefined;

port.on('message', (answer: OwnerAnswer) => {
  posting?.answered(answer);
  if (posting?.fill() === false) main.postMessage('done');
});
main.on('message', (part: Part) => {
  posting = new Posting(part);
  // Others may have claimed everything already.
  if (!posting.fill()) main.postMessage('done');
});
main.postMessage('ready');

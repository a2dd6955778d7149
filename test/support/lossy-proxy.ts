// Stands between the lab and PostgreSQL, and breaks connections at chosen moments: when a statement was served, and
// nobody has heard of it yet. Which statement is chosen by what it is, not by the clock.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { MessageReader, textsOf, typeOf } from './statement-stream.ts';

/** A statement that was served. */
export interface Served {
  /** Its name if it was prepared under one, else its text. */
  readonly statement: string;
  /** What the server said of it: `INSERT 0 1`, `COMMIT`, or `ERROR`. */
  readonly outcome: string;
}

const NOTHING = (): undefined => undefined;

export class LossyProxy {
  /** Whether the answer to a statement is lost, and the connection with it. */
  loses: (served: Served) => boolean = () => false;
  /** What a statement waits for before the server hears of it. */
  holds: (statement: string) => Promise<void> | undefined = NOTHING;
  /** The statements whose answers were lost. */
  readonly lost: Served[] = [];
  readonly url: string;
  readonly #server: Server;
  readonly #sockets: Set<Socket> = new Set();
  #shut = false;

  private constructor(server: Server, url: URL) {
    this.#server = server;
    this.url = url.href;
  }

  /** @param to the URL of the server */
  static async start(to: string): Promise<LossyProxy> {
    const { hostname, port } = new URL(to);
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(to);
    url.hostname = '127.0.0.1';
    url.port = `${(server.address() as AddressInfo).port}`;
    const proxy = new LossyProxy(server, url);
    server.on('connection', (client) => proxy.#join(client, connect(Number(port), hostname)));
    return proxy;
  }

  /** Breaks all connections, and every new one. */
  shut(): void {
    this.#shut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Lets everybody through again. */
  open(): void {
    this.#shut = false;
  }

  async close(): Promise<void> {
    this.shut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket, upstream: Socket): void {
    const ends = [client, upstream];
    const part = (): void => {
      for (const end of ends) end.destroy();
    };
    for (const end of ends) {
      this.#sockets.add(end);
      end.setNoDelay(true);
      end.on('error', part);
      end.on('close', () => {
        this.#sockets.delete(end);
        part();
      });
    }
    if (this.#shut) {
      part();
      return;
    }
    const dialog = new Dialog(this, client, upstream, part);
    client.on('data', (bytes) => dialog.asked(bytes));
    upstream.on('data', (bytes) => dialog.answered(bytes));
  }
}

/** One connection: one statement at a time, as the lab's client sends them. */
class Dialog {
  readonly #proxy: LossyProxy;
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #part: () => void;
  readonly #requests: MessageReader = new MessageReader(false);
  readonly #replies: MessageReader = new MessageReader(true);
  /** Names of statements by the texts that were parsed without one. */
  #statement = '';
  #asking: Buffer[] = [];
  #answering: Buffer[] = [];
  #outcome = '';
  #open = false;

  constructor(proxy: LossyProxy, client: Socket, upstream: Socket, part: () => void) {
    this.#proxy = proxy;
    this.#client = client;
    this.#upstream = upstream;
    this.#part = part;
  }

  asked(bytes: Buffer): void {
    for (const message of this.#requests.read(bytes)) {
      this.#asking.push(message);
      const type = typeOf(message);
      if (type === 'Q') [this.#statement] = textsOf(message, 1) as [string];
      if (type === 'P') {
        const [name, text] = textsOf(message, 2) as [string, string];
        this.#statement = name || text;
      }
      if (type === 'B') {
        const [, name] = textsOf(message, 2) as [string, string];
        this.#statement = name || this.#statement;
      }
      // The end of what is sent at once: a statement, or what comes before and after all of them.
      if (!'PBDE'.includes(type)) void this.#forward();
    }
  }

  answered(bytes: Buffer): void {
    for (const message of this.#replies.read(bytes)) {
      const type = typeOf(message);
      this.#answering.push(message);
      if (type === 'C') [this.#outcome] = textsOf(message, 1) as [string];
      if (type === 'E') this.#outcome = 'ERROR';
      // Before the first "ready for query", server and client talk about who they are.
      if (type !== 'Z' && this.#open) continue;
      if (type === 'Z') this.#open = true;
      if (!this.#finish()) return;
    }
  }

  async #forward(): Promise<void> {
    const bytes = Buffer.concat(this.#asking);
    this.#asking = [];
    if (this.#open) await this.#proxy.holds(this.#statement);
    if (!this.#upstream.destroyed) this.#upstream.write(bytes);
  }

  /** Hands an answer on; false when it was lost. */
  #finish(): boolean {
    const served = { statement: this.#statement, outcome: this.#outcome };
    if (this.#outcome !== '' && this.#proxy.loses(served)) {
      this.#proxy.lost.push(served);
      this.#part();
      return false;
    }
    this.#outcome = '';
    const bytes = Buffer.concat(this.#answering);
    this.#answering = [];
    if (!this.#client.destroyed) this.#client.write(bytes);
    return true;
  }
}

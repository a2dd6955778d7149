// Passwords are kept as scrypt hashes in the PHC string format: "$scrypt$ln=17,r=8,p=1$salt$hash", so that the cost can be
// raised later without losing those that are there.
import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { freshBytes } from '../base/fresh-id.ts';
import { Refusal } from './refusals.ts';

const HASH_BYTES = 32;
const SALT_BYTES = 16;

/** What a hash costs: 128 * 2^log2N * r bytes of memory, and p times the work of filling them. */
export interface HashCost {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

/** 128 MB and 0.4 s: what OWASP's password storage cheat sheet asks for first. */
const HASH_COST: HashCost = { log2N: 17, r: 8, p: 1 };

/** Of a server. Each takes a processor and 128 MB: more at a time would starve those who buy. */
const AT_ONCE = 2;
/** Whoever comes when so many wait would wait for seconds: he is told so at once. */
const WAITING_MAX = 16;

/** Hashes passwords, a few at a time. */
export class PasswordHasher {
  readonly #cost: HashCost;
  /** Of no password: names that nobody has take as long as others. */
  readonly #nobodys: string;
  readonly #waiting: (() => void)[] = [];
  readonly #atOnce: number;
  readonly #waitingMax: number;
  #working = 0;

  /** @param threads how many share what a server may do (at least one hash each) */
  constructor(cost: HashCost = HASH_COST, threads = 1) {
    this.#cost = cost;
    this.#atOnce = Math.max(1, Math.floor(AT_ONCE / threads));
    this.#waitingMax = Math.ceil(WAITING_MAX / threads);
    this.#nobodys = phc(cost, freshBytes(SALT_BYTES), freshBytes(HASH_BYTES));
  }

  async hash(password: string): Promise<string> {
    const salt = freshBytes(SALT_BYTES);
    return phc(this.#cost, salt, await this.#inTurn(() => derive(password, salt, this.#cost)));
  }

  /**
   * Whether this is the password of which `hash` was made; never for an unknown one, which takes as long.
   * @param before called when its turn has come: it may throw
   */
  async verify(
    password: string,
    hash: string | undefined,
    before?: () => Promise<void>,
  ): Promise<boolean> {
    const { cost, salt, digest } = parsed(hash ?? this.#nobodys);
    const derived = await this.#inTurn(async () => {
      await before?.();
      return derive(password, salt, cost);
    });
    return timingSafeEqual(derived, digest) && hash !== undefined;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#working < this.#atOnce) this.#working++;
    else await this.#turn();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // A turn is handed on: nobody who comes now can slip in before those who wait.
      if (next) next();
      else this.#working--;
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#waitingMax) {
      throw new Refusal('overloaded', 'too many are logging in: try again in a few seconds', {
        retryAfterSeconds: 5,
      });
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}

function derive(password: string, salt: Buffer, { log2N, r, p }: HashCost): Promise<Buffer> {
  const N = 2 ** log2N;
  // OpenSSL counts a little more than the 128 * N * r bytes of the algorithm.
  const options: ScryptOptions = { N, r, p, maxmem: 128 * N * r * p + 2 ** 20 };
  // However a keyboard composes letters, it is the same password.
  const text = password.normalize('NFC');
  return new Promise((resolve, reject) => {
    scrypt(text, salt, HASH_BYTES, options, (error, hash) => {
      if (error) reject(error);
      else resolve(hash);
    });
  });
}

function phc({ log2N, r, p }: HashCost, salt: Buffer, hash: Buffer): string {
  return `$scrypt$ln=${log2N},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`;
}

function parsed(hash: string) {
  const match = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w+/-]+)\$([\w+/-]+)$/.exec(hash);
  if (!match) throw new Error('a password hash in the books is not one of scrypt');
  const [log2N, r, p] = match.slice(1, 4).map(Number) as [number, number, number];
  const [salt, digest] = match.slice(4).map((text) => Buffer.from(text, 'base64'));
  return { cost: { log2N, r, p }, salt: salt as Buffer, digest: digest as Buffer };
}

/** As the PHC format has it. */
function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

import { TokenBuckets } from './token-bucket.ts';

/** How often one client may ask. */
export interface RateLimit {
  /** 0 when the client may ask now, else in how many seconds. */
  retryAfterSeconds(address: string | undefined): number;
}

/**
 * Clients are told apart by the address that the connection comes from; what X-Forwarded-For says is not believed, since
 * anybody can write it. All threads count together.
 *
 * @param ratePerSecond 0 for no limit, which is what undefined stands for
 * @param nowMs one clock for all threads
 * @param memory as `TokenBuckets.allocate` gives it to all threads; undefined: there is but one
 */
export function rateLimit(
  ratePerSecond: number,
  nowMs: () => number,
  memory?: SharedArrayBuffer,
): RateLimit | undefined {
  if (ratePerSecond === 0) return undefined;
  const buckets = new TokenBuckets(ratePerSecond, memory);
  return {
    retryAfterSeconds(address) {
      // Whoever has gone already needs no answer.
      if (address === undefined) return 0;
      return Math.ceil(buckets.take(clientKey(address), nowMs()) / 1000);
    },
  };
}

const GROUPS = 8;
/** The groups that name a network of IPv6, of which a single customer has at least one. */
const NETWORK_GROUPS = 4;

/** An IPv4 address as it is, also when it comes mapped into IPv6; of any other the first 64 bits. */
export function clientKey(address: string): string {
  if (!address.includes(':')) return address;
  const plain = address.split('%', 1)[0] as string;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain);
  if (mapped) return mapped[1] as string;
  const [head = '', tail] = plain.split('::', 2);
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : GROUPS - first.length - last.length;
  const groups = [...first, ...Array<string>(Math.max(0, zeros)).fill('0'), ...last];
  const network = groups.slice(0, NETWORK_GROUPS).map((group) => Number.parseInt(group, 16));
  return `${network.map((group) => group.toString(16)).join(':')}::/64`;
}

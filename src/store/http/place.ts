// Whether a service may be sold from: a rush is made against one's own, and never against anybody else's.
import { lookup } from 'node:dns';
import { lookup as lookUp } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { InputError, messageOf, shown } from '../../base/errors.ts';
import { hostIn, isLoopbackAddress } from '../../base/loopback.ts';
import type { Target } from '../stored.ts';

/** What is needed to reach a service. */
export interface Place {
  readonly origin: string;
  /** What goes before every path; empty for most. */
  readonly prefix: string;
  /** Where its name leads; refuses to go elsewhere than to this machine, unless it may. */
  readonly lookup: LookupFunction | undefined;
}

/**
 * Reads a target's URL.
 * @throws InputError when it is none, or may lead to somebody else's machine
 */
export async function requireTarget({ url, owned = false }: Target): Promise<Place> {
  const given = parsed(url);
  const { origin, pathname } = given;
  const prefix = pathname.replace(/\/+$/, '');
  if (owned) return { origin, prefix, lookup: undefined };
  for (const address of await addressesOf(hostIn(given))) {
    if (!isLoopbackAddress(address)) refuse(url, address);
  }
  return { origin, prefix, lookup: loopbackOnly };
}

function parsed(url: string): URL {
  const given = URL.canParse(url) ? new URL(url) : undefined;
  if (given === undefined || !/^https?:$/.test(given.protocol)) {
    throw new InputError(
      `--target must be a URL such as http://localhost:8080; got ${shown(withoutPassword(url))}`,
    );
  }
  const isBare = given.search === '' && given.hash === '';
  if (isBare && given.username === '' && given.password === '') return given;
  const what = isBare ? 'a name or a password: an adapter sends those' : 'a query or a fragment';
  throw new InputError(`--target must be a URL without ${what}; got "${withoutPassword(url)}"`);
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//...@');
}

async function addressesOf(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  try {
    return (await lookUp(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw new InputError(`--target: nobody knows where ${host} is: ${messageOf(error)}`);
  }
}

function refuse(url: string, address: string): never {
  const where = url.includes(address) ? 'which' : `which leads to ${address} and`;
  throw new InputError(
    `--target is ${url}, ${where} is not this machine: a rush of buyers is an attack on whoever did not ask for it; give --i-own-this-target if it is yours`,
  );
}

/** Looks a name up for each connection: a name may have come to mean another machine since it was first looked up. */
const loopbackOnly: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error || !first) return callback(error ?? new Error(`${hostname} has no address`), '', 0);
    const stray = addresses.find(({ address }) => !isLoopbackAddress(address));
    if (stray) {
      const strange = new Error(`${hostname} leads to ${stray.address}, not to this machine`);
      return callback(strange, '', 0);
    }
    if (options.all) return callback(null, addresses);
    return callback(null, first.address, first.family);
  });
};

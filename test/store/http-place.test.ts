// A rush is made against one's own machine; against another only by who says that it is his.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopbackAddress } from '../../src/base/loopback.ts';
import { requireTarget } from '../../src/store/http/place.ts';

const at = (url: string, owned = false) => requireTarget({ url, adapter: 'seed1', owned });

test('a target on this machine is taken, with the path before all others', async () => {
  const { origin, prefix } = await at('http://127.0.0.1:8080/shop/v2/');
  assert.deepEqual([origin, prefix], ['http://127.0.0.1:8080', '/shop/v2']);
  assert.equal((await at('https://[::1]:8443')).prefix, '');
  assert.equal((await at('http://localhost')).origin, 'http://localhost');
  // As a URL writes 127.0.0.1.
  assert.equal((await at('http://2130706433:80')).origin, 'http://127.0.0.1');
});

test('one on another machine is refused, and why; with the owner’s word it is taken', async () => {
  for (const url of ['http://192.0.2.7:8080', 'http://0.0.0.0', 'http://[2001:db8::1]/']) {
    await assert.rejects(at(url), { message: /is not this machine: .*--i-own-this-target/ }, url);
    assert.ok((await at(url, true)).origin.startsWith('http'), url);
  }
});

test('what is no URL of a service is refused, and no password is repeated', async () => {
  const odd: readonly (readonly [url: string, message: RegExp])[] = [
    ['localhost:8080', /must be a URL such as .*; got 'localhost:8080'/],
    ['ftp://localhost', /must be a URL such as/],
    ['', /must be a URL such as/],
    ['http://localhost/?x=1', /without a query or a fragment/],
    ['http://me:secret@localhost', /^(?!.*secret).*without a name or a password/],
    ['http://no-such-host.invalid', /nobody knows where no-such-host\.invalid is/],
  ];
  for (const [url, message] of odd) {
    await assert.rejects(at(url), { name: 'InputError', message }, url);
  }
});

test('a name that comes to lead elsewhere after it was checked leads nowhere', async () => {
  const { lookup } = await at('http://localhost:1');
  const told = (hostname: string): Promise<unknown> =>
    new Promise((resolve) => lookup?.(hostname, {}, (error, address) => resolve(error ?? address)));
  assert.ok(isLoopbackAddress(String(await told('localhost'))));
  assert.match(String(await told('192.0.2.7')), /leads to 192\.0\.2\.7, not to this machine/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostIn, isLoopbackAddress, isLoopbackHost } from '../../src/base/loopback.ts';

test('addresses of this machine alone are loopback', () => {
  for (const address of [
    '127.0.0.1',
    '127.255.3.4',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
  ]) {
    assert.equal(isLoopbackAddress(address), true, address);
  }
  for (const address of [
    '10.0.0.1',
    '0.0.0.0',
    '128.0.0.1',
    '127.0.0.256',
    '::',
    '::2',
    '192.168.0.1',
    'localhost',
    'x',
  ]) {
    assert.equal(isLoopbackAddress(address), false, address);
  }
});

test('of names, localhost alone is taken for this machine', () => {
  for (const host of ['localhost', '127.0.0.1', '::1']) assert.ok(isLoopbackHost(host), host);
  const others = ['localhost.example', '127.0.0.1.example', 'box-office.example', '192.0.2.7', ''];
  for (const host of others) assert.ok(!isLoopbackHost(host), host);
});

test('the host of a URL is the address that it means', () => {
  for (const [url, host] of [
    ['http://[::1]:8080', '::1'],
    ['http://127.1/', '127.0.0.1'],
    ['http://[::ffff:127.0.0.1]', '::ffff:7f00:1'],
    ['https://Box-Office.example:8443', 'box-office.example'],
  ] as const) {
    assert.equal(hostIn(new URL(url)), host);
  }
  assert.ok(isLoopbackHost(hostIn(new URL('http://[::ffff:127.0.0.1]'))));
});

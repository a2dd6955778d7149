// What `--live` shows, from the command to the browser.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { Comparison, RunResult } from '../../src/index.ts';
import type { Sample, SessionState } from '../../src/sim/session-state.ts';
import { CHROMIUM, openAddress, openBrowser, violations } from '../support/browser.ts';
import { Events } from '../support/events.ts';
import { type Running, sim, startSim } from '../support/sim-command.ts';

const RUN = ['run', '--strategy', 'event-lock', '--threads', '2', '--tickets', '50'];
const JSON_OUT = ['--format', 'json'];
const PACED = ['--threads', '2', '--tickets', '20', '--rate', '2000', '--duration', '1500ms'];
const SECOND = ['--rate', '3000', '--duration', '1s', '--format', 'json'];

/** Starts a command with --live, and waits until it has said where. */
async function startLive(...args: readonly string[]): Promise<Running & { readonly url: string }> {
  const running = startSim([...args, '--live', '0']);
  const [line] = await once(running.child.stderr as NodeJS.ReadableStream, 'data');
  const url = /^sim: live at (http:\/\/127\.0\.0\.1:\d+\/)\n$/.exec(String(line))?.[1];
  assert.ok(url, `no address in ${line}`);
  return { ...running, url };
}

/** All that a browser would know when the server has hung up, and every sample it was told. */
async function followed(
  url: string,
  connected?: Events,
): Promise<{ last: SessionState; samples: Sample[] }> {
  const events = connected ?? (await Events.of(url));
  const samples: Sample[] = [];
  let last: SessionState | undefined;
  for (let told = await events.next(); told; told = await events.next()) {
    if (told.event === 'sample') samples.push(told.data as Sample);
    else last = told.data as SessionState;
  }
  return { last: last as SessionState, samples };
}

test('what browsers are told adds up to the result: 3,000 requests in a second', async () => {
  const { url, ended } = await startLive(...RUN, ...SECOND);
  const { last, samples } = await followed(url);
  const { code, stdout, stderr } = await ended;
  assert.deepEqual([code, stderr], [0, `sim: live at ${url}\n`]);
  const { outcomes, tickets, audit, throughput, responseTimeNs } = JSON.parse(stdout) as RunResult;
  const { command, runs, strategies, current, end } = last;
  assert.deepEqual([command, runs, end], ['sim run', { done: 1, expected: 1 }, 'done']);
  const sample = current?.samples.at(-1);
  assert.equal(
    sample?.completed,
    Object.values(outcomes).reduce((total, count) => total + count),
  );
  assert.equal(sample?.granted, tickets.granted);
  assert.equal(sample?.refused, outcomes.soldOut);
  assert.deepEqual(strategies[0]?.verdicts, { [audit.verdict]: 1 });
  assert.equal(strategies[0]?.last?.completedPerSecond, throughput.completedPerSecond);
  assert.equal(strategies[0]?.last?.responseP99Ns, responseTimeNs.p99);
  assert.ok(samples.length >= 2, `${samples.length} samples on the way`);
});

test('a comparison tells of each strategy what the result says: 2 strategies', async () => {
  const strategies = ['check-then-act', 'rw-lock'];
  const { url, ended } = await startLive(
    'compare',
    '--strategies',
    strategies.join(','),
    '--requests',
    '5000',
    ...JSON_OUT,
  );
  const { last } = await followed(url);
  const { stdout } = await ended;
  const { results } = JSON.parse(stdout) as Comparison;
  assert.deepEqual(
    last.strategies.map(({ strategy, verdicts, oversold }) => [strategy, verdicts, oversold]),
    results.map(({ strategy, audit }) => [strategy, { [audit.verdict]: 1 }, audit.oversold]),
  );
  assert.deepEqual(last.runs, { done: 2, expected: 2 });
});

test('blocks and sweeps are told run by run: 4 and 2 runs', async () => {
  const alone = ['--strategies', 'event-lock', '--requests', '500', ...JSON_OUT];
  const commands = [
    ['compare', ...alone, '--blocks', '2', '--discard', '0'],
    ['sweep', ...alone, '--threads', '1,2', '--repeats', '1'],
  ];
  const parts = [/^block 2 of 2$/, /^threads [12]$/];
  for (const [index, command] of commands.entries()) {
    const { url, ended } = await startLive(...command);
    const { last } = await followed(url);
    await ended;
    const runs = last.strategies.reduce((total, each) => total + each.runs, 0);
    assert.deepEqual([last.command, last.end], [`sim ${command[0]}`, 'done']);
    assert.deepEqual([last.runs, runs], [{ done: runs, expected: runs }, index === 0 ? 4 : 2]);
    assert.match(last.current?.part ?? '', parts[index] as RegExp);
  }
});

test('Ctrl-C ends the run and the server, and is told', async () => {
  const { url, child, ended } = await startLive(...RUN, '--rate', '1000', '--duration', '1h');
  const events = await Events.of(url);
  // Not before there is something to interrupt.
  while ((await events.next())?.event !== 'sample');
  const rest = followed(url, await Events.of(url));
  child.kill('SIGINT');
  const { last } = await rest;
  assert.equal(last.end, 'interrupted');
  assert.equal((await ended).code, 130);
  events.close();
});

test('a browser that never reads keeps no command from ending', async () => {
  const { url, ended } = await startLive(...RUN, ...SECOND);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  socket.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
  assert.equal((await ended).code, 0);
  socket.destroy();
});

test('a port that is in use, or none, is refused before anything is sold', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const inUse = await sim(...RUN, '--duration', '1h', '--rate', '9', '--live', String(port));
  assert.deepEqual(inUse, {
    code: 2,
    signal: null,
    stdout: '',
    stderr: `sim: --live cannot listen on port ${port}: it is in use; 0 takes a free one\n`,
  });
  taken.close();
  const none = await sim(...RUN, '--duration', '1h', '--rate', '9', '--live', '65536');
  assert.equal(none.code, 2);
  assert.equal(none.stderr, 'sim: --live must be a whole number from 0 to 65535; got "65536"\n');
});

describe('the live page in a browser', { skip: CHROMIUM === undefined && 'no Chromium' }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser.close());

  test('follows a sale to its end: without a complaint, a foreign request or an axe violation', async () => {
    const { url, ended } = await startLive(
      'compare',
      '--strategies',
      'event-lock,rw-lock',
      ...PACED,
      ...JSON_OUT,
    );
    const [wide, phone] = await Promise.all([
      openAddress(browser, url),
      openAddress(browser, url, {
        viewport: { width: 360, height: 700 },
        colorScheme: 'dark',
      }),
    ]);
    await phone.page.locator('#times canvas').waitFor();
    await phone.page.locator('#looks summary').click();
    await phone.page.locator('#looks tbody tr').first().waitFor();
    assert.deepEqual(await violations(phone.page), []);
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    assert.equal(await phone.page.evaluate(overflow), 0, 'the page is wider than the phone');
    const { code, stdout } = await ended;
    assert.equal(code, 0);
    const { results } = JSON.parse(stdout) as Comparison;
    for (const { page, complaints, requests } of [wide, phone]) {
      const status = page.locator('#status', { hasText: 'Over' });
      await status.waitFor();
      assert.equal(await status.textContent(), 'Over 2 of 2 runs done. 2 exact.');
      assert.equal(await page.locator('#spoken').textContent(), 'Over. 2 of 2 runs done. 2 exact.');
      assert.equal(await page.locator('#strategies tbody tr').count(), results.length);
      assert.match((await page.locator('#requests-text').textContent()) ?? '', /^3,000 of 3,000$/);
      assert.deepEqual(complaints, []);
      assert.deepEqual(requests, [new URL('/events', url).href]);
    }
    assert.deepEqual(await violations(wide.page), []);
    await Promise.all([wide, phone].map(({ page }) => page.context().close()));
  });
});

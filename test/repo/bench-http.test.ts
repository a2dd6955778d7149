// autocannon against `sim serve`, for a second: that the benchmark runs, and what it counts. Its figures are of no use here.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { PHASES, seedTest } from '../../bench/seed-test.ts';
import { endAll } from '../support/serve-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'onsale-bench-http-'));
after(async () => {
  await endAll();
  rmSync(folder, { recursive: true });
});

const HEADINGS =
  /^\| phase +\| requests \| average latency \(ms\) \| average throughput \(B\/s\) \| granted \| sold out \| others \|$/m;

test('the test of seed system 3 runs over HTTP: 80 connections, 4 events of 10,000 tickets, 1 s in memory', async () => {
  const told = await seedTest(folder, 1, PHASES.slice(0, 1));
  assert.match(told, HEADINGS);
  const row = /^\| in memory +\|(.*)\|$/m.exec(told)?.[1]?.split('|') ?? [];
  const [requests, latency, bytes, granted, soldOut, others] = row.map((cell) =>
    Number(cell.replaceAll(',', '')),
  );
  assert.ok((granted ?? 0) > 0 && (granted ?? 0) <= 40_000, told);
  // A machine that is busy may have some of them turned away.
  assert.equal((granted ?? 0) + (soldOut ?? 0) + (others ?? 0), requests, told);
  assert.ok((latency ?? 0) > 0 && (bytes ?? 0) > 0, told);
  assert.match(told, /Published for seed system 3/);
  assert.equal(PHASES.length, 4);
});

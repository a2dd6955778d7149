// `sim report`: the JSON of a result is the source of all formats.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { renderComparisonAs, renderRunAs } from '../../src/report/render.ts';
import type { Comparison, RunResult } from '../../src/sim/result.ts';
import { type Ended, sim, simEach } from '../support/sim-command.ts';

const folder: string = mkdtempSync(join(tmpdir(), 'onsale-report-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const STYLE = { color: false, width: 100 };
const SMALL = ['--requests', '2000', '--rate', 'max', '--quiet'];
const FORMATS = ['table', 'json', 'markdown', 'csv', 'html'] as const;

test('what sim run prints as JSON is reported in all 5 formats as sim run prints them', async () => {
  const path = join(folder, 'result.json');
  const made = await sim(
    'run',
    '--strategy',
    'event-lock',
    ...SMALL,
    '--format',
    'json',
    '--out',
    path,
  );
  assert.deepEqual([made.code, made.stdout, made.stderr], [0, '', '']);
  const result = JSON.parse(readFileSync(path, 'utf8')) as RunResult;
  const ends = await simEach(FORMATS.map((format) => ['report', path, '--format', format]));
  for (const [index, { code, stdout, stderr }] of ends.entries()) {
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(stdout, renderRunAs(FORMATS[index] as (typeof FORMATS)[number], result, STYLE));
  }
});

test('a comparison, too; what it says of a strategy is no failure of the report', async () => {
  const path = join(folder, 'result.json');
  const strategies = ['--strategies', 'check-then-act,event-lock'];
  await sim('compare', ...strategies, ...SMALL, '--format', 'json', '--out', path);
  const comparison = JSON.parse(readFileSync(path, 'utf8')) as Comparison;
  const out = join(folder, 'result.html');
  const { code, stdout } = await sim('report', path, '--format', 'html', '--out', out);
  assert.deepEqual([code, stdout], [0, '']);
  assert.equal(readFileSync(out, 'utf8'), renderComparisonAs('html', comparison, STYLE));
});

test('sim report refuses what is no result, and to write over what it reads', async () => {
  const path = join(folder, 'result.json');
  writeFileSync(path, '{"results": 1}');
  const cases: [string[], RegExp][] = [
    [['report'], /sim report needs the file of a result/],
    [['report', path], /is not a result of sim run/],
    [['report', join(folder, 'missing.json')], /missing\.json/],
    [['report', path, '--out', path], /are the same file/],
    [
      ['report', path, '--format', 'pdf'],
      /must be one of table, json, markdown, csv, html, hlog; got "pdf"/,
    ],
  ];
  const ends = await simEach(cases.map(([args]) => args));
  for (const [index, [args, says]] of cases.entries()) {
    const { code, stdout, stderr } = ends[index] as Ended;
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.match(stderr, says);
    assert.equal(stderr.trim().split('\n').length, 1);
  }
  assert.equal(readFileSync(path, 'utf8'), '{"results": 1}');
});

test('commands that make no page say so: strategies, microscope, mutants, check, explore', async () => {
  const commands = [
    ['strategies'],
    ['microscope', '--strategy', 'event-lock'],
    ['mutants'],
    ['check', 'history.bin'],
    ['explore', '--strategy', 'event-lock'],
  ];
  const ends = await simEach(commands.map((command) => [...command, '--format', 'html']));
  for (const [index, { code, stderr }] of ends.entries()) {
    assert.equal(code, 2, commands[index]?.join(' '));
    assert.match(
      stderr,
      /--format must be one of .*; got "html"; only results of sales are made into pages/,
    );
  }
});

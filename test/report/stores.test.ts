import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { comparisonToHtml } from '../../src/report/html/comparison-page.ts';
import { runToHtml } from '../../src/report/html/run-page.ts';
import { comparisonToMarkdown } from '../../src/report/markdown.ts';
import { renderComparisonAs } from '../../src/report/render.ts';
import { renderComparison, renderRun } from '../../src/report/table.ts';
import type { Comparison, RunResult } from '../../src/sim/result.ts';
import { oversoldResult, resultOf, storedResult } from '../support/results.ts';

const ASSETS = { script: '', style: '' };
const PLAIN = { color: false, width: 100 };

const MIXED: Comparison = {
  schemaVersion: 1,
  results: [
    oversoldResult(12),
    resultOf('compare-and-swap'),
    storedResult('pg-update'),
    storedResult('redis-lua', {
      store: { family: 'redis', servers: [], roundTrips: 11, statements: 100 },
    }),
  ],
};

/** The same, some requests without a proper answer. */
const REFUSED: Comparison = {
  schemaVersion: 1,
  results: [
    ...MIXED.results,
    storedResult('pg-version', { outcomes: { contended: 30, failed: 4 } }),
  ],
};

function tableAt(width: number, comparison: Comparison = MIXED): string {
  return renderComparison(comparison, { color: false, width });
}

/** The line of a strategy in a table. */
function rowOf(text: string, strategy: string): string {
  return text.split('\n').find((line) => line.startsWith(strategy)) ?? '';
}

describe('families beside each other in a table', () => {
  test('round trips and statements per sale stand after the response times, a dash for memory', () => {
    const text = tableAt(120);
    assert.match(text, /resp\. resp\. resp\. trips stmts /);
    assert.match(rowOf(text, 'pg-update'), / 800ns +22us +2ms +2\.0 +2\.3 /);
    assert.match(rowOf(text, 'redis-lua'), / 2ms +0\.11 +1\.0 /);
    assert.match(rowOf(text, 'compare-and-swap'), / 2ms +- +- /);
  });

  test('there is no column for what no row has: stores, and requests without a proper answer', () => {
    const inMemory = tableAt(120, { schemaVersion: 1, results: MIXED.results.slice(0, 2) });
    assert.doesNotMatch(inMemory, /trips|stmts|served/);
    assert.doesNotMatch(tableAt(120), /served/);
    assert.match(rowOf(tableAt(120, REFUSED), 'pg-version'), /exact +0 +34 /);
  });

  for (const [width, leftOut] of [
    [120, undefined],
    [100, undefined],
    [80, 'resp. max, retries, waits, Jain index'],
  ] as const) {
    test(`what costs most is left out last: ${width} columns`, () => {
      const text = tableAt(width);
      for (const line of text.split('\n')) assert.ok(line.length <= width, line);
      assert.equal(/no room for (.*)\)/.exec(text)?.[1], leftOut);
      assert.match(text, /trips +stmts/);
    });
  }

  test('the servers that served are told once each, however many strategies they served', () => {
    const line = 'PostgreSQL 15.18, started for this (fsync on, synchronous_commit on)';
    assert.equal(tableAt(100, REFUSED).split(line).length, 2);
  });
});

describe('what a store promises', () => {
  test('is told of each strategy in Markdown', () => {
    const text = comparisonToMarkdown(MIXED);
    assert.match(
      text,
      /^- pg-update: isolation read committed; durability committed before it is acknowledged$/m,
    );
    assert.match(text, /^- PostgreSQL 15\.18, started for this/m);
    assert.match(text, /\| trips \/sale \| stmts \/sale \|/);
  });

  test('is a section of the page, with what served and what was read back', () => {
    const page = comparisonToHtml(MIXED, ASSETS);
    assert.match(page, /<h2 id="stores">Stores<\/h2>/);
    assert.match(page, /read committed/);
    assert.match(page, /PostgreSQL 15\.18/);
    assert.match(page, /agrees with what clients were told/);
    assert.match(page, />trips a sale</);
    assert.match(page, /none where stock lies in a store/);
    // The link to it, too, is only there where there is a store.
    const inMemory = comparisonToHtml({ ...MIXED, results: MIXED.results.slice(0, 2) }, ASSETS);
    assert.doesNotMatch(inMemory, /stores|trips a sale/);
  });

  test('requests in doubt are told where there are any, and what does not agree', () => {
    const lossy = storedResult('pg-update', {
      store: {
        inDoubt: { reserves: 3, cancels: 1, served: 2 },
        readBack: { lost: 2, phantoms: 0, undead: 0, surplus: 0, missing: 1 },
      },
    });
    const told = /3 reserves, of which the store had served 2; 1 cancel/;
    const disagrees =
      /2 grants that clients hold are not there, 1 ticket neither sold nor for sale/;
    const [page, runPage, text] = [
      comparisonToHtml({ schemaVersion: 1, results: [lossy] }, ASSETS),
      runToHtml(lossy, ASSETS),
      renderRun(lossy, PLAIN).replaceAll(/\n +/g, ' '),
    ];
    for (const report of [page, runPage, text]) {
      assert.match(report, told);
      assert.match(report, disagrees);
    }
    assert.doesNotMatch(comparisonToHtml(MIXED, ASSETS), /in doubt<\/th>/);
  });

  test('of one run are facts, those of a file without a server', () => {
    const text = renderRun(storedResult('pg-update'), PLAIN);
    assert.match(text, /^store +20 connections, 200 round trips \(2\.0 a sale\), 230 statements/m);
    assert.match(text, /^served by +PostgreSQL 15\.18/m);
    const file = storedResult('file-log', { store: { family: 'file', servers: [] } });
    assert.doesNotMatch(renderRun(file, PLAIN), /served by/);
  });
});

test('CSV has the servers by kind, and round trips and statements per sale', () => {
  const [header = '', ...lines] = renderComparisonAs('csv', MIXED, PLAIN).split('\r\n');
  const names = header.split(',');
  const cell = (line: number, name: string): string | undefined =>
    lines[line]?.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)[names.indexOf(name)];
  assert.equal(cell(2, 'store.roundTripsPerSale'), '2');
  assert.equal(cell(2, 'store.statementsPerSale'), '2.3');
  assert.equal(cell(2, 'store.servers.postgres.settings.fsync'), 'on');
  assert.equal(cell(1, 'store.roundTripsPerSale'), '');
  assert.doesNotMatch(lines.join(), /\[object/);
});

test('a strategy on a store that granted nothing has no round trips per sale', () => {
  const none: RunResult = storedResult('pg-update', { outcomes: { reserved: 0 } });
  assert.match(
    rowOf(tableAt(120, { schemaVersion: 1, results: [none] }), 'pg-update'),
    / 2ms +- +- /,
  );
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { magnify } from '../../src/index.ts';
import type { Format } from '../../src/report/formats.ts';
import { renderMagnification } from '../../src/report/magnification.ts';
import type { Magnification } from '../../src/sim/magnification.ts';
import { PROMISES } from '../../src/store/strategy.ts';
import { magnification, oversoldMagnification } from '../support/magnifications.ts';
import { exportedSchema, type Json, openSchema, undescribedFields } from '../support/schemas.ts';

function render(found: Magnification, format: Format = 'table', width = 80, color = false): string {
  return renderMagnification(format, found, { color, width });
}

/** A text without its line breaks. */
function flowing(text: string): string {
  return text.replace(/\s+/g, ' ');
}

describe('as a table', () => {
  test('an oversell is told first, with its probability and how to see it again', () => {
    const text = flowing(render(oversoldMagnification()));
    assert.match(
      text,
      /^check-then-act 2 threads race for the last tickets, some of which come back, 20us/,
    );
    assert.match(text, / 1 1,000 500 312 31\.2 % 28\.4-34\.1 % 2 0 1 all 1,000 500 312 /);
    assert.match(
      text,
      /verdict oversold: 312 of 1,000 sell-outs sold more than there was: 31\.2 % \(95 % interval 28\.4-34\.1 %\), 2 tickets too many at worst; 1 of 1,000 sell-outs refused a ticket that was free promises broken: noOversell, noFalseSoldOut/,
    );
    assert.match(text, /again sim microscope --strategy/);
  });

  test('that nothing was seen bounds how often it happens, and is no proof', () => {
    const text = flowing(render(magnification()));
    assert.match(text, / 1 1,000 500 0 0 % < 0\.3 % /);
    assert.match(
      text,
      /exact: in 1,000 sell-outs \(123ms\) nothing went wrong, and 500 of them were contested; with 95 % confidence fewer than 0\.3 % oversell here \(which is no proof: see sim explore\) promises none broken/,
    );
  });

  for (const [contested, sentence] of [
    [0, /but no two threads ever met: there was no race, so this proves nothing/],
    [99, /but only 99 of them were contested, so this shows little/],
  ] as const) {
    test(`where ${contested} of 1,000 were contested, it says that this is little`, () => {
      assert.match(flowing(render(magnification({ contested }))), sentence);
    });
  }

  test('what was cut short says why, and what was seen until then', () => {
    const health = { valid: false, reasons: ['interrupted'] };
    const found = magnification({}, { verdict: 'incomplete', health });
    const text = flowing(render(found));
    assert.match(text, /incomplete: cut short: interrupted; until then in 1,000 sell-outs /);
    const nothing = magnification({ rounds: 0, contested: 0 }, { ...found, sizes: [] });
    const empty = flowing(render({ ...nothing, total: { ...nothing.total, rounds: 0 } }));
    assert.match(empty, /until then nothing was sold/);
  });

  test('fits in 80 columns, and colours nothing but words', () => {
    for (const found of [magnification(), oversoldMagnification()]) {
      const text = render(found);
      for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
      const colored = render(found, 'table', 80, true);
      assert.ok(colored.includes('\u001b['));
      assert.equal(stripVTControlCharacters(colored), text);
    }
  });
});

test('as Markdown: a table, the verdict, the command', () => {
  const text = render(oversoldMagnification(), 'markdown');
  assert.match(
    text,
    /^\| tickets \| rounds \| contested \| oversold \| per sell-out \| 95 % interval \|/m,
  );
  assert.match(text, /^\| all \| 1,000 \| 500 \| 312 \| 31.2 % \| 28.4-34.1 % \| 2 \| 0 \| 1 \|$/m);
  assert.match(text, /^\*\*oversold\*\*: 312 of /m);
  assert.match(text, /^```sh\nsim microscope /m);
});

test('as CSV: a line for each size, and one for all', () => {
  const [header = '', ...lines] = render(oversoldMagnification(), 'csv').trim().split('\r\n');
  const names = header.split(',');
  assert.deepEqual(names.slice(0, 5), ['strategy', 'threads', 'cancels', 'workInsideNs', 'seed']);
  const column = names.indexOf('tickets');
  assert.deepEqual(
    lines.map((line) => line.split(',')[column]),
    ['1', 'all'],
  );
  assert.ok(names.includes('probability.high'));
});

describe('as JSON', () => {
  const { schema, validate } = openSchema('microscope');

  function assertValid(found: Magnification): void {
    assert.ok(validate(JSON.parse(render(found, 'json'))), JSON.stringify(validate.errors));
  }

  test('every result is as the schema says, with nothing that it does not describe', async () => {
    for (const cancels of [false, true]) {
      const terms = { threads: 2, sizes: [1, 3], rounds: 10, cancels };
      assertValid(await magnify({ strategy: 'check-then-act', ...terms, workInsideNs: 1000 }));
    }
    assertValid(oversoldMagnification());
    const signal = AbortSignal.abort();
    assertValid(await magnify({ strategy: 'rw-lock', threads: 2, rounds: 10, signal }));
  });

  test('a result without one of its fields, or with one more, is refused', () => {
    const whole = JSON.parse(render(oversoldMagnification(), 'json')) as Json;
    for (const key of Object.keys(whole)) {
      const { [key]: _, ...others } = whole;
      assert.equal(validate(others), false, `without ${key}`);
    }
    assert.equal(validate({ ...whole, more: 1 }), false);
    const total = { ...(whole['total'] as Json), more: 1 };
    assert.equal(validate({ ...whole, total }), false);
    assert.equal(validate({ ...whole, schemaVersion: 2 }), false);
  });

  test('the schema knows every promise, and describes every field', () => {
    const { promise } = schema['$defs'] as { promise: { enum: string[] } };
    assert.deepEqual(promise.enum.toSorted(), Object.keys(PROMISES).toSorted());
    assert.deepEqual(undescribedFields(schema, false), []);
  });

  test('the package exports the schema', () => {
    assert.equal(exportedSchema('microscope'), './schema/microscope.schema.json');
  });
});

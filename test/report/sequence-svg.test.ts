import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sequenceToSvg } from '../../src/report/sequence-svg.ts';
import { crowd, LOST_UPDATE, proved, step, violated } from '../support/explorations.ts';

/** The width of a letter of the widest font that browsers take for it. */
const LETTER = 7.25;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The start tags of one kind, with their attributes and the text that follows each. */
function elements(svg: string, name: string): { attributes: Map<string, string>; text: string }[] {
  return [...svg.matchAll(new RegExp(`<${name}((?: [\\w-]+="[^"<&]*")*) ?/?>([^<]*)`, 'g'))].map(
    ([, list = '', text = '']) => ({
      attributes: new Map(
        [...list.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
      ),
      text: text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
    }),
  );
}

/** Each tag closed where it was opened, and nothing that XML does not allow. */
function assertWellFormed(svg: string): void {
  const open: string[] = [];
  for (const [tag, end, name = '', self] of svg.matchAll(
    /<(\/?)([a-z]+)(?: [\w-]+="[^"<&]*")*(\/?)>/g,
  )) {
    if (end) assert.equal(open.pop(), name, tag);
    else if (!self) open.push(name);
  }
  assert.deepEqual(open, []);
  const texts = svg.replace(/<\/?[a-z]+(?: [\w-]+="[^"<&]*")*\/?>/g, '');
  assert.doesNotMatch(texts, /[<>]|&(?!(?:amp|lt|gt);)/);
  assert.doesNotMatch(svg, /[^\P{Cc}\n]/u);
  assert.doesNotMatch(svg, /href|url\(|@import|<script|<image/, 'it needs something else');
}

function boxesOf(svg: string): Box[] {
  return elements(svg, 'rect')
    .filter(({ attributes }) => attributes.get('class') === 'box')
    .map(({ attributes }) => {
      const [x = 0, y = 0, width = 0, height = 0] = ['x', 'y', 'width', 'height'].map((key) =>
        Number(attributes.get(key)),
      );
      return { x, y, width, height };
    });
}

/** Where the texts stand; each a line. */
function textsOf(svg: string): Box[] {
  return elements(svg, 'text').map(({ attributes, text }) => {
    const [at = 0, base = 0] = ['x', 'y'].map((key) => Number(attributes.get(key)));
    const width = text.length * LETTER * (attributes.get('class') === 'name' ? 14 / 12 : 1);
    const anchor = attributes.get('text-anchor');
    const x = anchor === 'middle' ? at - width / 2 : anchor === 'end' ? at - width : at;
    return { x, y: base - 10, width, height: 13 };
  });
}

function apart(one: Box, other: Box): boolean {
  return (
    one.x + one.width <= other.x ||
    other.x + other.width <= one.x ||
    one.y + one.height <= other.y ||
    other.y + other.height <= one.y
  );
}

function within(inner: Box, outer: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** No two texts overlap, no two boxes do, and each text is inside a box or clear of all of them. */
function assertTidy(svg: string): void {
  const [width, height] = [...(/viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [])].slice(1).map(Number);
  const page = { x: 0, y: 0, width: width ?? 0, height: height ?? 0 };
  const [boxes, texts] = [boxesOf(svg), textsOf(svg)];
  for (const each of [boxes, texts]) {
    each.forEach((one, index) => {
      assert.ok(within(one, page), `off the page: ${JSON.stringify(one)}`);
      for (const other of each.slice(index + 1)) {
        assert.ok(apart(one, other), `overlap: ${JSON.stringify([one, other])}`);
      }
    });
  }
  for (const text of texts) {
    const touched = boxes.filter((box) => !apart(box, text));
    assert.ok(touched.length <= 1);
    for (const box of touched)
      assert.ok(within(text, box), `out of its box ${JSON.stringify(text)}`);
  }
}

test('a lost update of 6 steps is drawn in 6 boxes, with 4 changes of memory beside them', () => {
  const svg = sequenceToSvg(violated());
  assertWellFormed(svg);
  assertTidy(svg);
  assert.equal(boxesOf(svg).length, 10);
  assert.equal(svg.match(/<g class="marked">/g)?.length, 2);
  assert.ok(svg.includes('>event 0 remaining: 2</text>'));
  assert.ok(svg.includes('>⇒ granted tickets 0-1</text>'));
});

test('it has a title and a description with every step, for who cannot see it', () => {
  const svg = sequenceToSvg(violated());
  assert.match(svg, /role="img" aria-labelledby="title steps"/);
  assert.ok(svg.includes('<title id="title">check-then-act: violated</title>'));
  assert.match(
    svg,
    /<desc id="steps">1\. A begins to reserve 2 and reads event 0 remaining: 4\. 2\. B .* 6\. .*; granted tickets 2-4\. oversell: /,
  );
});

test('it has colours for a light and for a dark page', () => {
  const [light = '', dark = ''] = sequenceToSvg(violated()).split('prefers-color-scheme: dark');
  for (const name of ['.page', '.box', '.lane', '.link', '.quiet', '.violated', 'text ']) {
    assert.ok(light.includes(name), `${name} in light`);
    assert.ok(dark.includes(name), `${name} in dark`);
  }
});

for (const [clients, steps] of [
  [1, 1],
  [2, 60],
  [8, 60],
  [3, 1200],
] as const) {
  test(`no text overlaps another or leaves its box: ${steps} steps of ${clients} clients`, () => {
    const text = `stores ${'a long name of a word, '.repeat(3)}${'x'.repeat(100)}: 0 → 1`;
    const svg = sequenceToSvg(crowd(clients, steps, text));
    assertWellFormed(svg);
    // All pairs are compared: too many of them here.
    if (steps <= 60) assertTidy(svg);
    assert.equal(boxesOf(svg).length, steps);
  });
}

test('changes of memory with long names stay in their boxes', () => {
  const word = `place in the ring of ${'w'.repeat(80)} to serve next`;
  const svg = sequenceToSvg(violated([step({ word, before: '0', after: '1' })]));
  assertTidy(svg);
  assert.equal(boxesOf(svg).length, 2);
});

test('signs of XML, control characters and wide letters are written so that they fit', () => {
  const text = '<b> & "quoted" \u0000\u001b[31m 東京東京東京東京東京東京東京東京東京 \ud800';
  const svg = sequenceToSvg(violated([step({ text })], { subject: '<&>' }));
  assertWellFormed(svg);
  assert.ok(svg.includes('&lt;b&gt; &amp; "quoted"'));
  assert.equal(svg.includes('\ud800'), false);
  const widest = Math.max(
    ...elements(svg, 'text').map(({ text: said }) => (said.match(/[東京]/g) ?? []).length),
  );
  assert.ok(widest <= 15, `${widest} wide letters in a line of 30 columns`);
});

test('a breakdown before the first step, and a schedule that breaks no rule, are drawn, too', () => {
  const replay = { schedule: '0', steps: LOST_UPDATE.slice(0, 1) };
  for (const exploration of [
    violated([]),
    proved({ verdict: 'unproved', chosen: 'schedule', replay }),
  ]) {
    const svg = sequenceToSvg(exploration);
    assertWellFormed(svg);
    assertTidy(svg);
  }
});

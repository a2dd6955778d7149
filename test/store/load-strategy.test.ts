import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { InputError } from '../../src/base/errors.ts';
import { catalog } from '../../src/store/catalog.ts';
import { absoluteReference, loadStrategy } from '../../src/store/load-strategy.ts';
import { mutants } from '../../src/store/mutants/mutants.ts';

const GOOD = `{
  name: 'mine', summary: 'Refuses all.', source: 'a test',
  promises: ['noOversell'], open: () => ({}),
}`;

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'onsale-strategies-'));
});
after(() => rmSync(folder, { recursive: true }));

function writeModule(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The one line that a reference is refused with. */
async function refusal(reference: string): Promise<string> {
  const error = await loadStrategy(reference).then(
    () => assert.fail(`${reference} was accepted`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof InputError, String(error));
  assert.doesNotMatch(error.message, /\n/);
  return error.message;
}

for (const strategy of [...catalog, ...mutants.map((mutant) => mutant.strategy)]) {
  test(`${strategy.name} is found by its name`, async () => {
    assert.equal(await loadStrategy(strategy.name), strategy);
  });
}

for (const name of ['leases', 'batch-queue', 'seat-row', 'mutant', 'mutants', 'lock-map']) {
  test(`${name} lies beside the strategies, and is none`, async () => {
    assert.match(await refusal(name), new RegExp(`no strategy "${name}"`));
  });
}

test('an unknown name lists what there is and suggests the nearest', async () => {
  const message = await refusal('compare-and-swop');
  assert.match(message, /no strategy "compare-and-swop"/);
  assert.match(message, /did you mean "compare-and-swap"\?$/);
  for (const { name } of catalog) assert.ok(message.includes(name), `${name} is not listed`);
});

test('a name like no other gets no suggestion', async () => {
  assert.doesNotMatch(await refusal('zzz'), /did you mean/);
});

test('a module is found by its path, relative or not, and by its URL', async () => {
  const path = writeModule('good.mjs', `export default ${GOOD}`);
  for (const reference of [path, relative(process.cwd(), path), pathToFileURL(path).href]) {
    assert.equal((await loadStrategy(reference)).name, 'mine');
  }
});

test('a reference to a module means the same in every folder; a name stays a name', () => {
  assert.equal(absoluteReference('rw-lock'), 'rw-lock');
  assert.equal(absoluteReference('./mine.mjs'), pathToFileURL('mine.mjs').href);
  assert.equal(absoluteReference('file:///a/mine.mjs'), 'file:///a/mine.mjs');
});

test('a module that is missing is named', async () => {
  const path = join(folder, 'missing.mjs');
  assert.equal(await refusal(path), `there is no strategy module ${path}`);
});

test('a module that throws is named with what it threw', async () => {
  const path = writeModule('throws.mjs', `throw new Error('out of luck')`);
  assert.equal(await refusal(path), `the strategy module ${path} fails to load: out of luck`);
});

test('a module that throws several lines is still refused in one', async () => {
  const path = writeModule('throws-lines.mjs', `throw new Error('first\\nsecond')`);
  assert.match(await refusal(path), /fails to load: first/);
});

test('a module that is no JavaScript is named', async () => {
  const path = writeModule('broken.mjs', 'export default {');
  assert.match(await refusal(path), /broken\.mjs fails to load: /);
});

const FAULTS: readonly (readonly [string, string, RegExp])[] = [
  ['exports nothing', '', /must export a strategy as default$/],
  ['exports a number', 'export default 5', /must export a strategy as default$/],
  ['exports null', 'export default null', /must export a strategy as default$/],
  ['exports a function', 'export default () => ({})', /must export a strategy as default$/],
  ['throws when asked', variation(`get open() { throw new Error('no') }`), /fails to load: no$/],
  ['lacks open', variation('open: undefined'), /must have a function open; got undefined$/],
  ['lacks its name', variation('name: undefined'), /must give its name as a text; got undefined$/],
  ['has an empty summary', variation(`summary: ''`), /must give its summary as a text; got ''$/],
  ['has a number as source', variation('source: 5'), /must give its source as a text; got 5$/],
  [
    'lacks its promises',
    variation('promises: undefined'),
    /must list its promises among noOv.*; got undefined$/,
  ],
  [
    'lists an unknown promise',
    variation(`promises: ['noBugs']`),
    /must list its promises among .*'noBugs'/,
  ],
  ['promises a method of all objects', variation(`promises: ['toString']`), /must list its promi/],
  ['breaks an unknown promise', variation(`breaks: ['noBugs']`), /must list its breaks among/],
  [
    'gives its own words as a number',
    variation('ownWords: 16'),
    /must give ownWords as a function; got 16$/,
  ],
];

function variation(change: string): string {
  return `export default { ...${GOOD}, ${change} }`;
}

for (const [index, [fault, text, message]] of FAULTS.entries()) {
  test(`a module that ${fault} is refused in one line`, async () => {
    assert.match(await refusal(writeModule(`fault-${index}.mjs`, text)), message);
  });
}

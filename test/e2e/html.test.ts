// The pages in a browser: what is promised of them can only be seen there.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { RunResult } from '../../src/sim/result.ts';
import { catalog } from '../../src/store/catalog.ts';
import { CHROMIUM, openBrowser, openFile, violations } from '../support/browser.ts';
import { blocksOf, sweepOf } from '../support/measured-blocks.ts';
import { measuredResult } from '../support/measured-results.ts';
import { ON_POSTGRES } from '../support/results.ts';
import { sim } from '../support/sim-command.ts';

const HOSTILE = `</script><img src=x onerror="document.title='owned'">`;
const MAX_BYTES = 1.5e6;

const folder: string = mkdtempSync(join(tmpdir(), 'onsale-html-'));
const file = (name: string): string => join(folder, name);

/** Has `sim report` make a page of a result. */
async function pageOf(name: string, result: object): Promise<string> {
  writeFileSync(file(`${name}.json`), JSON.stringify(result));
  const path = file(`${name}.html`);
  const { code, stderr } = await sim(
    'report',
    file(`${name}.json`),
    '--format',
    'html',
    '--out',
    path,
  );
  assert.deepEqual([code, stderr], [0, '']);
  return path;
}

const results = catalog.map(({ name }, index) =>
  measuredResult(name, {
    grantedNs: 2000 * (1 + ((index * 7) % 16)),
    intervals: 512,
    soldOutAt: 40 + index,
    oversold: name === 'check-then-act' ? 37 : 0,
    reasons: name === 'seat-map' ? ['the generator fell behind by 31ms'] : [],
  }),
);
/** With few intervals: what looks at every cell of every table takes its time. */
function shortened({ strategy }: RunResult): RunResult {
  return measuredResult(strategy, {
    intervals: 12,
    reasons: ['the generator fell behind by 31ms'],
  });
}

const comparison = { schemaVersion: 1, results };
/** Memory beside a store, by the published test: every section that only these have. */
const families = {
  schemaVersion: 1,
  results: ['compare-and-swap', 'pg-version', 'redis-pg'].map((name) => {
    const result = measuredResult(name, { intervals: 12 });
    const scenario = { ...result.scenario, preset: 'seed3', durationNs: 10e9 };
    const store = name === 'compare-and-swap' ? {} : { store: ON_POSTGRES };
    return { ...result, scenario, ...store };
  }),
};
const hostile = {
  ...measuredResult(HOSTILE),
  command: HOSTILE,
  scenario: { ...measuredResult('x').scenario, seed: HOSTILE },
};

/** Makes the window so high that every chart is near enough to be drawn; how many there are. */
async function drawAll(page: Page): Promise<number> {
  const { width } = page.viewportSize() as { width: number };
  await page.setViewportSize({ width, height: 20_000 });
  const boxes = page.locator('.box');
  const count = await boxes.count();
  await boxes
    .nth(count - 1)
    .locator('svg')
    .waitFor();
  return page.locator('.box > div > svg').count();
}

const skip: string | false = CHROMIUM === undefined ? 'no Chromium found' : false;

describe('pages in a browser', { skip }, () => {
  let browser: Browser;
  const pages: Record<string, string> = {};

  before(async () => {
    browser = await openBrowser();
    const first = measuredResult('compare-and-swap');
    Object.assign(pages, {
      comparison: await pageOf('comparison', comparison),
      'comparison in blocks': await pageOf('blocks', blocksOf(results)),
      'small comparison': await pageOf('small', blocksOf(results.slice(0, 3).map(shortened))),
      'comparison of families': await pageOf('families', families),
      run: await pageOf('run', first),
      sweep: await pageOf('sweep', sweepOf('threads', first)),
      'run with markup for names': await pageOf('hostile', hostile),
    });
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const path = (name: string): string => pages[name] as string;

  for (const [name, charts] of [
    ['comparison', 10],
    ['comparison in blocks', 11],
    ['comparison of families', 10],
    ['run', 5],
    ['sweep', 2],
    ['run with markup for names', 5],
  ] as const) {
    test(`a ${name} draws its ${charts} charts without a complaint or a request`, async () => {
      const { page, complaints, requests } = await openFile(browser, path(name));
      assert.equal(await drawAll(page), charts);
      assert.deepEqual(complaints, []);
      assert.deepEqual(requests, []);
      await page.context().close();
    });
  }

  test('a full comparison of 16 strategies with 512 intervals each is below 1.5 MB', () => {
    assert.equal(results.length, 16);
    for (const name of ['comparison', 'comparison in blocks']) {
      const { length } = readFileSync(path(name));
      assert.ok(length < MAX_BYTES, `${name}: ${length} bytes`);
    }
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const name of ['small comparison', 'comparison of families', 'run', 'sweep']) {
      test(`axe finds nothing wrong with a ${name} in ${colorScheme} colours`, async () => {
        const { page } = await openFile(browser, path(name), { colorScheme });
        await drawAll(page);
        // Also what is folded.
        await page.evaluate(
          `document.querySelectorAll('details').forEach((each) => each.open = true)`,
        );
        assert.deepEqual(await violations(page), []);
        await page.context().close();
      });
    }
  }

  test('the keyboard sorts the table: upwards, then downwards, with void figures in their place', async () => {
    const { page } = await openFile(browser, path('comparison'));
    const head = page.locator('#strategies-table th', { hasText: 'p99' });
    const column = async (): Promise<number[]> => {
      const cells = await page.locator('#strategies-table tbody tr').all();
      return Promise.all(
        cells.map(async (row) => Number(await row.locator('td').nth(7).getAttribute('data-value'))),
      );
    };
    const unsorted = await column();
    const upwards = unsorted.toSorted((a, b) => a - b);
    assert.notDeepEqual(unsorted, upwards);
    await head.getByRole('button').focus();
    await page.keyboard.press('Enter');
    assert.equal(await head.getAttribute('aria-sort'), 'ascending');
    assert.deepEqual(await column(), upwards);
    await page.keyboard.press('Space');
    assert.equal(await head.getAttribute('aria-sort'), 'descending');
    assert.deepEqual(await column(), upwards.toReversed());
    await page.context().close();
  });

  test('the keyboard hides a strategy in all charts, and switches to dark colours', async () => {
    const { page } = await openFile(browser, path('comparison'), { colorScheme: 'light' });
    await drawAll(page);
    const keys = page.locator('.legend li[data-series="escrow"] button');
    const drawn = (): Promise<string> => page.locator('figure:has(#p99-title) .box').innerHTML();
    const whole = await drawn();
    await keys.first().focus();
    await page.keyboard.press('Space');
    for (const key of await keys.all())
      assert.equal(await key.getAttribute('aria-pressed'), 'false');
    assert.ok((await drawn()).length < whole.length);
    const background = (): Promise<unknown> =>
      page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const light = await background();
    await page.locator('#theme').focus();
    await page.keyboard.press('Enter');
    assert.notEqual(await background(), light);
    await page.context().close();
  });

  for (const name of ['comparison in blocks', 'run', 'sweep', 'run with markup for names']) {
    test(`a ${name} does not scroll sideways in a window of 320 pixels`, async () => {
      const { page } = await openFile(browser, path(name), {
        viewport: { width: 320, height: 640 },
      });
      await drawAll(page);
      const width = await page.evaluate('document.documentElement.scrollWidth');
      assert.equal(width, 320);
      await page.context().close();
    });
  }

  test('a name that is markup is shown as it is, and does nothing', async () => {
    const { page } = await openFile(browser, path('run with markup for names'));
    await drawAll(page);
    assert.ok((await page.locator('h1').textContent())?.includes(HOSTILE));
    assert.equal(await page.locator('img').count(), 0);
    assert.notEqual(await page.title(), 'owned');
    await page.context().close();
  });

  test('without scripts the verdict, the tables and the numbers of charts are there', async () => {
    const { page } = await openFile(browser, path('comparison'), { javaScriptEnabled: false });
    assert.ok(await page.locator('.verdict .lead').isVisible());
    assert.equal(await page.locator('#strategies-table tbody tr').count(), 16);
    assert.equal(await page.locator('.box:visible').count(), 0);
    assert.equal(await page.locator('#theme').isVisible(), false);
    await page.locator('figure summary').first().click();
    assert.ok(await page.locator('figure table').first().isVisible());
    await page.context().close();
  });

  test('on paper every chart is drawn in light colours and no wider than the paper', async () => {
    const { page } = await openFile(browser, path('comparison'), { colorScheme: 'dark' });
    await page.evaluate(`addEventListener('beforeprint', () => {
      const charts = [...document.querySelectorAll('.box svg')];
      globalThis.printed = {
        count: charts.length,
        widest: Math.max(...charts.map((each) => each.getBoundingClientRect().width)),
        paper: getComputedStyle(document.documentElement).backgroundColor,
      };
    })`);
    const paper = await page.pdf({ format: 'A4' });
    assert.equal(paper.subarray(0, 5).toString(), '%PDF-');
    const printed = await page.evaluate<unknown>('globalThis.printed');
    assert.deepEqual(printed, { count: 10, widest: 680, paper: 'rgb(253, 252, 249)' });
    await page.context().close();
  });
});

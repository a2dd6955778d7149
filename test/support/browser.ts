import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a Chromium is; undefined where there is none. */
export const CHROMIUM: string | undefined =
  process.env['CHROMIUM'] ?? PLACES.find((path) => existsSync(path));

/** Starts a browser without a window, in a profile of its own. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page as a reader sees it, and all that it complained of or asked the network for. */
export interface Opened {
  readonly page: Page;
  readonly complaints: readonly string[];
  readonly requests: readonly string[];
}

/** Opens a file in a window of its own. */
export function openFile(
  browser: Browser,
  path: string,
  options?: BrowserContextOptions,
): Promise<Opened> {
  return openAddress(browser, pathToFileURL(path).href, options);
}

/** Opens an address in a window of its own. */
export async function openAddress(
  browser: Browser,
  href: string,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(href);
  return {
    page,
    complaints,
    get requests() {
      return requests.filter((url) => url !== href && !url.startsWith('data:'));
    },
  };
}

/** What axe finds wrong with the page as it is, one line for each rule. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    `axe.run().then(({ violations }) => violations.map(({ id, nodes }) =>
      id + ': ' + nodes.map(({ target }) => target).join(' ')))`,
  );
  return found as string[];
}

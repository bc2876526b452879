import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const results = fileURLToPath(new URL('../test-results', import.meta.url));
const readmePicture = fileURLToPath(new URL('../../docs/screenshot.png', import.meta.url));
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** A Chromium that talks to nobody but our server. CHROMIUM names its executable. */
export async function launchBrowser() {
  const executablePath = process.env.CHROMIUM ?? places.find((path) => existsSync(path));
  if (!executablePath) throw new Error('No Chromium was found. Install one, or set CHROMIUM to its path.');
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
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

/**
 * Runs a test on the page of a fresh profile. Faults of the page (exceptions,
 * refused scripts) fail the test; a failed test leaves a picture of the page.
 */
export async function withPage(
  browser,
  address,
  { dark = false, touch = false, forcedColors = 'none' } = {},
  body,
) {
  const context = await browser.newContext({
    baseURL: address,
    viewport: { width: 1440, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
    forcedColors,
    reducedMotion: 'reduce',
    acceptDownloads: true,
    hasTouch: touch,
  });
  const faults = [];
  context.on('page', (page) => {
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      // Browsers report every answer of 400 and more as an error; those are the app's to handle.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        faults.push(message.text());
      }
    });
  });
  const page = await context.newPage();
  try {
    await body(page, context);
    assert.deepEqual(faults, [], 'the page has no faults');
  } catch (error) {
    await screenshot(page, `failed-${Date.now()}`);
    throw error;
  } finally {
    await context.close();
  }
}

/** Keeps a picture of the page among the test results. */
export async function screenshot(page, name) {
  await mkdir(results, { recursive: true });
  await page.screenshot({ path: join(results, `${name}.png`) });
}

/** Renews the README's picture, when asked to. */
export async function readmeScreenshot(page) {
  if (process.env.UPDATE_SCREENSHOTS !== '1') return;
  await mkdir(dirname(readmePicture), { recursive: true });
  await page.screenshot({ path: readmePicture });
}

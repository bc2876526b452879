import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { patienceMs, testWithinMs } from './patience.mjs';
import { explain, listen } from './report.mjs';
import { logAt } from './server.mjs';

const results = fileURLToPath(new URL('../test-results', import.meta.url));
const readmePicture = fileURLToPath(new URL('../../docs/screenshot.png', import.meta.url));
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];
/** The whole suite takes none, since nobody looks at them; a file that is run by itself does. */
const takesPictures = process.env.SLUICE_PICTURES !== 'failed';

/** A Chromium that talks to nobody but our server. CHROMIUM names its executable. */
export async function launchBrowser() {
  const executablePath = process.env.CHROMIUM ?? places.find((path) => existsSync(path));
  if (!executablePath) throw new Error('No Chromium was found. Install one, or set CHROMIUM to its path.');
  return chromium.launch({
    executablePath,
    timeout: patienceMs,
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

/** A fresh profile of somebody who wants no motion, with our patience. */
export async function newContext(browser, address, options = {}) {
  const context = await browser.newContext({
    baseURL: address,
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    acceptDownloads: true,
    ...options,
  });
  context.setDefaultTimeout(patienceMs);
  return context;
}

/**
 * Runs a test on the page of a fresh profile. Faults of the page (exceptions,
 * refused scripts) fail the test; a failed test says what the page showed, what
 * the browser and the server said, and leaves a picture of the page.
 */
export async function withPage(
  browser,
  address,
  { dark = false, touch = false, forcedColors = 'none' } = {},
  body,
) {
  const context = await newContext(browser, address, {
    colorScheme: dark ? 'dark' : 'light',
    forcedColors,
    hasTouch: touch,
  });
  const heard = listen(context);
  const page = await context.newPage();
  try {
    await inTime(() => body(page, context));
    assert.deepEqual(heard.faults, [], 'the page has no faults');
  } catch (error) {
    const picture = await photograph(page, `failed-${Date.now()}`).catch(() => undefined);
    throw await explain(error, { context, heard, log: logAt(address), picture });
  } finally {
    await context.close();
  }
}

/** Does it, or fails when it is stuck: whoever kills the test from outside learns nothing. */
async function inTime(body) {
  let timer;
  const late = new Promise((_, reject) => {
    const message = `The test did not end within ${testWithinMs / 60_000} minutes`;
    timer = setTimeout(() => reject(new Error(message)), testWithinMs);
  });
  try {
    await Promise.race([body(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Keeps a picture of the page among the test results. */
export async function screenshot(page, name) {
  if (takesPictures) await photograph(page, name);
}

async function photograph(page, name) {
  await mkdir(results, { recursive: true });
  const path = join(results, `${name}.png`);
  await page.screenshot({ path, timeout: patienceMs / 4 });
  return path;
}

/** Renews the README's picture, when asked to. */
export async function readmeScreenshot(page) {
  if (process.env.UPDATE_SCREENSHOTS !== '1') return;
  await mkdir(dirname(readmePicture), { recursive: true });
  await page.screenshot({ path: readmePicture });
}

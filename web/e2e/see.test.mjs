import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, completed, exampleId, startExample } from './api.mjs';
import { screenshot, withPage } from './browser.mjs';
import { becomes } from './patience.mjs';
import { closeStage, openStage } from './stage.mjs';

let server;
let browser;
before(async () => {
  ({ server, browser } = await openStage());
});
after(() => closeStage({ server, browser }));

/** Runs the example for a phone in the Philippines, which reads the message after two seconds. */
async function runExample(page) {
  const run = await startExample(page, '+639171234567', '424242');
  const { steps } = await completed(page, run);
  return { flow: await exampleId(page), run, steps: steps.length };
}

for (const dark of [false, true]) {
  test(`a run is replayed step by step with the values of each (${dark ? 'dark' : 'light'})`, () =>
    withPage(browser, server.address, { dark }, async (page) => {
      const { run, steps } = await runExample(page);
      await page.goto(`/runs/${run}`);
      const replay = page.getByRole('region', { name: 'Replay' });
      await replay.getByRole('button', { name: 'First step' }).click();
      await page.getByText(`1 of ${steps}`).waitFor();
      await page.waitForURL((url) => url.searchParams.get('step') === '1');
      await page.keyboard.press('ArrowRight');
      await page.getByText(`2 of ${steps}`).waitFor();
      const values = page.getByLabel('Variables then');
      await values.getByText('set here').waitFor();
      await values.getByText('PH', { exact: true }).waitFor();
      await page.getByText('Step 2', { exact: true }).waitFor();
      await page.keyboard.press('ArrowRight');
      await page.getByText('A receipt came: Read.').waitFor();
      const said = await page.getByRole('list', { name: 'Steps', exact: true }).innerText();
      assert.ok(!said.includes('424242'), 'the secret is masked; only the phone shows it');
      await page.reload();
      await page.getByText('A receipt came: Read.').waitFor();
      await screenshot(page, dark ? 'replay-dark' : 'replay');
      await replay.getByRole('button', { name: 'First step' }).click();
      await replay.getByRole('button', { name: 'Play' }).click();
      await page.getByText(`${steps} of ${steps}`).waitFor();
    }));

  test(`the statistics of a flow show where its runs went (${dark ? 'dark' : 'light'})`, () =>
    withPage(browser, server.address, { dark }, async (page) => {
      const { flow } = await runExample(page);
      await page.goto(`/flows/${flow}`);
      await page.getByRole('link', { name: 'Statistics' }).click();
      await page.getByTestId('reach').getByText('100%').waitFor();
      await page.getByRole('heading', { name: 'Where runs ended' }).waitFor();
      await page.getByRole('button', { name: /Viber \(PH\)/ }).click();
      await page.locator('.react-flow__node.selected').waitFor();
      await page
        .getByText(/· 100%/)
        .first()
        .waitFor();
      await screenshot(page, dark ? 'stats-dark' : 'stats');
      await page.getByRole('radio', { name: '7 days' }).click();
      await page.getByTestId('reach').getByText('100%').waitFor();
      await page.waitForURL((url) => url.searchParams.get('period') === '7d');
    }));
}

test('a flow without runs says so', () =>
  withPage(browser, server.address, {}, async (page) => {
    const { id } = await call(page, 'POST', '/flows', { name: 'Quiet' });
    await page.goto(`/flows/${id}/stats`);
    await page.getByText('No run began in this period.').waitFor();
  }));

test('what is chosen can be told where a system gives all colours itself', () =>
  withPage(browser, server.address, { dark: true, forcedColors: 'active' }, async (page) => {
    await page.goto('/flows');
    const outline = (locator) => locator.evaluate((element) => getComputedStyle(element).outlineStyle);
    await page.getByRole('radio', { name: 'All', exact: true }).waitFor();
    await becomes(() => outline(page.getByRole('radio', { name: 'All', exact: true })), 'solid');
    await becomes(() => outline(page.getByRole('link', { name: 'Flows', exact: true })), 'solid');
    await page.getByRole('link', { name: 'OTP by country' }).first().click();
    const card = page.getByRole('article', { name: /^Viber \(PH\)/ });
    await card.click({ position: { x: 60, y: 12 } });
    await page.waitForFunction(
      (element) => getComputedStyle(element).outlineStyle === 'solid',
      await card.elementHandle(),
    );
    await screenshot(page, 'forced-colours');
  }));

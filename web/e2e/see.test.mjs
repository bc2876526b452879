import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, screenshot, withPage } from './browser.mjs';
import { startServer } from './server.mjs';

let server;
let browser;
before(async () => {
  server = await startServer();
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** The list of flows, with the demo's person signed in. */
async function openFlows(page) {
  await page.goto('/flows');
  await page.getByRole('button', { name: 'New flow' }).first().waitFor();
}

/** Runs the example for a phone in the Philippines, which reads the message after two seconds. */
async function runExample(page) {
  await openFlows(page);
  return page.evaluate(async () => {
    const post = async (path, body) =>
      (
        await fetch(`/api/v1${path}`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
        })
      ).json();
    const { items } = await (await fetch('/api/v1/flows?q=OTP')).json();
    const [flow] = items;
    const inputs = { customerPhoneNumber: '+639171234567', verificationCode: '424242' };
    const run = await post(`/flows/${flow.id}/runs`, { inputs });
    for (;;) {
      const now = await (await fetch(`/api/v1/runs/${run.id}`)).json();
      if (now.status !== 'waiting') return { flow: flow.id, run: run.id, steps: now.steps.length };
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
}

for (const dark of [false, true]) {
  test(`a run is replayed step by step with the values of each (${dark ? 'dark' : 'light'})`, () =>
    withPage(browser, server.address, { dark }, async (page) => {
      const { run, steps } = await runExample(page);
      await page.goto(`/runs/${run}`);
      const replay = page.getByRole('region', { name: 'Replay' });
      await replay.getByRole('button', { name: 'First step' }).click();
      await page.getByText(`1 of ${steps}`).waitFor();
      assert.equal(new URL(page.url()).searchParams.get('step'), '1');
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
      assert.equal(new URL(page.url()).searchParams.get('period'), '7d');
    }));
}

test('a flow without runs says so', () =>
  withPage(browser, server.address, {}, async (page) => {
    await openFlows(page);
    const id = await page.evaluate(async () => {
      const answer = await fetch('/api/v1/flows', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ name: 'Quiet' }),
      });
      return (await answer.json()).id;
    });
    await page.goto(`/flows/${id}/stats`);
    await page.getByText('No run began in this period.').waitFor();
  }));

test('what is chosen can be told where a system gives all colours itself', () =>
  withPage(browser, server.address, { dark: true, forcedColors: 'active' }, async (page) => {
    await page.goto('/flows');
    const outline = (locator) => locator.evaluate((element) => getComputedStyle(element).outlineStyle);
    await page.getByRole('radio', { name: 'All', exact: true }).waitFor();
    assert.equal(await outline(page.getByRole('radio', { name: 'All', exact: true })), 'solid');
    assert.equal(await outline(page.getByRole('link', { name: 'Flows', exact: true })), 'solid');
    await page.getByRole('link', { name: 'OTP by country' }).first().click();
    const card = page.getByRole('article', { name: /^Viber \(PH\)/ });
    await card.click({ position: { x: 60, y: 12 } });
    await page.waitForFunction(
      (element) => getComputedStyle(element).outlineStyle === 'solid',
      await card.elementHandle(),
    );
    await screenshot(page, 'forced-colours');
  }));

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

const recipient = '+60123456789';

test('a person at the phone decides what happens to a run', () =>
  withPage(browser, server.address, {}, async (page) => {
    await page.goto('/phones?recipient=*');
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByRole('radio', { name: 'I decide' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Waits for you.').waitFor();

    await page.goto('/flows');
    const run = await startRun(page);
    await page.goto(`/runs/${run}`);
    const whatsapp = page.getByTestId('phone-whatsapp');
    await whatsapp.getByText('314159').waitFor();
    await page.getByText(/Waiting, 0:\d\d left/).waitFor();
    await screenshot(page, 'phone-waiting');

    // Failed: at once to the next channel, without a second message on this one.
    await whatsapp.getByRole('button', { name: 'Failed' }).click();
    await page.getByRole('menuitem', { name: /Not on WhatsApp/ }).click();
    const viber = page.getByTestId('phone-viber');
    await viber.getByText('314159').waitFor();
    await whatsapp.getByText(/Failed, 131026/).waitFor();
    assert.equal(await whatsapp.getByRole('article').count(), 1);

    await viber.getByRole('button', { name: 'Delivered' }).click();
    await viber.getByText(/Delivered \d\d:/).waitFor();
    await viber.getByRole('button', { name: 'Delivered' }).waitFor({ state: 'detached' });
    await viber.getByRole('button', { name: 'Read' }).click();
    await viber.getByText(/Read \d\d:/).waitFor();
    await page.getByText('Completed').first().waitFor();

    await viber.getByLabel('Answer on Viber').fill('Thank you');
    await page.keyboard.press('Enter');
    await viber.getByText('Thank you').waitFor();

    // The address keeps the step that is open.
    await page.getByRole('button', { name: /^WhatsApp \(MY\)/ }).click();
    await page.getByText('131026').first().waitFor();
    assert.match(page.url(), /step=3/);
    await page.reload();
    await page.getByLabel('What became of it').first().waitFor();
    await viber.getByText('Thank you').waitFor();
    await screenshot(page, 'phone-answered');
  }));

test('a run that waits is cancelled, and the list follows it without a reload', () =>
  withPage(browser, server.address, {}, async (page, context) => {
    await page.goto('/flows');
    await page.getByRole('link', { name: 'OTP by country' }).first().waitFor();
    await page.evaluate(() =>
      fetch('/api/v1/simulator/rules', {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ rules: [{ recipient: '*', manual: true }] }),
      }),
    );
    const list = await context.newPage();
    await list.goto('/runs?status=cancelled');
    await list.getByText('No run fits what you look for.').waitFor();

    const run = await startRun(page);
    await page.goto(`/runs/${run}`);
    await page.getByRole('button', { name: 'Cancel run' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel the run' }).click();
    await page.getByRole('button', { name: 'Cancel run' }).waitFor({ state: 'detached' });
    await list
      .getByRole('row', { name: /OTP by country/ })
      .getByText('Cancelled')
      .first()
      .waitFor();
  }));

/** Starts a run of the example for a number in Malaysia; gives its id. */
function startRun(page) {
  return page.evaluate(
    async (inputs) => {
      const flows = await (await fetch('/api/v1/flows')).json();
      const flow = flows.items.find((item) => item.name === 'OTP by country');
      const answer = await fetch(`/api/v1/flows/${flow.id}/runs`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ inputs }),
      });
      return (await answer.json()).id;
    },
    { customerPhoneNumber: recipient, verificationCode: '314159' },
  );
}

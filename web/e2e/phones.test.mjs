import { after, before, test } from 'node:test';
import { call, startExample } from './api.mjs';
import { screenshot, withPage } from './browser.mjs';
import { becomes } from './patience.mjs';
import { closeStage, openStage } from './stage.mjs';

let server;
let browser;
before(async () => {
  ({ server, browser } = await openStage());
});
after(() => closeStage({ server, browser }));

const recipient = '+60123456789';

test('a person at the phone decides what happens to a run', () =>
  withPage(browser, server.address, {}, async (page) => {
    await page.goto('/phones?recipient=*');
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByRole('radio', { name: 'I decide' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Waits for you.').waitFor();

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
    await becomes(() => whatsapp.getByRole('article').count(), 1);

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
    await page.waitForURL(/step=3/);
    await page.reload();
    await page.getByLabel('What became of it').first().waitFor();
    await viber.getByText('Thank you').waitFor();
    await screenshot(page, 'phone-answered');
  }));

test('a run that waits is cancelled, and the list follows it without a reload', () =>
  withPage(browser, server.address, {}, async (page, context) => {
    await call(page, 'PUT', '/simulator/rules', { rules: [{ recipient: '*', manual: true }] });
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
const startRun = (page) => startExample(page, recipient, '314159');

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { screenshot, withPage } from './browser.mjs';
import { closeStage, openStage } from './stage.mjs';

/*
 * The promise of the tour: somebody who has never seen Sluice comes from an
 * empty workspace to a message on a phone, by doing only what the tour says.
 */

let server;
let browser;
before(async () => {
  ({ server, browser } = await openStage({ demo: false }));
});
after(() => closeStage({ server, browser }));

test('a new person comes from an empty workspace to a running flow by the tour', () =>
  withPage(browser, server.address, {}, async (page) => {
    await setUp(page);
    await page.getByText('A flow decides which channel').waitFor();
    await screenshot(page, 'first-run-empty');

    let clicks = 0;
    const began = Date.now();
    const click = async (locator) => {
      clicks += 1;
      await locator.click();
    };
    const tour = page.getByRole('complementary', { name: 'Tour' });
    const says = (title) => tour.getByRole('heading', { name: title, exact: true }).waitFor();

    await click(page.getByRole('button', { name: 'Take the tour' }));
    await says('Choose a flow');
    await click(page.getByRole('link', { name: 'Delivery notice' }));
    await says('Make it yours');
    await click(page.getByRole('button', { name: 'Use this flow' }));
    await says('Look at a node');
    await screenshot(page, 'first-run-node');
    await click(page.getByRole('article', { name: /^WhatsApp, / }));

    await says('Try it');
    await click(page.getByRole('button', { name: 'Try', exact: true }));
    await says('Begin with sample values');
    await click(page.getByRole('button', { name: 'Start the try' }));
    await says('See it arrive');
    await page.getByTestId('phone-whatsapp').getByText('Maria', { exact: false }).first().waitFor();
    await screenshot(page, 'first-run-phone');
    await click(page.getByTestId('phone-whatsapp').getByRole('button', { name: 'Delivered', exact: true }));

    await says('Publish');
    await click(page.getByRole('button', { name: 'Publish', exact: true }));
    await click(page.getByRole('dialog').getByRole('button', { name: 'Publish now' }));
    await says('Run it');
    await click(page.getByRole('button', { name: 'Run', exact: true }));
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /phone number/ }).fill('+639171234567');
    for (const [label, value] of [
      [/name/, 'Maria'],
      [/Parcel/, 'MX-20417'],
      [/Time of delivery/, '14:00 to 16:00'],
      [/Tracking page/, 'https://parcels.example/MX-20417'],
    ])
      await dialog.getByRole('textbox', { name: label }).fill(value);
    await click(dialog.getByRole('button', { name: 'Run', exact: true }));

    await says('Watch the run');
    await page.getByTestId('phone-whatsapp').getByText('Maria', { exact: false }).first().waitFor();
    await page.getByText('Completed').first().waitFor();
    await screenshot(page, 'first-run-run');
    await click(tour.getByRole('button', { name: 'Finish' }));
    await tour.waitFor({ state: 'detached' });
    console.log(
      `From an empty workspace to a running flow: ${clicks} clicks, ${Math.round((Date.now() - began) / 1000)} s`,
    );
    assert.ok(clicks <= 15, `${clicks} clicks`);

    // It does not come back by itself, and can be taken again.
    await page.goto('/flows');
    await page.getByRole('link', { name: 'Delivery notice' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Take the tour' }).count(), 0);
    await page.getByRole('button', { name: 'Help' }).click();
    await page.getByRole('menuitem', { name: 'Take the tour again' }).click();
    await says('Choose a flow');
  }));

test('the tour is left, resumed where it was, and found again from elsewhere', () =>
  withPage(browser, server.address, {}, async (page) => {
    await signIn(page);
    const tour = page.getByRole('complementary', { name: 'Tour' });
    await page.getByRole('button', { name: 'Take the tour' }).click();
    await tour.getByRole('heading', { name: 'Choose a flow' }).waitFor();

    // By keys alone: a link leads to it, Escape leaves it.
    await page.getByRole('link', { name: 'Skip to the tour' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await tour.getByRole('button', { name: 'Leave the tour' }).waitFor();
    await page.getByRole('link', { name: 'Delivery notice' }).click();
    await tour.getByRole('heading', { name: 'Make it yours' }).waitFor();
    await page.goto('/settings');
    await tour.getByRole('button', { name: 'Go there' }).click();
    await page.waitForURL(/\/gallery\/delivery-notice$/);
    await tour.getByRole('button', { name: 'Leave the tour' }).press('Escape');
    await tour.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('heading', { name: 'Delivery notice' }).waitFor();
    assert.equal(await tour.count(), 0);
    await page.getByRole('button', { name: 'Help' }).click();
    await page.getByRole('menuitem', { name: 'Go on with the tour' }).click();
    await tour.getByRole('heading', { name: 'Make it yours' }).waitFor();
  }));

const email = 'ana@example.com';
const password = 'a long enough password';

/** Makes the owner's account by the link that the first start prints. */
async function setUp(page) {
  // The first start prints a one-time set-up link.
  const link = await server.says(/https?:\/\/\S+\/setup\?token=\S+/);
  await page.goto(new URL(link[0]).pathname + new URL(link[0]).search);
  await page.getByRole('textbox', { name: /name/i }).fill('Ana');
  await page.getByRole('textbox', { name: /email/i }).fill(email);
  for (const field of await page.locator('input[type="password"]').all()) await field.fill(password);
  await page.locator('button[type="submit"]').click();
  await page.waitForURL(/\/flows/);
}

async function signIn(page) {
  await page.goto('/login');
  await page.getByRole('textbox', { name: 'Email' }).fill(email);
  await page.locator('input[type="password"]').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/flows/);
}

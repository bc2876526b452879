import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, completed, exampleId, get, startExample } from './api.mjs';
import { faultsOf, lookAt } from './axe.mjs';
import { withPage } from './browser.mjs';
import { startServer } from './server.mjs';
import { closeStage, openStage } from './stage.mjs';

/*
 * WCAG 2.2 AA as far as a program can tell: axe looks at every screen with its menus and
 * dialogs, in both themes. The editor's have a file of their own.
 */

let server;
let browser;
before(async () => {
  ({ server, browser } = await openStage());
});
after(() => closeStage({ server, browser }));

const button = (page, name) => page.getByRole('button', { name, exact: true });

/** Where to go, what to wait for, and what to open there; "made" holds the ids of what was made for it. */
const states = (made) => [
  ['flows', '/flows', 'OTP by country'],
  ['flows, nothing found', '/flows?q=nothing', 'No flow fits'],
  [
    'flows, the menu for a new one',
    '/flows',
    'OTP by country',
    async (page) => {
      await button(page, 'New flow').click();
      await page.getByRole('menu').waitFor();
    },
  ],
  [
    'flows, importing',
    '/flows',
    'OTP by country',
    async (page) => {
      await button(page, 'New flow').click();
      await page.getByRole('menuitem', { name: /Import/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  ],
  [
    'flows, the menu of one',
    '/flows',
    'OTP by country',
    async (page) => {
      await button(page, 'More for OTP by country').click();
      await page.getByRole('menu').waitFor();
    },
  ],
  ['gallery', '/gallery', 'Delivery notice'],
  ['gallery, nothing found', '/gallery?q=nothing', 'No flow of the gallery'],
  [
    'gallery, a flow with a scenario',
    '/gallery/delivery-notice',
    'Delivery notice',
    async (page) => page.getByRole('button', { name: /WhatsApp arrives/ }).click(),
  ],
  ['runs', '/runs', 'Completed'],
  ['runs, nothing found', '/runs?status=cancelled', 'No run fits'],
  ['run', `/runs/${made.run}`, 'Completed'],
  ['run, a step', `/runs/${made.run}?step=3`, 'Completed'],
  [
    'run, its messages',
    `/runs/${made.run}`,
    'Completed',
    async (page) => page.getByRole('tab', { name: /Messages/ }).click(),
  ],
  ['run, its values', `/runs/${made.run}`, 'Completed', async (page) => page.getByRole('tab').last().click()],
  ['channels', '/channels', 'whatsapp-main'],
  ['a new channel', '/channels/new', 'Provider'],
  ['channel', `/channels/${made.channel}`, 'sms-main'],
  ['templates', '/templates', 'One-time password'],
  ['a new template', '/templates/new', 'Language'],
  ['template', `/templates/${made.template}`, 'One-time password'],
  ['phones', '/phones', '+639171234567'],
  ['settings', '/settings', 'API keys'],
  ['no such flow', '/flows/nothing', 'There is no such flow'],
  ['no such run', '/runs/nothing', 'There is no such run'],
  ['nothing here', '/nothing', 'nothing at this address'],
];

test('axe finds nothing on any screen', () =>
  withPage(browser, server.address, {}, async (page) => lookAt(page, states(await make(page)))));

test('axe finds nothing before signing in', async () => {
  const closed = await startServer({ demo: false });
  try {
    for (const dark of [false, true]) {
      await withPage(browser, closed.address, { dark }, async (page) => {
        await page.goto('/');
        await page.getByRole('heading').first().waitFor();
        assert.deepEqual(await faultsOf(page), []);
        await page.goto('/login');
        await page.getByRole('heading').first().waitFor();
        assert.deepEqual(await faultsOf(page), []);
      });
    }
  } finally {
    await closed.stop();
  }
});

/** Makes something to look at on every screen. */
async function make(page) {
  const run = await startExample(page, '+639171234567', '314159');
  await completed(page, run);
  const idOf = async (path, slug) => (await get(page, path)).items.find((item) => item.slug === slug).id;
  await call(page, 'POST', '/api-keys', { name: 'Shop', role: 'operator' });
  return {
    run,
    flow: await exampleId(page),
    channel: await idOf('/channels', 'sms-main'),
    template: await idOf('/templates', 'otp'),
  };
}

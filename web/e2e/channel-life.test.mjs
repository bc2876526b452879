import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, importFlow } from './api.mjs';
import { screenshot, withPage } from './browser.mjs';
import { becomes, patienceMs } from './patience.mjs';
import { closeStage, openStage } from './stage.mjs';

// More than anybody asks until the vendor is said to be well again.
const outage = Array.from({ length: 10_000 }, () => ({ status: 503 }));
/** How long a channel rests at most before it is tried again; it rests longer each time. */
const longestPauseMs = 60_000;
const recipient = (n) => `+63917123${String(4000 + n)}`;

let vendors;
let server;
let browser;
before(async () => {
  ({ server, browser, vendors } = await openStage({ vendors: true }));
});
after(() => closeStage({ server, browser, vendors }));

test('a channel is bound, fails, pauses, recovers, is suspended, bound again and deleted', () =>
  withPage(browser, server.address, {}, async (page) => {
    const { account_sid, auth_token } = vendors.credentials.twilio;
    const channel = await call(page, 'POST', '/channels', {
      name: 'Twilio SMS',
      type: 'sms',
      kind: 'twilio',
      base_url: vendors.twilio,
      credentials: { account_sid, auth_token: 'not-the-token' },
      settings: { sender: '+14155550100' },
    });
    await page.goto(`/channels/${channel.id}`);
    const state = page.getByRole('complementary', { name: 'State' });
    const health = page.getByRole('region', { name: 'Health' });
    const webhooks = page.getByRole('region', { name: 'Webhooks' });

    // What is there before anything happened says what to do.
    await state.getByText('Not bound', { exact: true }).waitFor();
    await health.getByText('Nothing was sent through this channel in this period.').waitFor();
    await webhooks.getByText('No webhook has come yet.').waitFor();
    await webhooks.getByRole('button', { name: 'Copy the callback address' }).waitFor();

    // A wrong credential: the failure says what to check, and the right one binds.
    await state.getByRole('button', { name: 'Bind', exact: true }).click();
    await state
      .getByRole('alert')
      .getByText(/auth token/i)
      .waitFor();
    await screenshot(page, 'channel-bind-failed');
    await page.getByLabel(/^Auth token/).fill(auth_token);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('The channel is saved', { exact: true }).waitFor();
    await state.getByRole('button', { name: 'Bind', exact: true }).click();
    await state.getByText('Bound', { exact: true }).waitFor();
    await state.getByRole('alert').waitFor({ state: 'detached' });
    await state.getByText('Unbind it first.').waitFor();

    // Messages: delivered ones, and one that the vendor could not deliver.
    const flow = await publishFlow(page, channel.slug);
    await vendors.put('/receipts/twilio', [{ status: 'sent' }, { status: 'delivered', after_ms: 20 }]);
    for (let n = 0; n < 5; n++) await run(page, flow, n);
    await becomes(async () => (await healthOf(page, channel)).delivered, 5);
    await vendors.put('/receipts/twilio', [
      { status: 'sent' },
      { status: 'undelivered', code: 30003, after_ms: 20 },
    ]);
    await run(page, flow, 5);
    await becomes(async () => (await healthOf(page, channel)).failed, 1);
    await page.reload();
    await health.getByText('30003').waitFor();
    const numbers = async () =>
      (await health.locator('dl > div').allInnerTexts())
        .slice(0, 4)
        .map((text) => text.split(/\s+/).slice(0, 2).join(' '));
    await becomes(numbers, ['Sent 6', 'Delivered 5', 'Failed 1', 'Delivered after']);
    await health.getByRole('img', { name: 'Messages over time' }).waitFor();
    await health.getByRole('img', { name: 'Time to delivery' }).waitFor();
    await health.getByText('30003').waitFor();
    await health.getByRole('link', { name: 'See the run' }).waitFor();

    // What Twilio posted, and what it posts with a token that is not ours.
    await webhooks.getByText('Receipt: delivered').first().waitFor();
    await vendors.put('/token/twilio', 'forged');
    await vendors.put('/receipts/twilio', [{ status: 'delivered' }]);
    await run(page, flow, 6);
    await webhooks.getByRole('radio', { name: 'Refused' }).click();
    await webhooks.getByText(/The signature does not match; check that the auth token is current/).waitFor();
    await screenshot(page, 'channel-webhooks-refused');
    await vendors.put('/token/twilio', '');
    await webhooks.getByRole('radio', { name: 'Accepted' }).click();
    await webhooks
      .getByRole('button', { name: /See what was posted/ })
      .first()
      .click();
    const posted = page.getByRole('dialog', { name: 'What was posted' });
    await posted.getByText(/MessageStatus: /).waitFor();
    await screenshot(page, 'channel-webhook');
    assert.equal((await posted.textContent()).includes('Signature:'), false);
    await page.keyboard.press('Escape');
    await webhooks.getByRole('link', { name: 'See the run' }).first().click();
    await page.waitForURL(/\/runs\//);
    await page.goto(`/channels/${channel.id}`);

    // The vendor is down: the channel pauses, loses nothing, and goes on by itself.
    await vendors.put('/receipts/twilio', [{ status: 'sent' }, { status: 'delivered' }]);
    await vendors.put('/faults/twilio', outage);
    for (let n = 10; n < 22; n++) await run(page, flow, n);
    await state.getByText('Paused', { exact: true }).waitFor();
    await looks(page, browser, server.address, channel.id, 'channel-paused');
    await page.goto('/channels');
    await page.getByText('Paused', { exact: true }).first().waitFor();
    await screenshot(page, 'channels-paused');
    await page.goto(`/channels/${channel.id}`);
    await state.getByText('Paused', { exact: true }).waitFor();
    await vendors.put('/faults/twilio', []);
    await state
      .getByText('Paused', { exact: true })
      .waitFor({ state: 'detached', timeout: patienceMs + longestPauseMs });
    await becomes(async () => (await healthOf(page, channel)).delivered, 17);

    // The vendor refuses the credentials: the channel is suspended, visibly.
    await vendors.put('/faults/twilio', [{ code: 20003 }]);
    await run(page, flow, 30);
    await state.getByText('Suspended', { exact: true }).waitFor();
    await looks(page, browser, server.address, channel.id, 'channel-suspended');
    await page.goto('/channels');
    await page.getByText('Suspended', { exact: true }).first().waitFor();
    await screenshot(page, 'channels-suspended');
    await page.goto(`/channels/${channel.id}`);
    await state.getByRole('button', { name: 'Bind again' }).click();
    await state.getByText('Bound', { exact: true }).waitFor();
    // Binding again keeps what was.
    await health.getByText('30003').waitFor();

    // Deleting takes unbinding first.
    await state.getByRole('button', { name: 'Unbind', exact: true }).click();
    const asked = page.getByRole('alertdialog');
    await asked.getByRole('button', { name: 'Unbind', exact: true }).click();
    // A published flow uses it: the dialog names the flow and asks again.
    await asked.getByRole('link', { name: 'One SMS' }).waitFor();
    await asked.getByRole('button', { name: 'Unbind all the same' }).click();
    await state.getByText('Not bound', { exact: true }).waitFor();
    await state.getByRole('button', { name: 'Delete channel' }).click();
    await asked.getByRole('button', { name: 'Delete the channel' }).click();
    await asked.getByRole('button', { name: 'Delete all the same' }).click();
    await page.waitForURL(/\/channels$/);
    await page.getByRole('link', { name: 'Twilio SMS' }).waitFor({ state: 'detached' });
  }));

/** Keeps pictures of the channel's page: light, dark, and on a telephone, where nothing may stick out. */
async function looks(page, browser, address, channelId, name) {
  await page.evaluate(() => window.scrollTo(0, 0));
  await screenshot(page, name);
  await withPage(browser, address, { dark: true }, async (dark) => {
    await dark.goto(`/channels/${channelId}`);
    await dark.getByRole('region', { name: 'Health' }).getByRole('img').first().waitFor();
    await screenshot(dark, `${name}-dark`);
    await dark.setViewportSize({ width: 390, height: 844 });
    const wide = await dark.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `the page is ${wide} px too wide for a telephone`);
    await screenshot(dark, `${name}-phone`);
  });
}

async function publishFlow(page, channel) {
  const flow = {
    schema: 'sluice/v1',
    name: 'One SMS',
    nodes: [
      {
        id: 'start',
        type: 'start',
        name: 'Start',
        position: { x: 0, y: 0 },
        config: { trigger: { type: 'manual' }, inputs: [{ name: 'phone', type: 'phone', required: true }] },
      },
      {
        id: 'sms',
        type: 'send_sms',
        name: 'SMS',
        position: { x: 320, y: 0 },
        config: {
          channel,
          to: '{{phone}}',
          category: 'notification',
          message: { type: 'text', text: 'Your parcel is on its way.' },
        },
      },
    ],
    edges: [{ from: 'start', port: 'next', to: 'sms' }],
  };
  const id = await importFlow(page, flow);
  await call(page, 'POST', `/flows/${id}/publish`);
  return id;
}

const run = (page, flow, n) => call(page, 'POST', `/flows/${flow}/runs`, { inputs: { phone: recipient(n) } });

const healthOf = (page, channel) => call(page, 'GET', `/channels/${channel.id}/health`);

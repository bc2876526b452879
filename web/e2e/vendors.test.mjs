import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { call, get, importFlow } from './api.mjs';
import { screenshot, withPage } from './browser.mjs';
import { Editor } from './editor.mjs';
import { becomes } from './patience.mjs';
import { closeStage, openStage } from './stage.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const webhookToken = 'a-long-random-word-of-our-own';
const code = '738291';
const filipino = '+639171234567';
const german = '+4915123456789';

let vendors;
let server;
let browser;
before(async () => {
  ({ server, browser, vendors } = await openStage({ vendors: true }));
});
after(() => closeStage({ server, browser, vendors }));

test('the OTP flow runs over Twilio, Meta and Alibaba Cloud at once, with channels bound on screen', () =>
  withPage(browser, server.address, {}, async (page) => {
    const { twilio, meta, cams } = vendors.credentials;
    await bindChannel(page, {
      provider: 'Twilio',
      type: 'SMS',
      name: 'Twilio SMS',
      api: vendors.twilio,
      fields: { 'Account SID': twilio.account_sid, 'Auth token': twilio.auth_token, Sender: '+14155550100' },
    });
    const whatsApp = await bindChannel(page, {
      provider: 'Meta WhatsApp',
      name: 'Meta WhatsApp',
      api: vendors.meta,
      fields: {
        'Access token': meta.access_token,
        'App secret': meta.app_secret,
        'Verify token': meta.verify_token,
        'Phone number ID': meta.phone_number_id,
      },
    });
    const viber = await bindChannel(page, {
      provider: 'Alibaba Cloud',
      type: 'Viber',
      name: 'CAMS Viber',
      api: vendors.cams,
      fields: {
        'AccessKey ID': cams.access_key_id,
        'AccessKey secret': cams.access_key_secret,
        'Webhook token': webhookToken,
        Sender: '6281234567890',
        'Instance (CustSpaceId)': cams.space_id,
      },
    });
    // What the operator enters at the vendors.
    await vendors.put('/webhooks/meta', whatsApp);
    await vendors.put('/webhooks/cams', `${viber}?token=${webhookToken}`);
    await nameTemplate(page, 'otp', 'otp_code');

    const editor = await importExample(page);
    await editor.hasNoIssues();
    await editor.publish();

    // The Philippines: Viber sends and does not deliver, so WhatsApp follows and is read.
    await vendors.put('/receipts/cams', [{ status: 'Sent', after_ms: 50 }]);
    await vendors.put('/receipts/meta', [
      { status: 'sent', after_ms: 20 },
      { status: 'delivered', after_ms: 20 },
      { status: 'read', after_ms: 20 },
    ]);
    await vendors.put('/receipts/twilio', [{ status: 'sent' }, { status: 'delivered', after_ms: 50 }]);
    const flow = page.url();
    await runFlow(page, editor, filipino, [
      ['cams-viber', 'sent'],
      ['meta-whatsapp', 'read'],
    ]);
    await page.getByText('Not delivered → WhatsApp (PH)').waitFor();
    await page.getByRole('tab', { name: /Messages/ }).click();
    await page
      .getByText(/^Read\s*\+/)
      .first()
      .waitFor();
    await screenshot(page, 'vendors-ph');

    // Elsewhere: SMS at once.
    await page.goto(flow);
    await runFlow(page, editor, german, [['twilio-sms', 'delivered']]);
    await page.getByRole('tab', { name: /Messages/ }).click();
    await page
      .getByText(/^Delivered\s*\+/)
      .first()
      .waitFor();
    await screenshot(page, 'vendors-elsewhere');

    const said = await vendors.get('/messages');
    assert.deepEqual(
      Object.fromEntries(Object.entries(said).map(([vendor, list]) => [vendor, list.map(({ to }) => to)])),
      { cams: [filipino.slice(1)], meta: [filipino], twilio: [german] },
    );
    for (const [message] of Object.values(said))
      assert.ok(message.content.includes(code), 'the vendor gets the code');
  }));

/** Sets a channel up on screen, points it at a fake and binds it. Returns its callback address. */
async function bindChannel(page, { provider, type, name, api, fields }) {
  await page.goto('/channels/new');
  await page.getByRole('combobox', { name: 'Provider' }).click();
  await page.getByRole('option', { name: provider }).first().click();
  if (type) await page.getByRole('radio', { name: type, exact: true }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(labelled(label)).fill(value);
  await page.getByRole('button', { name: 'More settings' }).click();
  await page.getByRole('textbox', { name: 'API address' }).fill(api);
  await page.getByRole('button', { name: 'Create channel' }).click();
  await page.waitForURL(/\/channels\/(?!new)/);
  await page.getByRole('button', { name: 'Bind', exact: true }).click();
  await page.getByText('Bound', { exact: true }).first().waitFor();
  const channel = await get(page, `/channels/${page.url().split('/').pop()}`);
  assert.equal(channel.status, 'bound');
  return channel.hook_url;
}

/** Tells the template's name at Meta, which a simulated phone does not need. */
async function nameTemplate(page, slug, name) {
  const { items } = await get(page, '/templates');
  const { id } = items.find((template) => template.slug === slug);
  await call(page, 'PATCH', `/templates/${id}`, { provider_ref: name });
}

/** A label, with the mark of what is required or without. */
function labelled(text) {
  return new RegExp(`^${text.replace(/[()]/g, '\\$&')}\\*?$`);
}

/** Imports the example with these channels, and a deadline that does not make the test wait. */
async function importExample(page) {
  const example = await readFile(join(root, 'examples/otp-by-country.json'), 'utf8');
  const flow = JSON.parse(
    example
      .replaceAll('sms-main', 'twilio-sms')
      .replaceAll('whatsapp-main', 'meta-whatsapp')
      .replaceAll('viber-main', 'cams-viber'),
  );
  flow.name = 'OTP over three vendors';
  for (const node of flow.nodes) if (node.id === 'viber_ph') node.config.delivered_within = '2s';
  flow.scenarios = [];
  return Editor.openFlow(page, await importFlow(page, flow));
}

/** Runs the flow on screen until each message has come that far, by channel. */
async function runFlow(page, editor, to, wanted) {
  await editor.card('SMS').waitFor();
  await editor.run({ "Customer's phone number": to, 'One-time password': code });
  await page.waitForURL(/\/runs\//);
  await page.getByText('Completed').first().waitFor();
  const path = `/runs/${new URL(page.url()).pathname.split('/').pop()}`;
  // Receipts may come after the end: an SMS is not waited for.
  const messages = async () =>
    (await get(page, path)).messages.map((message) => [message.channel, message.status]);
  await becomes(messages, wanted, 'the messages of the run');
  assert.equal((await get(page, path)).status, 'completed');
}

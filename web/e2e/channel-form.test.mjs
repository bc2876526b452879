import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { faultsOf } from './axe.mjs';
import { screenshot, withPage } from './browser.mjs';
import { closeStage, openStage } from './stage.mjs';

let vendors;
let server;
let browser;
before(async () => {
  ({ server, browser, vendors } = await openStage({ vendors: true }));
});
after(() => closeStage({ server, browser, vendors }));

test('who sets Twilio up with a wrong token is told what to do at each step', () =>
  withPage(browser, server.address, {}, async (page) => {
    const { account_sid, auth_token } = vendors.credentials.twilio;
    await choose(page, 'Twilio');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Twilio SMS');

    // What is needed is asked for where it is missing, also in a section that was closed.
    await page.getByRole('button', { name: 'More settings' }).click();
    await page.getByLabel('API address').fill('somewhere');
    await page.getByRole('button', { name: 'More settings' }).click();
    await page.getByRole('button', { name: 'Create channel' }).click();
    await page.getByText('Account SID is needed.').waitFor();
    await page.getByText('Begin with https:// or http://.').waitFor();

    await page.getByLabel('API address').fill(vendors.twilio);
    await page.getByLabel(/^Account SID/).fill(account_sid);
    await page.getByLabel(/^Auth token/).fill('not-the-token');
    await page.getByLabel(/^Sender/).fill('+14155550100');
    // While the server is asked, the button still says what it does, to everybody.
    let answer;
    const asked = new Promise((resolve) => {
      answer = resolve;
    });
    await page.route('**/api/v1/channels', async (route) => {
      await asked;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Create channel' }).click();
    await page.getByRole('button', { name: 'Create channel', disabled: true }).waitFor();
    assert.deepEqual(await faultsOf(page), []);
    answer();
    await page.waitForURL(/\/channels\/(?!new)/);

    const state = page.getByRole('complementary', { name: 'State' });
    await state.getByRole('button', { name: 'Bind', exact: true }).click();
    await state.getByText('Check the account SID and the auth token').waitFor();
    // Before anything was sent, the settings come first.
    const headings = await page.getByRole('heading', { level: 2 }).allTextContents();
    assert.ok(headings.indexOf('Settings') < headings.indexOf('Health'), headings.join());

    await page.getByLabel(/^Auth token/).fill(auth_token);
    await state.getByText('Save your changes before you bind it').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await state.getByText('Save your changes before you bind it').waitFor({ state: 'detached' });
    await state.getByRole('button', { name: 'Bind', exact: true }).click();
    await state.getByText('Bound', { exact: true }).waitFor();
    assert.equal(await state.getByRole('alert').count(), 0);
  }));

test('the form of any HTTP service unfolds as it is needed, and shows what it would do', () =>
  withPage(browser, server.address, {}, async (page) => {
    await choose(page, 'Any HTTP service');
    const folded = page.locator('form h2 button');
    assert.deepEqual(await folded.locator('[id]').allTextContents(), [
      'Answer',
      'Receipts',
      'Replies',
      'Proof of callbacks',
      'Try a callback',
      'More settings',
    ]);
    assert.equal(await page.getByLabel('Words for delivered').count(), 0, 'what is folded is not asked for');

    // The sample request follows what is typed, beside it.
    const sample = page.getByRole('region', { name: 'Request', exact: true }).getByTestId('request-preview');
    await sample.getByText('Enter the address of the service').waitFor();
    await page.getByLabel(/^Address of the service/).fill('https://api.example.com');
    await page.getByLabel('Path and query').fill('/v1/{{to}}');
    await sample.getByText('https://api.example.com/v1/').waitFor();

    // A callback is tried beside the settings that read it.
    await page.getByRole('button', { name: 'Receipts' }).click();
    const receipts = page.getByRole('region', { name: 'Receipts', exact: true });
    await receipts.getByLabel('Message id').fill('id');
    await receipts.getByLabel('Status').fill('status');
    await receipts.getByLabel('Words for delivered').fill('done');
    await receipts.getByText('3 set').waitFor();
    await page.getByRole('button', { name: 'Try a callback' }).click();
    await page.getByLabel('What the service posts').fill('{"id": "5", "status": "done"}');
    await page.getByTestId('callback-trial').getByText('A receipt', { exact: true }).waitFor();
    assert.deepEqual(await faultsOf(page), []);
    await screenshot(page, 'channel-form-http');
    await page.setViewportSize({ width: 390, height: 844 });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), 0);
    assert.equal(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight), 0);
    await screenshot(page, 'channel-form-http-phone');
  }));

test('a run that waits for a message’s time says when it is sent', () =>
  withPage(browser, server.address, {}, async (page) => {
    await page.goto('/runs');
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
    const flow = {
      schema: 'sluice/v1',
      name: 'Reminder',
      nodes: [
        {
          id: 'start',
          type: 'start',
          config: { trigger: { type: 'manual' }, inputs: [{ name: 'at', type: 'string' }] },
        },
        {
          id: 'sms',
          type: 'send_sms',
          name: 'Reminder',
          config: {
            channel: 'sms-main',
            to: '+639171234567',
            category: 'notification',
            send_at: '{{at}}',
            message: { type: 'text', text: 'Your appointment is at nine.' },
          },
        },
      ],
      edges: [{ from: 'start', port: 'next', to: 'sms' }],
    };
    const { id } = await send(page, '/flows/import', flow);
    await send(page, `/flows/${id}/publish`);
    const at = new Date(Date.now() + 3 * 86_400_000 + 60_000).toISOString();
    const run = await send(page, `/flows/${id}/runs`, { inputs: { at } });
    await page.reload();
    await page.getByRole('row', { name: /Reminder.*sends in 3 d/ }).waitFor();
    await page.goto(`/runs/${run.id}`);
    await page
      .getByRole('list', { name: 'Steps' })
      .getByText(/^Sends at .*, in 3 d/)
      .waitFor();
    await page
      .locator('header')
      .getByText(/^Sends at /)
      .waitFor();
    await page.getByRole('tab', { name: /Messages/ }).click();
    await page.getByText(/^Scheduled for /).waitFor();
    await page.getByText('to +639171234567').waitFor();
    await screenshot(page, 'run-scheduled');
  }));

async function choose(page, provider) {
  await page.goto('/channels/new');
  await page.getByRole('combobox', { name: 'Provider' }).click();
  await page.getByRole('option', { name: provider }).first().click();
}

async function send(page, path, body) {
  const answer = await page.evaluate(
    async ([address, content]) => {
      const headers = { 'Content-Type': 'application/json' };
      const got = await fetch(address, { method: 'POST', headers, body: content });
      return { status: got.status, text: await got.text() };
    },
    [`/api/v1${path}`, body === undefined ? undefined : JSON.stringify(body)],
  );
  assert.ok(answer.status < 300, `${path}: ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text);
}

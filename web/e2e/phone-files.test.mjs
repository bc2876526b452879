import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
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
const asking = {
  schema: 'sluice/v1',
  name: 'Send a receipt',
  nodes: [
    {
      id: 'start',
      type: 'start',
      position: { x: 0, y: 0 },
      config: { inputs: [{ name: 'phone', type: 'phone', required: true }] },
    },
    {
      id: 'ask',
      type: 'ask',
      name: 'Your receipt',
      position: { x: 320, y: 0 },
      config: {
        channel_type: 'whatsapp',
        channel: 'whatsapp-main',
        to: '{{phone}}',
        message: { type: 'text', text: 'Send a picture of your receipt' },
        reply_within: '1h',
      },
    },
    {
      id: 'keep',
      type: 'set_variables',
      name: 'Keep it',
      position: { x: 640, y: 0 },
      config: {
        variables: [
          { name: 'kind', value: '{{steps.ask.reply_type}}' },
          { name: 'file', value: '{{steps.ask.media_id}}' },
        ],
      },
    },
  ],
  edges: [
    { from: 'start', port: 'next', to: 'ask' },
    { from: 'ask', port: 'replied', to: 'keep' },
  ],
};

/** Imports and publishes the flow, and gives its id. */
async function published(page) {
  await page.goto('/flows');
  await page.getByRole('link', { name: 'OTP by country' }).first().waitFor();
  return page.evaluate(async (flow) => {
    const post = async (path, body) => {
      const answer = await fetch(`/api/v1${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(await answer.text());
      return answer.json();
    };
    const { id } = await post('/flows/import', flow);
    await post(`/flows/${id}/publish`, {});
    return id;
  }, asking);
}

/** Starts a run of the flow that waits for its answer. */
async function waitingRun(page, flow) {
  const run = await page.evaluate(
    async ([id, phone]) => {
      const answer = await fetch(`/api/v1/flows/${id}/runs`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ inputs: { phone } }),
      });
      return (await answer.json()).id;
    },
    [flow, recipient],
  );
  await page.goto(`/runs/${run}`);
  await page.getByTestId('phone-whatsapp').getByText('Send a picture of your receipt').waitFor();
  return run;
}

/** A picture of a receipt, as a phone would take it. */
async function receipt(page) {
  const base64 = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 240;
    canvas.height = 160;
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#f4f1ea';
    pen.fillRect(0, 0, 240, 160);
    pen.fillStyle = '#333333';
    pen.font = '20px sans-serif';
    const lines = ['Corner shop', 'Tea        2.40', 'Bread      3.10', 'Total      5.50'];
    for (const [index, line] of lines.entries()) pen.fillText(line, 24, 40 + index * 32);
    return canvas.toDataURL('image/png').split(',')[1];
  });
  return { name: 'receipt.png', mimeType: 'image/png', buffer: Buffer.from(base64, 'base64') };
}

/** Attaches a file on a phone by its menu. */
async function attach(page, phone, kind, file) {
  await phone.getByRole('button', { name: 'Attach on WhatsApp' }).click();
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('menuitem', { name: kind }).click();
  await (await choosing).setFiles(file);
}

for (const look of [{}, { dark: true }]) {
  test(`a picture from a phone shows in its thread and in the run${look.dark ? ', in the dark' : ''}`, () =>
    withPage(browser, server.address, look, async (page) => {
      const flow = await published(page);
      const run = await waitingRun(page, flow);
      const phone = page.getByTestId('phone-whatsapp');
      await phone.getByLabel('Answer on WhatsApp').fill('Here it is');

      // What is no picture is refused with its reason, and the caption stays.
      await attach(page, phone, 'Picture', {
        name: 'page.png',
        mimeType: 'image/png',
        buffer: Buffer.from('<html><body>nothing</body></html>'),
      });
      await page.getByText('The file is not what it is sent as.').first().waitFor();
      await becomes(() => phone.getByLabel('Answer on WhatsApp').inputValue(), 'Here it is');

      await attach(page, phone, 'Picture', await receipt(page));
      const picture = phone.getByRole('img', { name: 'receipt.png' });
      await becomes(() => picture.evaluate((img) => img.naturalWidth), 240);
      await becomes(() => phone.getByLabel('Answer on WhatsApp').inputValue(), '');
      await phone.getByText('Here it is').waitFor();
      await page.getByText('Completed').first().waitFor();

      // The run has it too, from the server's own storage.
      await page.getByRole('tab', { name: /^Messages/ }).click();
      await page.getByTestId('message-file').getByRole('img', { name: 'receipt.png' }).waitFor();
      await screenshot(page, `phone-file${look.dark ? '-dark' : ''}`);
      const variables = await page.evaluate(
        async (id) => (await (await fetch(`/api/v1/runs/${id}`)).json()).variables,
        run,
      );
      assert.equal(variables.kind, 'image');
      assert.ok(variables.file);
    }));
}

test('a document and a place are sent from a phone that is 390 px wide', () =>
  withPage(browser, server.address, {}, async (page) => {
    const flow = await published(page);
    await waitingRun(page, flow);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`/phones?recipient=${encodeURIComponent(recipient)}`);
    const phone = page.getByTestId('phone-whatsapp');
    await attach(page, phone, 'Document', {
      name: 'terms.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from('%PDF-1.7\n1 0 obj'),
    });
    const file = phone.getByRole('link', { name: /terms\.pdf/ });
    await file.waitFor();
    const downloading = page.waitForEvent('download');
    await file.click();
    assert.equal((await downloading).suggestedFilename(), 'terms.pdf');

    await phone.getByRole('button', { name: 'Attach on WhatsApp' }).click();
    await page.getByRole('menuitem', { name: 'Location' }).click();
    const latitude = phone.getByLabel('Latitude');
    await latitude.fill('91');
    await phone.getByRole('button', { name: 'Send the location' }).click();
    await phone.getByRole('alert').waitFor();
    await screenshot(page, 'phone-place-390');
    await latitude.fill('51.19');
    await phone.getByLabel('Longitude').fill('5.99');
    await phone.getByLabel('Name of the place').fill('Station');
    await page.keyboard.press('Enter');
    await phone.getByText('51.19,5.99 Station').waitFor();
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wider <= 0, `the page is ${wider} px wider than the screen`);
    await screenshot(page, 'phone-files-390');
  }));

test('an SMS phone offers what people can send by SMS', () =>
  withPage(browser, server.address, {}, async (page) => {
    await published(page);
    await page.evaluate(
      (to) =>
        fetch('/api/v1/simulator/replies', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ recipient: to, channel_type: 'sms', text: 'Hello' }),
        }),
      recipient,
    );
    await page.goto(`/phones?recipient=${encodeURIComponent(recipient)}`);
    await page.getByTestId('phone-sms').getByRole('button', { name: 'Attach on SMS' }).click();
    await page.getByRole('menuitem', { name: 'Picture' }).waitFor();
    await becomes(() => page.getByRole('menuitem').allInnerTexts(), ['Picture', 'Video', 'Voice note']);
  }));

test('in a try, a picture answers the question', () =>
  withPage(browser, server.address, {}, async (page) => {
    const flow = await published(page);
    await page.goto(`/flows/${flow}`);
    await page.getByRole('button', { name: 'Try', exact: true }).click();
    await page.getByRole('complementary', { name: 'Try' }).getByLabel(/phone/i).fill(recipient);
    await page.getByRole('button', { name: 'Start the try' }).click();
    const phone = page.getByTestId('phone-whatsapp');
    await phone.getByText('Send a picture of your receipt').waitFor();
    await attach(page, phone, 'Picture', await receipt(page));
    await phone.getByText('receipt.png').waitFor();
    await page
      .getByTestId('try-standing')
      .getByText(/The run completed at Keep it/)
      .waitFor();
    await page.getByRole('radio', { name: 'Values' }).click();
    await page.getByText('image', { exact: true }).first().waitFor();
    await screenshot(page, 'phone-file-try');
  }));

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, screenshot, withPage } from './browser.mjs';
import { startServer } from './server.mjs';

/*
 * INVARIANTS 26: no script runs through names, labels and messages from
 * outside. Every place that people or phones can write to gets every payload,
 * then every screen is opened.
 */

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

const payloads = [
  '<img src=x onerror=fired()>',
  '<script>fired()</script>',
  '"><svg onload=fired()>',
  "'-fired()-'",
  '<a href="javascript:fired()">x</a>',
  'javascript:fired()',
  '<iframe srcdoc="<script>parent.fired()</script>">',
  '</title><script>fired()</script>',
  '<style>@import "javascript:fired()"</style>',
  '[x](javascript:fired())',
];
const all = payloads.join(' ');
const recipient = '+639171234567';

test('what people and phones write is shown and never run', () =>
  withPage(browser, server.address, {}, async (page, context) => {
    let fired = 0;
    await context.exposeFunction('fired', () => {
      fired += 1;
    });
    page.on('dialog', (dialog) => {
      fired += 1;
      void dialog.dismiss();
    });
    await page.goto('/flows');
    await page.getByRole('link', { name: 'OTP by country' }).first().waitFor();
    const made = await page.evaluate(plant, { payloads, all, recipient });

    const places = [
      '/flows',
      `/flows/${made.flow}`,
      '/runs',
      `/runs/${made.run}?step=2`,
      '/channels',
      `/channels/${made.channel}`,
      '/templates',
      `/templates/${made.template}`,
      `/phones?recipient=${encodeURIComponent(recipient)}`,
      '/settings',
    ];
    for (const place of places) {
      await page.goto(place);
      await page.getByText('fired()').first().waitFor();
      const links = await page.locator('a').evaluateAll((found) => found.map((link) => link.href));
      assert.deepEqual(
        links.filter((href) => !/^https?:/.test(href)),
        [],
        `every link on ${place} is http(s)`,
      );
      assert.equal(
        await page.locator('img[onerror], svg[onload], iframe').count(),
        0,
        `nothing was drawn on ${place}`,
      );
    }
    await page.goto(`/phones?recipient=${encodeURIComponent(recipient)}`);
    for (const payload of payloads)
      await page.getByTestId('phone-sms').getByText(payload, { exact: true }).waitFor();
    await screenshot(page, 'payloads-phone');
    assert.equal(fired, 0);
  }));

/** Runs in the page: writes the payloads wherever the API takes text. */
async function plant({ payloads: texts, all: joined, recipient: to }) {
  const send = async (method, path, body) => {
    const answer = await fetch(`/api/v1${path}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return answer.json();
  };
  const flow = await send('POST', '/flows', {
    name: texts[0],
    definition: {
      schema: 'sluice/v1',
      name: texts[0],
      description: joined,
      nodes: [
        { id: 'start', type: 'start', name: texts[1], config: { trigger: { type: 'manual' } } },
        {
          id: 'sms',
          type: 'send_sms',
          name: texts[2],
          config: {
            channel: 'sms-main',
            to,
            category: 'notification',
            message: { type: 'text', text: joined },
          },
        },
      ],
      edges: [{ from: 'start', port: 'next', to: 'sms' }],
      notes: [{ id: 'note', text: joined }],
    },
  });
  await send('POST', `/flows/${flow.id}/publish`, { message: texts[1] });
  const run = await send('POST', `/flows/${flow.id}/runs`, { inputs: {} });
  const channel = await send('POST', '/channels', {
    name: texts[0],
    remarks: texts[2],
    type: 'sms',
    kind: 'simulator',
  });
  const template = await send('POST', '/templates', {
    name: texts[0],
    language: 'en',
    channel_type: 'sms',
    text: joined,
  });
  await send('POST', '/api-keys', { name: joined.slice(0, 100), role: 'viewer' });
  for (const text of texts)
    await send('POST', '/simulator/replies', {
      recipient: to,
      channel_type: 'sms',
      channel: 'sms-main',
      text,
    });
  return { flow: flow.id, run: run.id, channel: channel.id, template: template.id };
}

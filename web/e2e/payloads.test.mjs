import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call } from './api.mjs';
import { screenshot, withPage } from './browser.mjs';
import { closeStage, openStage } from './stage.mjs';

/*
 * INVARIANTS 26: no script runs through names, labels and messages from
 * outside. Every place that people or phones can write to gets every payload,
 * then every screen is opened.
 */

let server;
let browser;
before(async () => {
  ({ server, browser } = await openStage());
});
after(() => closeStage({ server, browser }));

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
    const made = await plant(page);

    const places = [
      '/flows',
      `/flows/${made.flow}`,
      `/flows/${made.flow}?view=list`,
      `/flows/${made.flow}?node=sms`,
      `/flows/${made.flow}?try=scenarios`,
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

test('dialogs and errors show what people wrote and never run it', () =>
  withPage(browser, server.address, {}, async (page, context) => {
    let fired = 0;
    await context.exposeFunction('fired', () => {
      fired += 1;
    });
    const made = await plant(page, { again: true });
    const shown = async () => {
      await page.getByText('fired()').first().waitFor();
      assert.equal(await page.locator('img[onerror], svg[onload], iframe').count(), 0);
    };
    await page.goto(`/flows/${made.flow}`);
    await page.getByTestId('canvas').waitFor();
    for (const key of ['Control+f', 'Control+k']) {
      await page.locator('body').press(key);
      await page.getByRole('dialog').waitFor();
      await shown();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('dialog').getByText('fired()').first().waitFor();
    await page.keyboard.press('Escape');
    await page.goto(`/flows/${made.flow}?try=1`);
    await page.getByRole('button', { name: 'Start the try' }).click();
    await page.getByTestId('try-standing').waitFor();
    await shown();
    // What is not there is named in the error.
    await page.goto(`/flows/${encodeURIComponent(payloads[0])}`);
    await page.getByRole('alert').waitFor();
    await page.goto(`/gallery?q=${encodeURIComponent(all)}`);
    await page.getByText('No flow of the gallery').waitFor();
    await page.goto(`/login?after=${encodeURIComponent('javascript:fired()')}`);
    await page.waitForURL(/\/flows/);
    assert.equal(fired, 0);
  }));

test('the content security policy lets no script in but our own', async () => {
  const answer = await fetch(server.address);
  const policy = Object.fromEntries(
    (answer.headers.get('content-security-policy') ?? '')
      .split(';')
      .map((directive) => directive.trim().split(/\s+/))
      .map(([name, ...values]) => [name, values.join(' ')]),
  );
  assert.equal(policy['default-src'], "'self'");
  assert.equal(policy['script-src'] ?? policy['default-src'], "'self'");
  assert.equal(policy['worker-src'] ?? policy['default-src'], "'self'");
  assert.match(policy['object-src'] ?? '', /'none'/);
  assert.match(policy['base-uri'] ?? '', /'(none|self)'/);
  assert.match(policy['frame-ancestors'] ?? '', /'none'/);
  const page = await answer.text();
  assert.doesNotMatch(page, /<script(?![^>]*\bsrc=)/, 'no inline script');
  assert.doesNotMatch(page, /\son\w+=/, 'no inline handler');
});

/** Writes the payloads wherever the API takes text. */
async function plant(page, { again = false } = {}) {
  const send = (method, path, body) => call(page, method, path, body);
  const flow = await send('POST', '/flows', {
    name: payloads[0],
    definition: {
      schema: 'sluice/v1',
      name: payloads[0],
      description: all,
      nodes: [
        {
          id: 'start',
          type: 'start',
          name: payloads[1],
          config: {
            trigger: { type: 'manual' },
            inputs: [
              {
                name: 'words',
                type: 'string',
                title: payloads[2],
                help: payloads[3],
                example: payloads[0],
                default: all,
              },
            ],
          },
        },
        {
          id: 'sms',
          type: 'send_sms',
          name: payloads[2],
          config: {
            channel: 'sms-main',
            to: recipient,
            category: 'notification',
            message: { type: 'text', text: all },
          },
        },
        {
          id: 'set',
          type: 'set_variables',
          name: payloads[3],
          config: { variables: [{ name: 'shown', value: all }] },
        },
        {
          id: 'choose',
          type: 'condition',
          name: payloads[7],
          config: {
            branches: [
              {
                port: 'a',
                title: payloads[0],
                when: { type: 'rule', value: '{{shown}}', operator: 'equals', to: payloads[6] },
              },
            ],
          },
        },
        {
          id: 'end',
          type: 'end',
          name: payloads[6],
          config: { outcome: payloads[1].slice(0, 60), status: 'failed' },
        },
      ],
      edges: [
        { from: 'start', port: 'next', to: 'set' },
        { from: 'set', port: 'next', to: 'choose' },
        { from: 'choose', port: 'else', to: 'sms' },
        { from: 'sms', port: 'next', to: 'end' },
      ],
      notes: [{ id: 'note', text: all }],
      scenarios: payloads.map((name) => ({ name, inputs: {}, expect: { outcome: name.slice(0, 60) } })),
    },
  });
  await send('POST', `/flows/${flow.id}/publish`, { message: payloads[1] });
  const run = await send('POST', `/flows/${flow.id}/runs`, { inputs: {} });
  if (again) return { flow: flow.id, run: run.id };
  const channel = await send('POST', '/channels', {
    name: payloads[0],
    remarks: payloads[2],
    type: 'sms',
    kind: 'simulator',
  });
  const template = await send('POST', '/templates', {
    name: payloads[0],
    language: 'en',
    channel_type: 'sms',
    text: all,
  });
  await send('POST', '/api-keys', { name: all.slice(0, 100), role: 'viewer' });
  for (const text of payloads)
    await send('POST', '/simulator/replies', {
      recipient,
      channel_type: 'sms',
      channel: 'sms-main',
      text,
    });
  return { flow: flow.id, run: run.id, channel: channel.id, template: template.id };
}

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, copyOfExample, exampleId, get } from './api.mjs';
import { readmeScreenshot, screenshot, withPage } from './browser.mjs';
import { Editor, restingBox } from './editor.mjs';
import { becomes } from './patience.mjs';
import { closeStage, openStage } from './stage.mjs';

const text =
  'Your one-time password is:{{verificationCode}} The password is valid for 10 minutes. Please do not tell anyone the password to avoid losses.';
const recipient = '+639171234567';
const code = '493817';

let server;
let browser;
before(async () => {
  ({ server, browser } = await openStage());
});
after(() => closeStage({ server, browser }));

test('a person draws the OTP flow from an empty canvas, publishes it, runs it, and reads the phones', () =>
  withPage(browser, server.address, {}, async (page) => {
    await page.goto('/flows');
    await page.getByRole('button', { name: 'New flow' }).first().click();
    await page.getByRole('menuitem', { name: /Blank flow/ }).click();
    await page.getByTestId('canvas').waitFor();
    const editor = new Editor(page);
    await editor.rename('OTP drawn by hand');
    await draw(editor, page);
    await editor.saved();
    await editor.hasNoIssues();
    await page
      .getByTestId('bound')
      .filter({ hasText: /6 steps, 3 messages, 1 min 30 s/ })
      .waitFor();
    await page.keyboard.press('1');
    await screenshot(page, 'otp-1-drawn');

    await editor.publish('First version');
    await page.getByRole('button', { name: /Published v1/ }).waitFor();

    // Phones wait for a person, so that the test decides what arrives.
    await call(page, 'PUT', '/simulator/rules', { rules: [{ recipient: '*', manual: true }] });
    await editor.run({ customerPhoneNumber: recipient, verificationCode: code });
    await page.waitForURL(/\/runs\//);

    const viber = page.getByTestId('phone-viber');
    await viber.getByText(`Your one-time password is:${code} The password`).waitFor();
    await page.getByText('Waiting').first().waitFor();
    await screenshot(page, 'otp-2-viber-waits');

    await viber.getByRole('button', { name: 'Failed' }).click();
    await page.getByRole('menuitem').first().click();
    const whatsapp = page.getByTestId('phone-whatsapp');
    await whatsapp.getByText(code).first().waitFor();
    await whatsapp.getByRole('button', { name: 'Delivered' }).click();
    await whatsapp.getByRole('button', { name: 'Read' }).click();
    await page.getByText('Completed').first().waitFor();
    assert.equal(await page.getByTestId('phone-sms').count(), 0, 'no SMS follows a message that was read');
    await screenshot(page, 'otp-3-completed');

    const run = await get(page, `/runs/${new URL(page.url()).pathname.split('/').pop()}`);
    assert.equal(run.status, 'completed');
    assert.deepEqual(
      run.messages.map((message) => [message.channel, message.status]),
      [
        ['viber-main', 'failed'],
        ['whatsapp-main', 'read'],
      ],
    );
    assert.ok(!JSON.stringify(run).includes(code), 'the secret code is nowhere in the run');
  }));

test('wrong inputs are explained beside their fields, and no run starts', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await Editor.openFlow(page, await exampleId(page));
    await editor.run({ "Customer's phone number": '12', 'One-time password': '' });
    const dialog = page.getByRole('dialog');
    const problem = (label) =>
      dialog.getByRole('textbox', { name: label, description: /./ }).and(page.locator('[aria-invalid]'));
    await problem('One-time password').waitFor();
    await dialog.getByRole('textbox', { name: 'One-time password' }).fill('123456');
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await problem("Customer's phone number").waitFor();
    assert.match(page.url(), /\/flows\//);
    await screenshot(page, 'inputs-refused');
  }));

test('a flow with errors is not published, and the editor shows which node and why', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await Editor.createBlank(page, 'Broken');
    await editor.drag('send_sms', 520, 300);
    await editor.connect('Start', 'Next', 'Send SMS');
    await editor.saved();
    await page.getByTestId('issue-count').getByText(/error/).waitFor();
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'This flow cannot be published yet' });
    await dialog
      .getByRole('button', { name: /Send SMS/ })
      .first()
      .click();
    await editor.inspector.getByRole('alert').first().waitFor();
    await screenshot(page, 'publish-refused');
  }));

test('the editor looks right in light and dark', async () => {
  for (const dark of [false, true]) {
    await withPage(browser, server.address, { dark }, async (page) => {
      const editor = await Editor.openFlow(page, await copyOfExample(page));
      // The whole flow is in view at first, from its start to its last node.
      const canvas = await restingBox(editor.canvas);
      for (const name of ['Start', 'SMS']) {
        const card = await restingBox(editor.card(name));
        assert.ok(card.x > canvas.x && card.x + card.width < canvas.x + canvas.width, `${name} is in view`);
      }
      await editor.open('Viber (PH)');
      await screenshot(page, dark ? 'editor-dark' : 'editor-light');
      if (!dark) await readmeScreenshot(page);
    });
  }
});

/** Draws the flow of the issue: PH is Viber, WhatsApp, SMS; MY is WhatsApp, Viber, SMS; all others SMS. */
async function draw(editor, page) {
  const { inspector } = editor;
  for (let i = 0; i < 4; i++) await page.getByRole('button', { name: 'Zoom out' }).click();

  // A blank flow comes with a start; the canvas here begins empty.
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await editor.hasNodes(0);
  await editor.drag('start', 75, 320);
  await editor.open('Start');
  await addInput(editor, 1, 'customerPhoneNumber', 'Phone number');
  await addInput(editor, 2, 'verificationCode');
  await inspector.getByRole('group', { name: 'Input 2' }).getByRole('switch', { name: 'Secret' }).click();

  await editor.drag('identify_phone', 215, 320);
  await editor.nameNode('Country?');
  await editor.connect('Start', 'Next', 'Country?');
  await editor.insertVariable('Phone number', 'customerPhoneNumber');
  await addBranch(editor, 1, 'ph', 'Philippines', 'PH');
  await addBranch(editor, 2, 'my', 'Malaysia', 'MY');

  await sender(editor, 'send_viber', 'Viber (PH)', 'viber', [355, 100], ['Country?', 'Philippines']);
  await sender(
    editor,
    'send_whatsapp',
    'WhatsApp (PH)',
    'whatsapp',
    [495, 100],
    ['Viber (PH)', 'Not delivered'],
  );
  await sender(editor, 'send_whatsapp', 'WhatsApp (MY)', 'whatsapp', [355, 520], ['Country?', 'Malaysia']);
  await sender(editor, 'send_viber', 'Viber (MY)', 'viber', [495, 520], ['WhatsApp (MY)', 'Not delivered']);
  await sender(editor, 'send_sms', 'SMS', 'sms', [720, 270], ['Country?', 'Else'], { deadlines: false });

  await jump(editor, 'PH not read', [630, 30], [['Viber (PH)', 'Not read']]);
  await jump(
    editor,
    'PH not reached',
    [630, 140],
    [
      ['WhatsApp (PH)', 'Not delivered'],
      ['WhatsApp (PH)', 'Not read'],
    ],
  );
  await jump(editor, 'MY not read', [630, 450], [['WhatsApp (MY)', 'Not read']]);
  await jump(
    editor,
    'MY not reached',
    [630, 560],
    [
      ['Viber (MY)', 'Not delivered'],
      ['Viber (MY)', 'Not read'],
    ],
  );
}

async function addInput(editor, number, name, type) {
  await editor.inspector.getByRole('button', { name: 'Add input' }).click();
  const input = editor.inspector.getByRole('group', { name: `Input ${number}`, exact: true });
  await input.getByRole('textbox', { name: 'Name' }).fill(name);
  if (type) await editor.choose('Type', type, input);
  await input.getByRole('switch', { name: 'Required' }).click();
}

async function addBranch(editor, number, port, label, country) {
  await editor.inspector.getByRole('button', { name: 'Add branch' }).click();
  const branch = editor.inspector.getByRole('group', { name: `Branch ${number}`, exact: true });
  await branch.getByRole('textbox', { name: 'Exit' }).fill(port);
  await branch.getByRole('textbox', { name: 'Label' }).fill(label);
  await branch.getByRole('textbox', { name: 'Codes' }).fill(country);
  await branch.getByRole('textbox', { name: 'Codes' }).press('Enter');
}

async function sender(editor, type, name, channel, [x, y], [from, port], { deadlines = true } = {}) {
  const { inspector, page } = editor;
  await editor.drag(type, x, y);
  await editor.nameNode(name);
  await editor.connect(from, port, name);
  await editor.open(name);
  await editor.choose('Channel', new RegExp(channel, 'i'));
  await editor.insertVariable('To', 'customerPhoneNumber');
  const message = inspector.getByRole('group', { name: 'Message' });
  if (type === 'send_whatsapp') {
    await editor.choose('Template', /One-time|otp/i, message);
    // Choosing the template made a place for its parameter; "{{" offers what is in scope.
    const parameter = message.getByRole('textbox', { name: '{{1}} in the text' });
    await parameter.click();
    await parameter.pressSequentially('{{ver');
    await page.getByRole('option', { name: 'verificationCode' }).waitFor();
    await page.keyboard.press('Enter');
    await becomes(() => parameter.textContent(), '{{verificationCode}}');
  } else {
    await message.getByRole('textbox', { name: 'Text' }).fill(text);
  }
  if (!deadlines) return;
  await inspector.getByRole('textbox', { name: 'Delivered within' }).fill('30');
  await inspector.getByRole('textbox', { name: 'Read within' }).fill('60');
}

async function jump(editor, name, [x, y], sources) {
  await editor.drag('jump', x, y);
  await editor.nameNode(name);
  await editor.choose('Go to', 'SMS');
  await editor.inspector.getByRole('textbox', { name: 'At most' }).fill('3');
  for (const [from, port] of sources) await editor.connect(from, port, name);
}

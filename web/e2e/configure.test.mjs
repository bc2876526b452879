import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { copyOfExample } from './api.mjs';
import { screenshot, withPage } from './browser.mjs';
import { Editor } from './editor.mjs';
import { becomes } from './patience.mjs';
import { closeStage, openStage } from './stage.mjs';

let server;
let browser;
before(async () => {
  ({ server, browser } = await openStage());
});
after(() => closeStage({ server, browser }));

/** A copy of the example flow, on a fresh page. */
const openCopy = async (page) => Editor.openFlow(page, await copyOfExample(page));

const field = (editor, name) => editor.inspector.getByRole('textbox', { name, exact: true });

/** Waits until the code editor stands in for the plain field. */
async function code(editor, name) {
  const box = field(editor, name).first();
  await box.and(editor.page.locator('.cm-content')).waitFor();
  return box;
}

test('braces offer what is in scope at the node, and show nodes by their names', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await openCopy(page);
    await editor.open('SMS');
    const text = await code(editor, 'Text');
    await text.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' {{');
    const list = page.getByRole('listbox', { name: 'Completions' });
    await list.getByRole('option', { name: /^verificationCode.*secret/ }).waitFor();
    await list.getByRole('option', { name: /^customerPhoneNumber.*set by Start/ }).waitFor();
    await list.getByText('Viber (PH)').waitFor();
    assert.equal(await list.getByRole('option', { name: /Limit/ }).count(), 0);

    // Escape closes the list and nothing else.
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'detached' });
    // The field keeps the focus.
    await becomes(() => text.evaluate((box) => box.contains(document.activeElement)), true);

    // A node is found by its name and shown by it; the text holds its id.
    await page.keyboard.type('viber');
    await list
      .getByRole('option', { name: /^status/ })
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await text.locator('.cm-step').getByText('Viber').waitFor();
    assert.ok(!(await text.textContent()).includes('viber_ph'), 'no id is shown as a name');

    // Functions come with how they are called.
    await page.keyboard.type(' {{upp');
    await list.getByRole('option', { name: 'upper()' }).waitFor();
    await page.getByText('upper(text)').waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type('run.id');
    await page.keyboard.press('Escape');
    await screenshot(page, 'configure-completion');

    // Tab leaves the field.
    await page.keyboard.press('Tab');
    // Tab leaves the field.
    await becomes(() => text.evaluate((box) => box.contains(document.activeElement)), false);
    await editor.saved();
  }));

test('a field shows what its text becomes, how long it is, and what is wrong with it', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await openCopy(page);
    await editor.open('SMS');
    const { inspector } = editor;
    const text = await code(editor, 'Text');
    const count = inspector.getByTestId('sms-count');

    await text.fill('Hello {{customerPhoneNumber}}, your code is {{verificationCode}}');
    await inspector.getByText('Hello +639171234567, your code is ••••••').waitFor();
    await count.getByText('1 SMS (GSM-7)').waitFor();
    await text.fill(`{{upper("x")}} – ${'a'.repeat(70)}`);
    await count.getByText('2 SMS (UCS-2)').waitFor();
    await inspector.getByTitle('U+2013').waitFor();

    // A sample of one's own.
    await editor.choose('Previews with', 'Sample values');
    await text.fill('To {{customerPhoneNumber}}');
    await inspector
      .getByRole('group', { name: 'Sample values' })
      .getByRole('textbox')
      .first()
      .fill('+4915112345678');
    await inspector.getByText('To +4915112345678', { exact: true }).waitFor();

    // Mistakes are shown in place, at once and in the server's words.
    await text.fill('{{ uper(customerPhoneNumber) }}');
    await text.locator('.cm-problem').getByText('uper').waitFor();
    await inspector
      .getByText(/There is no function uper\(\)/)
      .first()
      .waitFor();
    // There is one undo, the flow's.
    await page.keyboard.press('Control+z');
    await text.getByText('uper').waitFor({ state: 'detached' });
    await screenshot(page, 'configure-preview');
  }));

test('the values of the last run fill the previews', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await openCopy(page);
    await editor.publish();
    await editor.run({ "Customer's phone number": '+60123456789', 'One-time password': '4711' });
    await page.waitForURL(/\/runs\//);
    await page.goBack();
    await editor.card('SMS').waitFor();
    await editor.open('SMS');
    await editor.inspector
      .getByRole('combobox', { name: 'Previews with' })
      .getByText(/^Last run/)
      .waitFor();
    await editor.inspector.getByText('+60123456789', { exact: true }).waitFor();
  }));

test('a condition is built of rules in groups, shows its expression, and switches without loss', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await openCopy(page);
    const { inspector } = editor;
    await editor.card('Country?').click({ position: { x: 60, y: 12 } });
    await page.getByTestId('palette-condition').dragTo(editor.canvas, { targetPosition: { x: 330, y: 560 } });
    await inspector.getByRole('textbox', { name: 'Name of the node' }).waitFor();
    await field(editor, 'Exit').fill('asian');

    // Rules: the operators are those of the value's type.
    const value = await code(editor, 'Value');
    await value.fill('{{run.started_at}}');
    await editor.choose('Operator', 'is after (date)');
    await inspector.locator('input[type="date"]').fill('2026-01-31');
    const shown = inspector.getByTestId('condition-expression');
    await shown.getByText('moment(run.started_at) > moment("2026-01-31")').waitFor();
    await inspector.getByRole('button', { name: 'Add group' }).click();
    await inspector.getByRole('textbox', { name: 'Value' }).last().fill('{{run.id}}');
    await editor.chooseLast('Operator', 'is blank');
    await shown.getByText('moment(run.started_at) > moment("2026-01-31") and blank(run.id)').waitFor();
    await inspector.getByRole('combobox', { name: 'How many of the rules must hold' }).last().click();
    await page.getByRole('option', { name: 'None of these' }).click();
    const expression = 'moment(run.started_at) > moment("2026-01-31") and not blank(run.id)';
    await shown.getByText(expression).waitFor();
    await screenshot(page, 'configure-condition');

    // To the expression and back.
    await inspector.getByRole('radio', { name: 'Expression' }).click();
    const source = await code(editor, 'Expression');
    await becomes(() => source.textContent(), expression);
    await inspector.getByRole('radio', { name: 'Rules' }).click();
    await shown.getByText(expression).waitFor();

    // What no rule says stays an expression.
    await inspector.getByRole('radio', { name: 'Expression' }).click();
    await (await code(editor, 'Expression')).fill('len(run.id) > 3 ? true : false');
    await inspector.getByRole('radio', { name: 'Rules' }).click();
    await inspector.getByText(/so this stays an expression/).waitFor();
    await editor.saved();
  }));

test('a channel, a template and a target are made without leaving the flow', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await openCopy(page);
    const { inspector } = editor;
    await editor.open('WhatsApp (PH)');
    await inspector.getByRole('combobox', { name: 'Channel' }).click();
    await page.getByRole('button', { name: 'Create a channel' }).click();
    const channel = page.getByRole('dialog', { name: /New channel/ });
    await channel.getByRole('textbox', { name: 'Name' }).fill('WhatsApp second');
    await channel.getByRole('combobox', { name: 'Provider' }).click();
    await page.getByRole('option', { name: /Simulator|Simulated/ }).click();
    await channel.getByRole('button', { name: 'Create channel' }).click();
    await channel.waitFor({ state: 'detached' });
    await inspector.getByRole('combobox', { name: 'Channel' }).getByText('WhatsApp second').waitFor();

    await inspector.getByRole('combobox', { name: 'Template', exact: true }).click();
    await page.getByRole('button', { name: 'Create a template' }).click();
    const template = page.getByRole('dialog', { name: 'New template' });
    await template.getByRole('textbox', { name: 'Name' }).fill('Second code');
    await template.getByRole('textbox', { name: 'Text' }).fill('Code {{1}} for {{2}}');
    await template.getByRole('button', { name: 'Create template' }).click();
    await template.waitFor({ state: 'detached' });
    await inspector.getByRole('textbox', { name: '{{2}} in the text' }).waitFor();

    await editor.open('PH not read');
    await inspector.getByRole('combobox', { name: 'Go to' }).click();
    await page.keyboard.type('new end');
    await page.keyboard.press('Enter');
    await inspector.getByRole('combobox', { name: 'Go to' }).getByText('End').waitFor();
    await editor.saved();
  }));

test('by keyboard alone a variable is renamed everywhere, and a duration is stepped', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await openCopy(page);
    const { inspector } = editor;
    await editor.open('Start');
    await inspector.getByRole('button', { name: 'One-time password' }).first().press('Enter');
    const name = inspector.getByRole('textbox', { name: 'Name', exact: true }).last();
    await name.focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('secretCode');
    await inspector.getByText(/texts that read it are renamed too/).waitFor();
    await page.keyboard.press('Enter');
    await editor.open('SMS');
    await (await code(editor, 'Text')).getByText('secretCode').waitFor();
    await page.getByTestId('canvas').focus();
    await editor.saved();
    await editor.hasNoIssues();
    await page.keyboard.press('Control+z');
    await field(editor, 'Text').getByText('verificationCode').waitFor();

    await editor.open('Viber (PH)');
    const within = field(editor, 'Delivered within');
    await within.focus();
    await page.keyboard.press('ArrowUp');
    await becomes(() => within.inputValue(), '35s');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('1h 30 min');
    await inspector.getByText('1 hour 30 minutes').waitFor();
    await page.keyboard.press('Tab');
    await becomes(() => within.inputValue(), '1h30m');
  }));

test('forms look right in the dark', () =>
  withPage(browser, server.address, { dark: true }, async (page) => {
    const editor = await openCopy(page);
    await editor.open('SMS');
    const text = await code(editor, 'Text');
    await editor.inspector.getByTestId('sms-count').waitFor();
    await text.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' {{');
    await page.getByRole('listbox', { name: 'Completions' }).waitFor();
    await screenshot(page, 'configure-dark');
    await editor.inspector.getByRole('button', { name: 'About Send SMS' }).click();
    await page.getByRole('dialog', { name: 'About Send SMS' }).getByText('Not delivered').first().waitFor();
  }));

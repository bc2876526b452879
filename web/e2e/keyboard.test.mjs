import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, screenshot, withPage } from './browser.mjs';
import { Editor } from './editor.mjs';
import { startServer } from './server.mjs';

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

/** The example flow, on a fresh page. */
async function openExample(page) {
  await page.goto('/flows');
  await page.getByRole('link', { name: 'OTP by country' }).first().click();
  await page.getByTestId('canvas').waitFor();
  const editor = new Editor(page);
  await editor.card('SMS').waitFor();
  return editor;
}

const press = (page, ...keys) =>
  keys.reduce((done, key) => done.then(() => page.keyboard.press(key)), Promise.resolve());

test('the palette finds every command, performs it, and gives the focus back', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await Editor.createBlank(page, 'Palette');
    const name = page.getByRole('textbox', { name: 'Name of the flow' });
    await name.focus();
    await press(page, 'Control+k');
    const palette = page.getByRole('dialog', { name: 'Commands' });
    await palette.getByRole('option', { name: /^Undo/ }).waitFor();
    assert.equal(await palette.getByRole('option', { name: /^Copy/ }).getAttribute('aria-disabled'), 'true');
    await page.keyboard.type('there is no such command');
    await palette.getByText('No command is called that.').waitFor();
    await press(page, 'Escape');
    await palette.waitFor({ state: 'detached' });
    assert.ok(await name.evaluate((input) => input === document.activeElement), 'the focus is back');

    await press(page, 'Control+k');
    await page.keyboard.type('add a note');
    await press(page, 'Enter');
    await page.locator('.react-flow__node-note').waitFor();

    await press(page, 'Control+k');
    await page.keyboard.type('shortcuts');
    await press(page, 'Enter');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await sheet.getByText('Ctrl+K').waitFor();
    await press(page, 'Escape');
    await sheet.waitFor({ state: 'detached' });
    await editor.saved();
  }));

test('the palette and the sheet of shortcuts look right in light and dark', async () => {
  for (const dark of [false, true]) {
    await withPage(browser, server.address, { dark }, async (page) => {
      const editor = await openExample(page);
      await editor.open('SMS');
      await press(page, 'Control+k');
      await page.getByRole('dialog', { name: 'Commands' }).waitFor();
      await screenshot(page, dark ? 'palette-dark' : 'palette-light');
      await press(page, 'Escape', '?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      await screenshot(page, dark ? 'shortcuts-dark' : 'shortcuts-light');
    });
  }
});

test('a node is found by its name, id, type or settings, centred and selected', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await openExample(page);
    const find = page.getByRole('dialog', { name: 'Find a node' });
    const name = editor.inspector.getByRole('textbox', { name: 'Name of the node' });
    for (const [query, found] of [
      ['viber (m', 'Viber (MY)'],
      ['identify', 'Country?'],
      ['verificationCode The', 'SMS'],
    ]) {
      await press(page, 'Control+f');
      await find.waitFor();
      await page.keyboard.type(query);
      if (query === 'identify') await screenshot(page, 'find');
      await find.getByRole('option', { name: found }).first().waitFor();
      while (!(await find.locator('[aria-selected="true"]').textContent()).includes(found))
        await press(page, 'ArrowDown');
      await press(page, 'Enter');
      await find.waitFor({ state: 'detached' });
      await page.waitForFunction(
        (title) =>
          document.activeElement?.matches('.react-flow__node.selected') &&
          document.activeElement.textContent.includes(title),
        found,
      );
      assert.equal(await name.inputValue(), found);
      const card = await editor.card(found).boundingBox();
      const canvas = await editor.canvas.boundingBox();
      const off = card.x + card.width / 2 - (canvas.x + canvas.width / 2);
      assert.ok(Math.abs(off) < 20, `${found} is ${off} px off the middle`);
    }
  }));

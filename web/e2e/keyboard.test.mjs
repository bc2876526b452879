import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { copyOfExample } from './api.mjs';
import { screenshot, withPage } from './browser.mjs';
import { Editor, restingBox } from './editor.mjs';
import { becomes } from './patience.mjs';
import { closeStage, openStage } from './stage.mjs';

let server;
let browser;
before(async () => {
  ({ server, browser } = await openStage());
});
after(() => closeStage({ server, browser }));

const line = (page, port, from, to) =>
  page.getByLabel(`Line from port ${port} of ${from} to ${to}`, { exact: true });

const said = (page, words) => page.getByTestId('announcer').getByText(words, { exact: true }).waitFor();

/** Selects a node by keys alone. */
async function find(page, name) {
  const dialog = page.getByRole('dialog', { name: 'Find a node' });
  await press(page, 'Control+f');
  await dialog.waitFor();
  await page.keyboard.type(name);
  await press(page, 'Enter');
  await page.waitForFunction(
    (title) =>
      document.activeElement?.matches('.react-flow__node.selected') &&
      document.activeElement.textContent.includes(title),
    name,
  );
}

/** A copy of the example flow, on a fresh page. */
const openExample = async (page) => Editor.openFlow(page, await copyOfExample(page));

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
    // The focus is back.
    await becomes(() => name.evaluate((input) => input === document.activeElement), true);

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

/** Walks a dialog's list down to an option. */
async function markOption(page, dialog, name) {
  const marked = dialog.locator('[aria-selected="true"]');
  for (;;) {
    const now = await marked.textContent();
    if (now.includes(name)) return;
    await press(page, 'ArrowDown');
    await becomes(
      () => marked.textContent(),
      (next) => next !== now,
      'the marked option',
    );
  }
}

test('a node is found by its name, id, type or settings, centred and selected', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await openExample(page);
    const find = page.getByRole('dialog', { name: 'Find a node' });
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
      await markOption(page, find, found);
      await press(page, 'Enter');
      await find.waitFor({ state: 'detached' });
      await page.waitForFunction(
        (title) =>
          document.activeElement?.matches('.react-flow__node.selected') &&
          document.activeElement.textContent.includes(title),
        found,
      );
      await editor.isOpen(found);
      // The view travels to what is found.
      const off = async () => {
        const card = await restingBox(editor.card(found));
        const canvas = await restingBox(editor.canvas);
        return Math.abs(card.x + card.width / 2 - (canvas.x + canvas.width / 2));
      };
      await becomes(off, (by) => by < 20, `how far ${found} is off the middle`);
    }
  }));

test('"A" adds a connected node at the right, as one step back', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await Editor.createBlank(page, 'Add after');
    await find(page, 'Start');
    await press(page, 'a');
    await page.getByRole('dialog', { name: 'Add after Next of Start' }).waitFor();
    await page.keyboard.type('sms');
    await press(page, 'Enter');
    await line(page, 'Next', 'Start', 'Send SMS').waitFor({ state: 'attached' });
    await said(page, 'Send SMS added after Next of Start.');
    // Both at one moment: the view still travels to the new node.
    const [start, sms] = await page
      .locator('.react-flow__node-card')
      .evaluateAll((cards) => cards.map((card) => card.getBoundingClientRect().toJSON()));
    assert.ok(sms.left > start.right, 'it stands at the right');
    await page.waitForFunction(() => document.activeElement?.matches('.react-flow__node.selected'));

    // The port has a line now: the next node comes into it.
    await find(page, 'Start');
    await press(page, 'a');
    await page.getByRole('dialog', { name: 'Add between Next of Start and Send SMS' }).waitFor();
    await page.keyboard.type('wait');
    await press(page, 'Enter');
    await line(page, 'Next', 'Start', 'Wait').waitFor({ state: 'attached' });
    await press(page, 'Control+z');
    await line(page, 'Next', 'Start', 'Send SMS').waitFor({ state: 'attached' });
    await press(page, 'Control+z');
    await editor.hasNodes(1);
    await press(page, 'Control+Shift+z');
    await line(page, 'Next', 'Start', 'Send SMS').waitFor({ state: 'attached' });
    await editor.saved();
  }));

test('"+" on an unconnected port offers nodes and adds the chosen one', async () => {
  for (const dark of [false, true]) {
    await withPage(browser, server.address, { dark }, async (page) => {
      const editor = await Editor.createBlank(page, 'Plus');
      await editor.card('Start').hover();
      await page.getByRole('button', { name: 'Add after Next of Start' }).click();
      const menu = page.getByRole('dialog', { name: 'Add after Next of Start' });
      await menu.waitFor();
      await screenshot(page, dark ? 'add-node-dark' : 'add-node-light');
      await menu.getByRole('option', { name: /^Send Viber(?! bot)/ }).click();
      await line(page, 'Next', 'Start', 'Send Viber').waitFor({ state: 'attached' });
      await page.getByRole('button', { name: 'Add after Next of Start' }).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Add after Not read of Send Viber' }).hover();
      await screenshot(page, dark ? 'plus-dark' : 'plus-light');
    });
  }
});

test('"C" connects a port to a node by keys alone, and goes back through a Jump', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await openExample(page);
    await find(page, 'SMS');
    await press(page, 'c');
    await page.getByRole('dialog', { name: 'Connect SMS' }).waitFor();
    await page.keyboard.type('not delivered');
    await press(page, 'Enter');
    const target = page.getByRole('dialog', { name: 'Connect Not delivered of SMS' });
    await target.waitFor();
    assert.equal(
      await target.getByRole('option', { name: /^Start/ }).count(),
      0,
      'nothing leads to the start',
    );
    await screenshot(page, 'connect');
    await page.keyboard.type('country');
    await target.getByRole('option', { name: /Country\?.*Inserts a Jump/ }).waitFor();
    await press(page, 'Enter');
    await line(page, 'Not delivered', 'SMS', 'Jump to Node').waitFor({ state: 'attached' });
    await said(page, 'Not delivered of SMS goes back to Country? through a new Jump.');
    await becomes(() => editor.inspector.getByRole('textbox', { name: 'At most' }).inputValue(), '3');
    await editor.hasNoIssues();

    await find(page, 'Viber (PH)');
    await press(page, 'c');
    await page.getByRole('dialog', { name: 'Connect Viber (PH)' }).waitFor();
    await page.keyboard.type('next');
    await press(page, 'Enter');
    await page.getByRole('dialog', { name: 'Connect Next of Viber (PH)' }).waitFor();
    await page.keyboard.type('sms');
    await press(page, 'Enter');
    await line(page, 'Next', 'Viber (PH)', 'SMS').waitFor({ state: 'attached' });
    await said(page, 'Next of Viber (PH) connected to SMS.');
    await press(page, 'Control+z', 'Control+z');
    await line(page, 'Not delivered', 'SMS', 'Jump to Node').waitFor({ state: 'detached' });
    await editor.saved();
  }));

test('a node is put into a line by dropping it there, or with "+" on the line', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await Editor.createBlank(page, 'Splice');
    await editor.drag('end', 560, 300);
    await editor.connect('Start', 'Next', 'End');
    const from = await restingBox(page.getByLabel('port Next of Start', { exact: true }));
    const to = await restingBox(page.getByLabel('input of End', { exact: true }));
    const point = { x: (from.x + to.x + from.width) / 2, y: (from.y + to.y + from.height) / 2 };

    const canvas = await restingBox(editor.canvas);
    await editor.drag('wait', point.x - canvas.x, point.y - canvas.y);
    await line(page, 'Next', 'Start', 'Wait').waitFor({ state: 'attached' });
    await said(page, 'Wait added between Next of Start and End.');
    await press(page, 'Control+z');
    await line(page, 'Next', 'Start', 'End').waitFor({ state: 'attached' });
    // One step back takes all of it back.
    await editor.hasNodes(2);

    // The pointer rests there already: it has to come from elsewhere to enter the line.
    await page.mouse.move(point.x, point.y + 120);
    await page.mouse.move(point.x, point.y, { steps: 6 });
    await page.getByRole('button', { name: 'Add a node here: Next' }).hover();
    await screenshot(page, 'line-plus');
    await page.getByRole('button', { name: 'Add a node here: Next' }).click();
    const menu = page.getByRole('dialog', { name: 'Add between Next of Start and End' });
    await menu.waitFor();
    assert.equal(await menu.getByRole('option', { name: /^(Jump|End)/ }).count(), 0, 'only what goes on');
    await page.keyboard.type('sms');
    await press(page, 'Enter');
    await line(page, 'Next', 'Start', 'Send SMS').waitFor({ state: 'attached' });
    await line(page, 'Next', 'Send SMS', 'End').waitFor({ state: 'attached' });
    await press(page, 'Control+z');
    await line(page, 'Next', 'Start', 'End').waitFor({ state: 'attached' });
    await editor.saved();
  }));

test('arrows move, Tab walks the ports, Enter opens the form', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await Editor.createBlank(page, 'Arrows');
    await editor.drag('send_sms', 520, 300);
    await find(page, 'Send SMS');
    // In canvas pixels from the other card, at one moment: the view may travel and zoom.
    const offset = () =>
      page.locator('.react-flow__node-card').evaluateAll((cards) => {
        const [start, sms] = cards.map((card) => card.getBoundingClientRect());
        return Math.round(((sms.left - start.left) * 240) / start.width);
      });
    const comesTo = (wanted) => becomes(offset, wanted, 'the distance of the cards');
    await restingBox(editor.card('Send SMS'));
    const before = await offset();
    await press(page, 'ArrowRight');
    await comesTo(before + 20);
    await said(page, 'Moved right by 20.');
    await press(page, 'Control+z');
    await comesTo(before);

    const port = () => page.evaluate(() => document.activeElement?.getAttribute('data-port'));
    const walked = [];
    for (let i = 0; i < 4; i++) {
      await press(page, 'Tab');
      await page.waitForFunction(
        (last) => ![null, undefined, last].includes(document.activeElement?.getAttribute('data-port')),
        walked.at(-1) ?? null,
      );
      walked.push(await port());
    }
    assert.deepEqual(walked, ['not_delivered', 'not_read', 'failed', 'next']);
    await press(page, 'Shift+Tab');
    await screenshot(page, 'port-focused');
    // The key works on the port that has the focus.
    await press(page, 'a');
    await page.getByRole('dialog', { name: 'Add after Failed of Send SMS' }).waitFor();
    await press(page, 'Escape');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-port') === 'failed');
    await press(page, 'Tab', 'Tab');
    // Tab goes on after the last port.
    await becomes(port, null);

    await find(page, 'Send SMS');
    await press(page, 'Enter');
    await page.waitForFunction(() => document.activeElement?.closest('aside[aria-label="Inspector"]'));
    await page.keyboard.press('End');
    await page.keyboard.type(' now');
    await editor.card('Send SMS now').waitFor();
    await editor.saved();
  }));

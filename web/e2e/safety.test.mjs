import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { get } from './api.mjs';
import { screenshot, withPage } from './browser.mjs';
import { Editor } from './editor.mjs';
import { closeStage, openStage } from './stage.mjs';

let server;
let browser;
before(async () => {
  ({ server, browser } = await openStage({ front: true }));
});
after(() => closeStage({ server, browser }));
// A test that failed while the server was away leaves it to the next one.
afterEach(() => server.restart());

const state = (page, kind) => page.locator(`[data-testid="save-state"][data-kind="${kind}"]`).waitFor();
const notice = (page) => page.getByTestId('draft-notice');
const stored = (page, address) => get(page, `${address}/draft`);
const refuseSaves = (route) => (route.request().method() === 'PUT' ? route.abort() : route.continue());
const addressOf = (page) => new URL(page.url()).pathname;

/** A flow with an SMS, saved, open in two tabs of one browser. */
async function twoTabs(mine, context) {
  const editor = await Editor.createBlank(mine, 'Shared');
  await editor.drag('send_sms', 420, 260);
  await editor.nameNode('SMS');
  await editor.saved();
  const theirs = await context.newPage();
  await theirs.goto(addressOf(mine));
  const other = new Editor(theirs);
  await other.card('SMS').waitFor();
  return { editor, other, theirs };
}

test('two tabs on one draft that change different things lose nothing', () =>
  withPage(browser, server.address, {}, async (mine, context) => {
    const { editor, other, theirs } = await twoTabs(mine, context);
    // Both change something before either has heard of the other.
    await mine.route('**/draft', refuseSaves);
    await editor.open('SMS');
    await editor.nameNode('Mine');
    await state(mine, 'retrying');
    await other.rename('Theirs');
    await other.saved();
    await mine.unroute('**/draft');
    await mine.getByTestId('save-state').click();
    await notice(mine).waitFor();
    await editor.saved();
    const draft = await stored(mine, addressOf(mine));
    assert.equal(draft.name, 'Theirs');
    assert.ok(draft.nodes.some((node) => node.name === 'Mine'));
    // The other tab takes in what was joined, without being asked to.
    await other.card('Mine').waitFor();
    await notice(mine).getByRole('button', { name: 'Show what changed' }).click();
    await mine.getByTestId('diff-summary').waitFor();
    await screenshot(mine, 'merged');
    await theirs.close();
  }));

test('a tab without changes of its own shows what another tab saved', () =>
  withPage(browser, server.address, {}, async (mine, context) => {
    const { editor, other } = await twoTabs(mine, context);
    await other.rename('From the other tab');
    await other.saved();
    await notice(mine).waitFor();
    await editor.isCalled('From the other tab');
    await editor.saved();
  }));

test('a conflict is merged thing by thing, and both sides stay as copies', () =>
  withPage(browser, server.address, {}, async (mine, context) => {
    const { editor, other, theirs } = await twoTabs(mine, context);
    await mine.route('**/draft', refuseSaves);
    await editor.open('SMS');
    await editor.nameNode('My SMS');
    await editor.rename('My name');
    await state(mine, 'retrying');
    await other.open('SMS');
    await other.nameNode('Their SMS');
    await other.rename('Their name');
    await other.saved();
    await theirs.close();
    await mine.unroute('**/draft');
    // Pressing hurries what goes on by itself, so the dialog may be there first.
    const hurried = mine.getByTestId('save-state').click({ timeout: 5_000 });
    await hurried.catch(() => undefined);
    const dialog = mine.getByRole('dialog', { name: 'This flow was changed elsewhere' });
    await dialog.waitFor();
    await screenshot(mine, 'conflict-merge');
    await dialog
      .getByRole('radiogroup', { name: 'Which to keep of My SMS' })
      .getByRole('radio', { name: 'Theirs' })
      .click();
    await dialog.getByRole('button', { name: 'Merge' }).click();
    await dialog.waitFor({ state: 'detached' });
    await editor.saved();
    const draft = await stored(mine, addressOf(mine));
    assert.equal(draft.name, 'My name');
    assert.ok(draft.nodes.some((node) => node.name === 'Their SMS'));
    await editor.menu('Versions');
    const copies = mine.getByText('The other draft, when you kept yours');
    await copies.waitFor();
    await mine.getByText('Yours, when you took the other draft').waitFor();
  }));

test('a kill of the server while somebody edits loses nothing, nor does a reload before it is back', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await Editor.createBlank(page, 'Before the crash');
    await editor.saved();
    await server.kill();
    await editor.rename('While it was away');
    await editor.drag('wait', 420, 260);
    await page.getByText('Offline: kept on this computer').waitFor();
    await screenshot(page, 'offline');
    // What was kept is there after a reload that comes before the next try: no try gets through.
    await page.route('**/draft', refuseSaves);
    await server.restart();
    await page.reload();
    await notice(page).getByText('brought back').waitFor();
    await page.unroute('**/draft', refuseSaves);
    await editor.isCalled('While it was away');
    await screenshot(page, 'recovered');
    await editor.saved();
    const draft = await stored(page, addressOf(page));
    assert.equal(draft.name, 'While it was away');
    assert.ok(draft.nodes.some((node) => node.type === 'wait'));
    await page.reload();
    await page.getByTestId('canvas').waitFor();
    await editor.isCalled('While it was away');
    assert.equal(await notice(page).count(), 0, 'what the server has is not brought back again');
  }));

test('edits made offline are saved by themselves when the server is back', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await Editor.createBlank(page, 'Patient');
    await editor.saved();
    await server.kill();
    await editor.rename('Still patient');
    await page.getByText('Offline: kept on this computer').waitFor();
    await server.restart();
    await editor.saved();
    assert.equal((await stored(page, addressOf(page))).name, 'Still patient');
  }));

test('a tab that crashed leaves its changes to the next one, and what is kept holds no credentials', () =>
  withPage(browser, server.address, {}, async (page, context) => {
    const editor = await Editor.createBlank(page, 'Crashing');
    await editor.saved();
    const address = addressOf(page);
    await page.route('**/draft', refuseSaves);
    await editor.rename('Kept through the crash');
    await page.getByText('kept on this computer').waitFor();
    const kept = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const opening = indexedDB.open('sluice');
          opening.onsuccess = () => {
            const rows = opening.result.transaction('drafts').objectStore('drafts').getAll();
            rows.onsuccess = () => resolve(JSON.stringify(rows.result));
          };
        }),
    );
    assert.match(kept, /Kept through the crash/);
    const cookies = await context.cookies();
    for (const { value } of cookies) assert.ok(!kept.includes(value), 'no cookie is kept');
    const next = await context.newPage();
    await page.close();
    await next.goto(address);
    await notice(next).getByText('brought back').waitFor();
    await new Editor(next).isCalled('Kept through the crash');
    await new Editor(next).saved();
  }));

test('publishing shows what changes; versions are compared, opened by their address, and restored', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await Editor.createBlank(page, 'Versions');
    await editor.drag('wait', 640, 260);
    await editor.nameNode('Pause');
    await editor.inspector.getByRole('textbox', { name: 'For' }).fill('30s');
    await editor.connect('Start', 'Next', 'Pause');
    await editor.saved();
    await editor.publish('The first');
    await editor.open('Pause');
    await editor.inspector.getByRole('textbox', { name: 'For' }).fill('60s');
    await editor.saved();
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Publish this flow' });
    await dialog.getByText('1 node changed').waitFor();
    await dialog.locator('del', { hasText: '30s' }).waitFor();
    await dialog.locator('ins', { hasText: '60s' }).waitFor();
    await screenshot(page, 'publish-changes');
    await dialog.getByRole('textbox', { name: 'What changed' }).fill('Waits longer');
    await dialog.getByRole('button', { name: 'Publish now' }).click();
    await dialog.waitFor({ state: 'detached' });
    const address = addressOf(page);

    await editor.menu('Versions');
    await page.getByRole('dialog', { name: 'Versions' }).getByText('Waits longer').waitFor();
    await screenshot(page, 'versions');
    await page.getByRole('link', { name: 'Version 1' }).click();
    await page.waitForURL((url) => url.pathname === `${address}/versions/1`);
    await page.reload();
    await page.getByRole('heading', { name: 'Versions v1' }).waitFor();
    await page.getByRole('combobox', { name: 'Compare with' }).click();
    await page.getByRole('option', { name: 'Version 2' }).click();
    await page.getByTestId('diff-summary').getByText('1 node changed').waitFor();
    await page.waitForURL((url) => url.search === '?with=2');
    await page.getByRole('button', { name: /Pause/ }).click();
    await screenshot(page, 'version-diff');

    await page.getByRole('link', { name: 'Restore as draft' }).click();
    await page.getByText('The draft is now as version 1 was').first().waitFor();
    await editor.saved();
    const wait = async () =>
      (await stored(page, address)).nodes.find((node) => node.type === 'wait').config.for;
    assert.equal(await wait(), '30s');
    await page.getByRole('button', { name: 'Undo' }).click();
    await editor.saved();
    assert.equal(await wait(), '60s');
  }));

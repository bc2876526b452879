import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get } from './api.mjs';
import { newContext, screenshot, withPage } from './browser.mjs';
import { Editor } from './editor.mjs';
import { closeStage, openStage } from './stage.mjs';

let server;
let browser;
before(async () => {
  ({ server, browser } = await openStage());
});
after(() => closeStage({ server, browser }));

/** One flow in two browsers; the second has saved a change, and the first makes one on top of what it knew. */
async function conflict(mine) {
  const editor = await Editor.createBlank(mine, 'Shared flow');
  await editor.saved();
  const address = new URL(mine.url()).pathname;
  // Somebody else, in another browser: tabs of one browser hear of each other at once.
  const away = await newContext(browser, server.address);
  const theirs = await away.newPage();
  await theirs.goto(address);
  const other = new Editor(theirs);
  await other.rename('Their name');
  await other.saved();
  await away.close();
  await editor.rename('My name');
  await mine.getByRole('dialog', { name: 'This flow was changed elsewhere' }).waitFor();
  const stored = async () => (await get(mine, `${address}/draft`)).name;
  return { editor, address, stored };
}

test('a conflict overwrites nothing by itself', () =>
  withPage(browser, server.address, {}, async (mine) => {
    const { stored } = await conflict(mine);
    assert.equal(await stored(), 'Their name');
    await mine.keyboard.press('Escape');
    assert.ok(await mine.getByRole('dialog').isVisible(), 'the choice cannot be passed by');
    await screenshot(mine, 'conflict');
  }));

test('"Keep mine" saves over the other draft', () =>
  withPage(browser, server.address, {}, async (mine) => {
    const { editor, stored } = await conflict(mine);
    await mine.getByRole('button', { name: 'Keep mine' }).click();
    await editor.saved();
    assert.equal(await stored(), 'My name');
  }));

test('"Take theirs" shows the other draft', () =>
  withPage(browser, server.address, {}, async (mine) => {
    const { editor, stored } = await conflict(mine);
    await mine.getByRole('button', { name: 'Take theirs' }).click();
    await editor.saved();
    await editor.isCalled('Their name');
    assert.equal(await stored(), 'Their name');
  }));

test('"Save mine as a copy" keeps both', () =>
  withPage(browser, server.address, {}, async (mine) => {
    const { editor, address, stored } = await conflict(mine);
    await mine.getByRole('button', { name: 'Save mine as a copy' }).click();
    await mine.waitForURL((url) => url.pathname !== address);
    await mine.getByTestId('canvas').waitFor();
    await editor.isCalled('My name (my copy)');
    assert.equal(await stored(), 'Their name');
  }));

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { screenshot, withPage } from './browser.mjs';
import { closeStage, openStage } from './stage.mjs';

/*
 * A flow like the OTP example, from nothing to a run, without a mouse: no
 * locator is clicked or filled here, only keys are pressed, and the focus has
 * to be where they go.
 */

let server;
let browser;
before(async () => {
  ({ server, browser } = await openStage());
});
after(() => closeStage({ server, browser }));

const stopsAtMost = 120;

test('a flow is built, changed, published and run by keys alone', () =>
  withPage(browser, server.address, {}, async (page) => {
    const press = (...keys) =>
      keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
    const type = (text) => page.keyboard.type(text);
    const announced = (words) =>
      page.getByTestId('announcer').getByText(words).waitFor({ state: 'attached' });
    /** Goes on with Tab until the focus is on what has that name. */
    const tabTo = async (name, key = 'Tab') => {
      const seen = [];
      for (let stop = 0; stop < stopsAtMost; stop++) {
        await press(key);
        const now = await page.evaluate(nameOfFocus);
        if (typeof name === 'string' ? now === name : name.test(now)) return;
        seen.push(now);
      }
      assert.fail(`Tab never came to ${name}; it came to ${seen.slice(0, 60).join(' | ')}`);
    };
    /** Takes an entry of a dialog that searches. */
    const take = async (words) => {
      await page.getByRole('dialog').waitFor();
      await type(words);
      await press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    };
    const focusOn = (title) =>
      page.waitForFunction(
        (words) => document.activeElement?.querySelector('article')?.ariaLabel?.startsWith(`${words}, `),
        title,
      );
    const find = async (title) => {
      await press('Control+f');
      await take(title);
      await focusOn(title);
    };
    const rename = async (title) => {
      await press('Enter');
      await page.waitForFunction(() => document.activeElement?.matches('aside input'));
      await press('Control+a');
      await type(title);
    };
    const addAfter = async (nodeType, title) => {
      await press('a');
      await take(nodeType);
      await announced(new RegExp(`^${nodeType} added after`));
      await focusOn(nodeType);
      await rename(title);
    };

    // A blank flow, from the list of flows.
    await page.goto('/flows');
    await page.getByRole('link', { name: 'OTP by country' }).first().waitFor();
    await tabTo('New flow');
    await press('Enter');
    await page.getByRole('menu').waitFor();
    await press('Enter');
    await page.getByTestId('canvas').waitFor();
    await tabTo('Name of the flow');
    await press('Control+a');
    await type('By keys');
    await press('Enter');

    // The input of every run.
    await find('Start');
    await press('Enter');
    await page.waitForFunction(() => document.activeElement?.closest('aside'));
    await tabTo(/^Add (an )?input/i);
    await press('Enter');
    await tabTo('Name');
    await type('phone');

    // Viber after the start, SMS after Viber's first exit, connected once more from another one.
    await find('Start');
    await addAfter('Send Viber', 'First try');
    await find('First try');
    await addAfter('Send SMS', 'Second try');
    await find('First try');
    await press('c');
    await page.getByRole('dialog').waitFor();
    await type('Not read');
    await press('Enter');
    await page.getByRole('dialog', { name: 'Connect Not read of First try' }).waitFor();
    await take('Second try');
    await announced(/connected to Second try/);
    await screenshot(page, 'keyboard-only-drawn');

    // The list has the same flow, and the same keys.
    await find('First try');
    await press('o');
    await page.getByTestId('outline').waitFor();
    await page.waitForURL(/view=list/);
    await tabTo(/^First try/);
    await press('ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowUp');
    await screenshot(page, 'keyboard-only-list');
    await press('o');
    await page.getByTestId('canvas').waitFor();

    // Moved, undone, put in order.
    await find('Second try');
    await press('ArrowDown');
    await announced(/Moved down/);
    await press('Control+z');
    await announced(/Undone/);
    await press('l');

    // What is missing is named, and filled in.
    for (const [title, channel] of [
      ['First try', 'Viber'],
      ['Second try', 'SMS'],
    ]) {
      await find(title);
      await press('Enter');
      await page.waitForFunction(() => document.activeElement?.matches('aside input'));
      await tabTo('Channel');
      await press('Enter');
      await page.getByRole('listbox').waitFor();
      await type(channel.slice(0, 1));
      await press('Enter');
      await page.getByRole('listbox').waitFor({ state: 'detached' });
      await tabTo('To');
      await type('{{phone}}');
      await press('Escape');
      await tabTo('Text');
      await type('Hello by keys');
    }
    await page.locator('[data-testid="save-state"][data-kind="saved"]').waitFor();
    await page.getByTestId('issue-count').getByText('No issues').waitFor();

    // Published and run from the palette.
    await press('Control+k');
    await page.getByRole('dialog').waitFor();
    await type('Publish');
    await press('Enter');
    await page.getByRole('button', { name: 'Publish now' }).waitFor();
    await tabTo('Publish now');
    await press('Enter');
    await page.getByText('Published v1').first().waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await tabTo('Run', 'Shift+Tab');
    await press('Enter');
    await page.getByRole('dialog').waitFor();
    await tabTo(/^phone/);
    await type('+639171234567');
    await press('Enter');
    await page.waitForURL(/\/runs\//);
    await page.getByText('Completed').first().waitFor();
    await screenshot(page, 'keyboard-only-run');
  }));

/** Runs in the page: what the focused element is called. */
function nameOfFocus() {
  const element = document.activeElement;
  if (!element || element === document.body) return '';
  const by = element.getAttribute('aria-labelledby');
  const words =
    element.getAttribute('aria-label') ??
    (by
      ? by
          .split(' ')
          .map((id) => document.getElementById(id)?.textContent ?? '')
          .join(' ')
      : (element.labels?.[0]?.textContent ?? element.textContent));
  return (words ?? '').replace(/\s+/g, ' ').replace(/\*$/, '').trim();
}

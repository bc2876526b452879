import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, copyOfExample } from './api.mjs';
import { faultsOf } from './axe.mjs';
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

/** Opens the OTP example in the editor; each test has a copy of its own. */
async function openExample(page, query = '') {
  const id = await copyOfExample(page);
  await Editor.openFlow(page, id, query);
  return id;
}

const panelOf = (page) => page.getByRole('complementary', { name: 'Try' });

/** Starts a try for a number in the Philippines. */
async function start(page, number = '+639171234567') {
  const panel = panelOf(page);
  await panel.getByRole('textbox', { name: /phone/i }).fill(number);
  await panel.getByRole('textbox', { name: /password/i }).fill('480913');
  await panel.getByRole('button', { name: 'Start the try' }).click();
  await panel.getByTestId('try-standing').waitFor();
  return panel;
}

const standing = (page, text) => page.getByTestId('try-standing').filter({ hasText: text }).waitFor();

for (const dark of [false, true]) {
  test(`a person decides what happens, records it, and runs all scenarios (${dark ? 'dark' : 'light'})`, () =>
    withPage(browser, server.address, { dark }, async (page) => {
      const theme = dark ? 'dark' : 'light';
      await openExample(page);
      await page.getByRole('button', { name: 'Try', exact: true }).click();
      await page.waitForURL(/try=1/);
      await panelOf(page).getByRole('button', { name: 'Start the try' }).waitFor();
      await screenshot(page, `try-inputs-${theme}`);
      assert.deepEqual(await faultsOf(page, { colours: dark }), []);
      const panel = await start(page);

      await standing(page, /Viber \(PH\) waits/);
      await panel.getByTestId('phone-viber').getByText('480913').waitFor();
      await becomes(() => page.getByTestId('try-clock').innerText(), '0:00');
      await screenshot(page, `try-waits-${theme}`);
      assert.deepEqual(await faultsOf(page, { colours: dark }), []);

      // Not delivered on Viber: 30 s pass at once.
      await panel.getByRole('button', { name: /^Skip to next timer/ }).click();
      await standing(page, /WhatsApp \(PH\) waits/);
      await becomes(() => page.getByTestId('try-clock').innerText(), '0:30');
      const whatsapp = panel.getByTestId('phone-whatsapp');
      await whatsapp.getByText('480913').waitFor();
      await page
        .getByTestId('announcer')
        .getByText(/Not delivered/)
        .waitFor({ state: 'attached' });

      // A step back, and forth again.
      await panel.getByRole('button', { name: 'One step back' }).click();
      await standing(page, /Viber \(PH\) waits/);
      await panel.getByRole('button', { name: /^Skip to next timer/ }).click();
      await standing(page, /WhatsApp \(PH\) waits/);

      await whatsapp.getByRole('button', { name: 'Read', exact: true }).click();
      await standing(page, /completed/);
      await screenshot(page, `try-completed-${theme}`);
      assert.deepEqual(await faultsOf(page, { colours: dark }), []);
      await panel.getByRole('radio', { name: 'Steps' }).click();
      await panel.getByRole('button', { name: /^Viber \(PH\)/ }).click();
      await panel.getByText('status', { exact: true }).first().waitFor();
      await screenshot(page, `try-steps-${theme}`);
      assert.deepEqual(await faultsOf(page, { colours: dark }), []);

      await panel.getByRole('button', { name: 'Record as scenario' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Name of the scenario' }).fill('Read on WhatsApp at once');
      // The secret stays out of the definition.
      assert.notEqual(await dialog.getByRole('textbox', { name: /in the scenario/ }).inputValue(), '480913');
      await dialog.getByText('The messages').waitFor();
      await screenshot(page, `try-record-${theme}`);
      assert.deepEqual(await faultsOf(page, { colours: dark }), []);
      await dialog.getByRole('button', { name: 'Record it' }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.waitForURL(/try=scenarios/);
      await panel
        .getByTestId('scenario-totals')
        .getByText(/passed/)
        .waitFor();
      assert.equal(await panel.getByRole('img', { name: 'Failed' }).count(), 0);
      await panel
        .getByTestId('coverage')
        .getByText(/^\d+ of \d+ exits taken$/)
        .waitFor();
      await panel.getByRole('button', { name: /^Read on WhatsApp at once/ }).waitFor();
      await screenshot(page, `try-scenarios-${theme}`);
      assert.deepEqual(await faultsOf(page, { colours: dark }), []);
      await panel.getByRole('switch').click();
      await page.getByText('Untested').first().waitFor();
      await screenshot(page, `try-untested-${theme}`);
      assert.deepEqual(await faultsOf(page, { colours: dark }), []);

      // Recording is one step of the history.
      await page.locator('[data-testid="save-state"][data-kind="saved"]').waitFor();
      await page.getByRole('button', { name: 'Undo' }).click();
      await panel.getByRole('button', { name: /^Read on WhatsApp at once/ }).waitFor({ state: 'detached' });
    }));
}

test('a scenario that fails says what differs, and takes the new result', () =>
  withPage(browser, server.address, {}, async (page) => {
    await openExample(page, '?try=scenarios');
    const panel = panelOf(page);
    await panel
      .getByTestId('scenario-totals')
      .getByText(/passed/)
      .waitFor();
    // Another deadline, and what the scenarios expect does not hold any more.
    await page.getByRole('article', { name: /^Viber \(PH\), / }).click({ position: { x: 60, y: 12 } });
    const within = page
      .getByRole('complementary', { name: 'Inspector' })
      .getByRole('textbox', { name: 'Delivered within' });
    await within.fill('20s');
    await within.press('Enter');
    await panel
      .getByTestId('scenario-totals')
      .getByText(/failed/)
      .waitFor();
    await panel.getByText('The time it takes', { exact: true }).first().waitFor();
    await screenshot(page, 'try-differs');
    // Each that is taken makes the scenarios run again.
    const accept = panel.getByRole('button', { name: 'Accept the new result' });
    const allPassed = panel.getByTestId('scenario-totals').getByText(/All \d+ passed/);
    const standing = async () => ({ passed: (await allPassed.count()) > 0, left: await accept.count() });
    for (;;) {
      const { passed, left } = await becomes(standing, (now) => now.passed || now.left > 0);
      if (passed) break;
      await accept.first().click();
      await becomes(
        () => accept.count(),
        (now) => now < left,
        'the number of results to accept',
      );
    }
  }));

test('the worst case shows the way that takes longest, until the flow is tried', () =>
  withPage(browser, server.address, {}, async (page) => {
    await openExample(page);
    const bound = page.getByTestId('bound');
    const faded = (name) =>
      page.evaluate((label) => {
        const card = document.querySelector(`article[aria-label^="${label}, "]`);
        return getComputedStyle(card).filter !== 'none';
      }, name);
    await bound.filter({ hasText: /1 min 30 s/ }).click();
    await page.waitForFunction(() =>
      [...document.querySelectorAll('article[aria-label]')].some(
        (card) => getComputedStyle(card).filter !== 'none',
      ),
    );
    for (const name of ['Viber (MY)', 'PH not read']) await becomes(() => faded(name), true, name);
    for (const name of ['Start', 'Viber (PH)', 'WhatsApp (PH)', 'SMS'])
      await becomes(() => faded(name), false, name);
    await screenshot(page, 'bound-path');
    await becomes(() => bound.getAttribute('aria-pressed'), 'true');

    await page.getByRole('button', { name: 'Try', exact: true }).click();
    await panelOf(page).getByRole('button', { name: 'Start the try' }).waitFor();
    await becomes(() => bound.getAttribute('aria-pressed'), 'false');
    await page.keyboard.press('Escape');
  }));

test('who publishes is told how the scenarios fare', () =>
  withPage(browser, server.address, {}, async (page) => {
    const id = await openExample(page);
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await dialog.getByText(/All \d+ scenarios pass/).waitFor();
    await screenshot(page, 'publish-scenarios-pass');
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    // The version of the draft is one's own to know: whatever stands there is replaced.
    const definition = await call(page, 'GET', `/flows/${id}/draft`);
    definition.scenarios[0].expect.status = 'failed';
    await call(page, 'PUT', `/flows/${id}/draft`, definition, { 'If-Match': '*' });
    await page.reload();
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await dialog.getByText(/1 scenario fails:/).waitFor();
    await screenshot(page, 'publish-scenarios-fail');
    await dialog.getByRole('button', { name: 'Show scenarios' }).click();
    await panelOf(page)
      .getByTestId('scenario-totals')
      .filter({ hasText: /1 failed/ })
      .waitFor();
  }));

test('a pinned node does not do its work, also after a reload', () =>
  withPage(browser, server.address, {}, async (page) => {
    const id = await openExample(page, '?try=1');
    let panel = await start(page);
    await standing(page, /Viber \(PH\) waits/);
    await page.getByRole('article', { name: /^Viber \(PH\), / }).click({ position: { x: 60, y: 12 } });
    const result = panel.getByRole('region', { name: 'Result of Viber (PH)' });
    await result.getByRole('combobox').first().click();
    await page.getByRole('option', { name: 'The provider refuses it' }).click();
    await standing(page, /WhatsApp \(PH\) waits/);
    await screenshot(page, 'try-pinned');
    await page.goto(`/flows/${id}?try=1`);
    panel = await start(page);
    await standing(page, /WhatsApp \(PH\) waits/);
  }));

test('a reload loses no try', () =>
  withPage(browser, server.address, {}, async (page) => {
    await openExample(page, '?try=1');
    const panel = await start(page);
    await panel.getByRole('button', { name: /^Skip to next timer/ }).click();
    await standing(page, /WhatsApp \(PH\) waits/);
    await page.reload();
    await panel.getByRole('textbox', { name: /password/i }).fill('480913');
    await panel.getByRole('button', { name: 'Go on at 0:30' }).click();
    await standing(page, /WhatsApp \(PH\) waits/);
    await panel.getByTestId('phone-whatsapp').getByText('480913').waitFor();
  }));

test('a try goes by keys alone, and plays by itself', () =>
  withPage(browser, server.address, {}, async (page) => {
    await openExample(page);
    await page.getByTestId('canvas').click({ position: { x: 8, y: 8 } });
    await page.keyboard.press('t');
    const panel = panelOf(page);
    await panel.getByRole('button', { name: 'Start the try' }).waitFor();
    // The panel has the keys.
    await becomes(() => panel.evaluate((element) => element.contains(document.activeElement)), true);
    await start(page);
    await page.locator('[data-canvas-surface]').focus();
    await page.keyboard.press('.');
    await standing(page, /WhatsApp \(PH\) waits/);
    await page.keyboard.press(',');
    await standing(page, /Viber \(PH\) waits/);
    await page.keyboard.press('>');
    await standing(page, /WhatsApp \(PH\) waits/);
    await panel.getByRole('switch', { name: 'Phones answer by themselves' }).click();
    await panel.getByRole('radio', { name: '20×' }).click();
    await page.locator('[data-canvas-surface]').focus();
    await page.keyboard.press('p');
    await standing(page, /completed/);
    await page.keyboard.press('t');
    await panel.waitFor({ state: 'detached' });
    await page.waitForFunction(() =>
      document.activeElement?.matches('[data-canvas-surface], [data-canvas-surface] *'),
    );
    await page.waitForURL((url) => !url.searchParams.has('try'));
  }));

test('on a phone a flow is tried below the drawing', () =>
  withPage(browser, server.address, {}, async (page) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await openExample(page, '?try=1&view=canvas');
    const panel = await start(page);
    await panel.getByRole('button', { name: /^Skip to next timer/ }).click();
    await standing(page, /WhatsApp \(PH\) waits/);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, `the page is ${overflow} px too wide`);
    await screenshot(page, 'try-narrow');
  }));

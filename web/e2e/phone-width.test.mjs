import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { completed, exampleId, get, startExample } from './api.mjs';
import { screenshot, withPage } from './browser.mjs';
import { restingBox } from './editor.mjs';
import { becomes } from './patience.mjs';
import { closeStage, openStage } from './stage.mjs';

/*
 * On a phone people view, run and watch; nothing may stick out of the screen.
 * 320 pixels are a 1280 pixel wide window at 400 % (WCAG 1.4.10, Reflow).
 */

let server;
let browser;
before(async () => {
  ({ server, browser } = await openStage());
});
after(() => closeStage({ server, browser }));

const number = '+639171234567';

for (const width of [390, 320]) {
  test(`no screen is wider than ${width} pixels`, () =>
    withPage(browser, server.address, {}, async (page) => {
      await page.setViewportSize({ width, height: 844 });
      const made = await prepare(page);
      const places = [
        ['/flows', 'OTP by country'],
        ['/flows?q=nothing', 'No flow fits'],
        ['/gallery', 'Delivery notice'],
        ['/gallery/abandoned-cart', 'Use this flow'],
        [`/flows/${made.flow}`, 'Country?'],
        [`/flows/${made.flow}?view=canvas`, 'Worst case'],
        [`/flows/${made.flow}?node=viber_ph`, 'Viber (PH)'],
        ['/runs', 'OTP by country'],
        [`/runs/${made.run}`, 'Completed'],
        ['/channels', 'whatsapp-main'],
        ['/channels/new', 'Provider'],
        [`/channels/${made.channel}`, 'sms-main'],
        ['/templates', 'One-time password'],
        ['/templates/new', 'Language'],
        [`/templates/${made.template}`, 'One-time password'],
        ['/phones', number],
        [`/phones?recipient=${encodeURIComponent(number)}`, '314159'],
        ['/settings', 'API keys'],
        ['/nothing', 'nothing at this address'],
      ];
      const wide = [];
      for (const [path, wait] of places) {
        await page.goto(path);
        await page.getByText(wait).first().waitFor();
        for (const fault of await page.evaluate(sticksOut)) wide.push(`${path}: ${fault}`);
      }
      assert.deepEqual(wide, []);
    }));
}

test('a flow is looked at, run and watched on a phone', () =>
  withPage(browser, server.address, {}, async (page) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto('/flows');
    await page.getByRole('link', { name: 'OTP by country' }).first().click();

    // The list is what a narrow screen begins with; the canvas is one tap away, and the address keeps it.
    const list = page.getByTestId('outline');
    await list.getByRole('treeitem', { name: /^Country\?/ }).waitFor();
    await page.getByRole('button', { name: 'Switch between canvas and list' }).click();
    await page.getByTestId('canvas').waitFor();
    await page.waitForURL(/view=canvas/);
    await page.getByRole('button', { name: 'Switch between canvas and list' }).click();
    await list.waitFor();
    await screenshot(page, 'phone-flow');

    await page.getByRole('button', { name: 'Run', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /phone/i }).fill(number);
    await dialog.getByRole('textbox', { name: /password/i }).fill('271828');
    await screenshot(page, 'phone-running');
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await page.waitForURL(/\/runs\//);
    await page.getByText('Completed').first().waitFor();
    await screenshot(page, 'phone-run');
    await page.getByRole('radio', { name: 'Phones' }).click();
    await page.getByTestId('phone-viber').getByText('271828').waitFor();
    await page.getByRole('radio', { name: 'Path' }).click();
    await page.getByRole('article', { name: /^Viber \(PH\)/ }).waitFor();
    await screenshot(page, 'phone-path');
  }));

test('a tablet has room for the canvas, and fingers choose nodes and move it', () =>
  withPage(browser, server.address, { touch: true }, async (page, context) => {
    await page.setViewportSize({ width: 1024, height: 768 });
    await page.goto('/flows');
    await page.getByRole('link', { name: 'OTP by country' }).first().tap();
    const card = page.getByTestId('node-country');
    await card.tap();
    await page.getByRole('textbox', { name: 'Name of the node' }).waitFor();
    assert.deepEqual(await page.evaluate(sticksOut), []);
    const canvas = await restingBox(page.getByTestId('canvas'));
    assert.ok(canvas.width > 380, `the canvas is ${canvas.width} pixels wide`);

    const before = await restingBox(card);
    const devtools = await context.newCDPSession(page);
    const [x, y] = [canvas.x + canvas.width / 2, canvas.y + canvas.height - 40];
    const finger = (type, dx) =>
      devtools.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: type === 'touchEnd' ? [] : [{ x: x + dx, y }],
      });
    await finger('touchStart', 0);
    for (const dx of [-10, -30, -60]) await finger('touchMove', dx);
    await finger('touchEnd', 0);
    await becomes(
      async () => (await card.boundingBox()).x,
      (x) => x < before.x - 20,
      `how far the drawing follows the finger from ${before.x}`,
    );
    await screenshot(page, 'tablet-editor');
  }));

/** Starts a run that ends, and finds something for each screen. */
async function prepare(page) {
  const run = await startExample(page, number, '314159');
  await completed(page, run);
  const idOf = async (path, slug) => (await get(page, path)).items.find((item) => item.slug === slug).id;
  return {
    run,
    flow: await exampleId(page),
    channel: await idOf('/channels', 'sms-main'),
    template: await idOf('/templates', 'otp'),
  };
}

/** Runs in the page: the elements that stick out at the right, unless something around them scrolls or cuts. */
function sticksOut() {
  const width = document.documentElement.clientWidth;
  const held = (element) => {
    for (let around = element.parentElement; around; around = around.parentElement) {
      const { overflowX, position } = getComputedStyle(around);
      if (around !== document.body && overflowX !== 'visible') {
        // A main area that scrolls sideways is what must not be.
        if (around.id !== 'content' || overflowX === 'hidden') return true;
      }
      if (position === 'fixed') return false;
    }
    return false;
  };
  const faults = [];
  for (const element of document.querySelectorAll('body *')) {
    const { right, width: own } = element.getBoundingClientRect();
    if (own > 1 && right > width + 1 && !held(element))
      faults.push(
        `${element.tagName.toLowerCase()}.${String(element.className).slice(0, 40)} ends at ${Math.round(right)}`,
      );
  }
  const content = document.querySelector('#content');
  if (content && content.scrollWidth > content.clientWidth + 1)
    faults.push(`the content scrolls sideways: ${content.scrollWidth} in ${content.clientWidth}`);
  return faults.slice(0, 5);
}

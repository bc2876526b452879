import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { screenshot, withPage } from './browser.mjs';
import { Editor } from './editor.mjs';
import { closeStage, openStage } from './stage.mjs';

let server;
let browser;
before(async () => {
  ({ server, browser } = await openStage());
});
after(() => closeStage({ server, browser }));

test('a flow is exported, deleted, imported from the file, and runs', () =>
  withPage(browser, server.address, {}, async (page) => {
    await page.goto('/flows');
    await page.getByRole('link', { name: 'OTP by country' }).first().click();
    const editor = new Editor(page);
    await editor.card('SMS').waitFor();

    const downloading = page.waitForEvent('download');
    await editor.menu('Export as JSON');
    const file = await (await downloading).path();
    const exported = JSON.parse(await readFile(file, 'utf8'));
    assert.equal(exported.name, 'OTP by country');
    assert.equal(exported.schema, 'sluice/v1');

    await editor.menu('Delete flow');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete flow' }).click();
    await page.waitForURL(/\/flows$/);
    await page.getByRole('link', { name: 'OTP by country' }).first().waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'New flow' }).first().click();
    await page.getByRole('menuitem', { name: /Import JSON/ }).click();
    await page.locator('input[type="file"]').setInputFiles({
      name: 'otp.json',
      mimeType: 'application/json',
      buffer: await readFile(file),
    });
    await page.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }).click();
    await editor.card('SMS').waitFor();
    await editor.hasNoIssues();

    await editor.publish();
    await editor.run({ "Customer's phone number": '+60123456789', 'One-time password': '271828' });
    await page.waitForURL(/\/runs\//);
    // Malaysia: WhatsApp first; the phone reads it by itself after two seconds.
    await page.getByTestId('phone-whatsapp').getByText('271828').first().waitFor();
    await page.getByText('Completed').first().waitFor();
    await screenshot(page, 'imported-run');
  }));

import { after, before, test } from 'node:test';
import { screenshot, withPage } from './browser.mjs';
import { Editor } from './editor.mjs';
import { closeStage, openStage } from './stage.mjs';

const email = 'ana@example.org';
const password = 'correct horse battery';

let server;
let browser;
before(async () => {
  ({ server, browser } = await openStage({ demo: false }));
});
after(() => closeStage({ server, browser }));

test('the first start leads to an account, and a session that ends while drawing loses nothing', () =>
  withPage(browser, server.address, {}, async (page, context) => {
    // The first start prints a one-time set-up link.
    const link = await server.says(/https?:\/\/\S+\/setup\?token=\S+/);
    await page.goto(new URL(link[0]).pathname + new URL(link[0]).search);
    await page.getByRole('textbox', { name: /name/i }).fill('Ana');
    await page.getByRole('textbox', { name: /email/i }).fill(email);
    for (const field of await page.locator('input[type="password"]').all()) await field.fill(password);
    await page.locator('button[type="submit"]').click();
    await page.waitForURL(/\/flows/);

    const editor = await Editor.createBlank(page, 'Before');
    await editor.saved();
    await context.clearCookies();
    await editor.rename('After');
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.getByRole('textbox', { name: 'Email' }).fill(email);
    await dialog.locator('input[type="password"]').fill(password);
    await screenshot(page, 'session-ended');
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.waitFor({ state: 'detached' });
    await editor.isCalled('After');
    await editor.saved();
    await page.reload();
    await page.getByTestId('canvas').waitFor();
    await editor.isCalled('After');
  }));

test('whoever is not signed in sees the sign-in page and comes back to where they wanted to go', () =>
  withPage(browser, server.address, {}, async (page) => {
    await page.goto('/runs');
    await page.waitForURL(/\/login\?after=%2Fruns/);
    await page.getByRole('textbox', { name: 'Email' }).fill(email);
    await page.locator('input[type="password"]').fill('wrong password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await page.locator('input[type="password"]').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(/\/runs$/);
  }));

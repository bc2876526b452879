import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { exampleId, startExample } from './api.mjs';
import { newContext, screenshot, withPage } from './browser.mjs';
import { becomes } from './patience.mjs';
import { startServer } from './server.mjs';
import { closeStage, openStage } from './stage.mjs';

let demo;
let server;
let browser;
before(async () => {
  ({ server: demo, browser } = await openStage());
  server = await startServer({ demo: false });
});
after(async () => {
  await closeStage({ server: demo, browser });
  await server?.stop();
});

const languages = [
  { tag: 'en', name: 'English', settings: 'Settings', signIn: 'Sign in' },
  { tag: 'zh-Hans', name: '简体中文', settings: '设置', signIn: '登录' },
  { tag: 'zh-Hant', name: '繁體中文', settings: '設定', signIn: '登入' },
  { tag: 'ja', name: '日本語', settings: '設定', signIn: 'サインイン' },
];

for (const language of languages) {
  test(`every screen speaks ${language.name}, whole and within its frame`, () =>
    withPage(browser, demo.address, {}, async (page) => {
      await page.goto('/settings');
      await page.getByRole('combobox', { name: 'Language' }).click();
      await page.getByRole('option', { name: language.name, exact: true }).click();
      await page.getByRole('heading', { name: language.settings, level: 1 }).waitFor();
      await becomes(() => page.evaluate(() => document.documentElement.lang), language.tag);
      // The focus stays where the language was chosen.
      await becomes(() => page.evaluate(() => document.activeElement?.textContent), language.name);

      // A Malaysian number, which WhatsApp gets first.
      const run = await startExample(page, '+60123456789', '314159');
      const flow = await exampleId(page);
      const found = {};
      const look = async (screen, path, ready) => {
        if (path) await page.goto(path);
        await ready();
        const left = await speaksOnly(page, language, screen);
        if (left.length > 0) found[screen] = left;
      };
      const main = page.getByRole('main');
      await look('settings', '/settings', () => main.getByRole('heading', { level: 1 }).waitFor());
      await look('flows', '/flows', () => page.getByRole('table').getByText('OTP by country').waitFor());
      await look('channels', '/channels', () => page.getByText('sms-main').first().waitFor());
      await look('templates', '/templates', () => page.getByText('otp', { exact: true }).first().waitFor());
      await look('phones', '/phones?recipient=*', () => main.getByRole('heading', { level: 1 }).waitFor());
      await look('runs', '/runs', () =>
        page.getByRole('table').getByText('OTP by country').first().waitFor(),
      );
      await look('run', `/runs/${run}`, () => page.getByTestId('phone-whatsapp').waitFor());
      await look('editor', `/flows/${flow}`, () => page.locator('.react-flow__node-card').first().waitFor());
      await page
        .locator('[data-id="viber_ph"] article, .react-flow__node[data-id="viber_ph"]')
        .first()
        .click();
      await look('inspector', undefined, () => page.locator('aside textarea, aside input').first().waitFor());

      assert.deepEqual(found, {}, `English in ${language.name}`);

      await page.reload();
      await page.locator('.react-flow__node-card').first().waitFor();
      // The choice stays.
      await becomes(() => page.evaluate(() => document.documentElement.lang), language.tag);
    }));

  test(`people sign in in ${language.name} when their browser asks for it`, async () => {
    const context = await newContext(browser, server.address, {
      locale: language.tag === 'zh-Hant' ? 'zh-TW' : language.tag === 'zh-Hans' ? 'zh-CN' : language.tag,
      viewport: { width: 390, height: 844 },
    });
    const page = await context.newPage();
    await page.goto('/login');
    await page.getByRole('button', { name: language.signIn, exact: true }).waitFor();
    assert.deepEqual(await speaksOnly(page, language, 'sign-in'), []);
    await context.close();
  });
}

/** Gives the English that the page shows to somebody who reads another language; fails when it is wider than its frame. */
async function speaksOnly(page, language, screen) {
  await screenshot(page, `language-${language.tag}-${screen}`);
  const wide = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  assert.ok(wide <= 0, `${screen} in ${language.name} is ${wide}px wider than the window`);
  return language.tag === 'en' ? [] : [...new Set((await textsOf(page)).filter(isEnglish))];
}

/** All that a page says, to the eye and to a screen reader. What people wrote into fields is theirs. */
async function textsOf(page) {
  return page.evaluate(() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const { parentElement } = node;
      if (parentElement?.closest('script, style, code, pre, kbd, textarea, [lang], .cm-editor')) continue;
      found.push(node.textContent.trim());
    }
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
      for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
        found.push((element.getAttribute(name) ?? '').trim());
    return found.filter(Boolean);
  });
}

/** What the demo itself contains, and names that are the same in every language. */
const given = [
  ...wordsOf('../../examples'),
  'A simulated phone on the screen. Nothing leaves this server.',
  'React Flow attribution',
  ...['Sluice', 'OTP by country', 'Demo', 'WhatsApp', 'Viber', 'SMS', 'API', 'JSON', 'Twilio', 'Meta', 'HX'],
].sort((a, b) => b.length - a.length);

/** Two English words in a row, or one that the English catalog has by itself. */
function isEnglish(text) {
  const rest = given.reduce((left, name) => left.replaceAll(name, ' '), text);
  return /[A-Za-z]{3,}[\s,.]+[A-Za-z]{2,}/.test(rest) || englishWords().has(rest.trim());
}

let words;
function englishWords() {
  if (words) return words;
  const catalog = readFileSync(new URL('../src/i18n/locales/en.po', import.meta.url), 'utf8');
  const translated = readFileSync(new URL('../src/i18n/locales/ja.po', import.meta.url), 'utf8');
  const same = new Set(
    [...translated.matchAll(/^msgid "(.*)"\nmsgstr "(.*)"$/gm)]
      .filter(([, id, text]) => id === text)
      .map(([, id]) => id),
  );
  words = new Set(
    [...catalog.matchAll(/^msgid "([A-Za-z][A-Za-z ]{2,})"$/gm)]
      .map(([, id]) => id)
      .filter((id) => !same.has(id)),
  );
  return words;
}

/** Names, texts and ids in the examples, which the demo shows. */
function wordsOf(folder) {
  const url = new URL(`${folder}/`, import.meta.url);
  const found = [];
  const visit = (value) => {
    if (typeof value === 'string') found.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  for (const file of readdirSync(url))
    if (file === 'otp-by-country.json') visit(JSON.parse(readFileSync(new URL(file, url), 'utf8')));
  return found.filter((text) => text.length > 2);
}

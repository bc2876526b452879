import { after, before, test } from 'node:test';
import { call, exampleId, get, importFlow } from './api.mjs';
import { lookAt } from './axe.mjs';
import { withPage } from './browser.mjs';
import { closeStage, openStage } from './stage.mjs';

/*
 * WCAG 2.2 AA as far as a program can tell: axe looks at all that the editor shows, every
 * form, dialog and menu, in both themes.
 */

let server;
let browser;
before(async () => {
  ({ server, browser } = await openStage());
});
after(() => closeStage({ server, browser }));

const button = (page, name) => page.getByRole('button', { name, exact: true });
const key = (name, wait) => async (page) => {
  await page.locator('body').press(name);
  await page.getByRole(wait).first().waitFor();
};
const select = async (page, name) => {
  await page
    .getByRole('article', { name })
    .first()
    .click({ position: { x: 60, y: 12 } });
  await page.getByRole('textbox', { name: 'Name of the node' }).waitFor();
};
const menuEntry = (entry) => async (page) => {
  await button(page, 'More').click();
  await page.getByRole('menuitem', { name: entry }).click();
  await page.getByRole(/Delete/.test(entry) ? 'alertdialog' : 'dialog').waitFor();
};

/** Where to go, what to wait for, and what to open there; "made" holds the ids of what was made for it. */
const states = (made) => [
  ['editor', `/flows/${made.flow}`, 'Worst case'],
  ['editor, a node', `/flows/${made.flow}`, 'Worst case', (page) => select(page, /^Viber \(PH\)/)],
  ['editor, the start', `/flows/${made.flow}`, 'Worst case', (page) => select(page, /^Start/)],
  ['editor, the branches', `/flows/${made.flow}`, 'Worst case', (page) => select(page, /^Country\?/)],
  ['editor, a jump', `/flows/${made.flow}`, 'Worst case', (page) => select(page, /^PH not read/)],
  ['editor, a condition', `/flows/${made.condition}?node=weight`, 'Worst case'],
  ['editor, a question', `/flows/${made.survey}?node=rate`, 'Worst case'],
  [
    'editor, a note',
    `/flows/${made.flow}`,
    'Worst case',
    (page) => page.getByRole('article', { name: 'Note' }).first().click(),
  ],
  [
    'editor, everything',
    `/flows/${made.flow}`,
    'Worst case',
    async (page) => page.locator('body').press('Control+a'),
  ],
  [
    'editor, the menu of a node',
    `/flows/${made.flow}`,
    'Worst case',
    async (page) => {
      await page.getByRole('article', { name: /^Country\?/ }).click({ button: 'right' });
      await page.getByRole('menu').waitFor();
    },
  ],
  [
    'editor, the menu of the flow',
    `/flows/${made.flow}`,
    'Worst case',
    async (page) => {
      await button(page, 'More').click();
      await page.getByRole('menu').waitFor();
    },
  ],
  [
    'editor, issues',
    `/flows/${made.broken}`,
    'Worst case',
    async (page) => page.getByTestId('issue-count').click(),
  ],
  ['editor, commands', `/flows/${made.flow}`, 'Worst case', key('Control+k', 'dialog')],
  ['editor, finding', `/flows/${made.flow}`, 'Worst case', key('Control+f', 'dialog')],
  ['editor, shortcuts', `/flows/${made.flow}`, 'Worst case', key('?', 'dialog')],
  [
    'editor, adding after a node',
    `/flows/${made.flow}`,
    'Worst case',
    async (page) => {
      await select(page, /^Country\?/);
      await key('a', 'dialog')(page);
    },
  ],
  [
    'editor, connecting',
    `/flows/${made.flow}`,
    'Worst case',
    async (page) => {
      await select(page, /^Country\?/);
      await key('c', 'dialog')(page);
    },
  ],
  [
    'editor, running',
    `/flows/${made.flow}`,
    'Worst case',
    async (page) => {
      await button(page, 'Run').click();
      await page.getByRole('dialog').waitFor();
    },
  ],
  [
    'editor, publishing',
    `/flows/${made.broken}`,
    'Worst case',
    async (page) => {
      await button(page, 'Publish').click();
      await page.getByRole('dialog').waitFor();
    },
  ],
  ['editor, versions', `/flows/${made.flow}`, 'Worst case', menuEntry('Versions')],
  ['editor, deleting', `/flows/${made.flow}`, 'Worst case', menuEntry('Delete flow')],
  ['trying, before it begins', `/flows/${made.flow}?try=1`, 'Start the try'],
  [
    'trying',
    `/flows/${made.flow}?try=1`,
    'Start the try',
    async (page) => {
      await button(page, 'Start the try').click();
      await page.getByTestId('try-standing').waitFor();
    },
  ],
  ['scenarios', `/flows/${made.flow}?try=scenarios`, 'Run all'],
  ['list view', `/flows/${made.flow}?view=list`, 'Worst case'],
  [
    'list view, a node',
    `/flows/${made.flow}?view=list`,
    'Worst case',
    async (page) => page.getByRole('treeitem').nth(2).click(),
  ],
  ['list view, nodes apart', `/flows/${made.broken}?view=list`, 'no run comes to'],
];

test('axe finds nothing in the editor', () =>
  withPage(browser, server.address, {}, async (page) => lookAt(page, states(await make(page)))));

/** Makes flows to look at. */
async function make(page) {
  const take = async (name) => importFlow(page, (await get(page, `/gallery/${name}`)).definition);
  return {
    flow: await exampleId(page),
    condition: await take('order-update'),
    survey: await take('satisfaction-survey'),
    broken: (await call(page, 'POST', '/flows', { name: 'Broken', definition: broken })).id,
  };
}

const broken = {
  schema: 'sluice/v1',
  name: 'Broken',
  nodes: [
    { id: 'start', type: 'start', name: 'Start', position: { x: 0, y: 0 }, config: {} },
    { id: 'sms', type: 'send_sms', name: 'SMS', position: { x: 340, y: 0 }, config: {} },
    { id: 'gone', type: 'no_such_type', name: 'Gone', position: { x: 680, y: 0 }, config: {} },
  ],
  edges: [{ from: 'start', port: 'next', to: 'sms' }],
};

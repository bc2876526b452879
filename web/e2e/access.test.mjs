import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { faultsOf } from './axe.mjs';
import { launchBrowser, withPage } from './browser.mjs';
import { startServer } from './server.mjs';

/*
 * WCAG 2.2 AA as far as a program can tell: axe looks at every screen, every
 * dialog and menu, in both themes.
 */

let server;
let browser;
before(async () => {
  server = await startServer();
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

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
  ['flows', '/flows', 'OTP by country'],
  ['flows, nothing found', '/flows?q=nothing', 'No flow fits'],
  [
    'flows, the menu for a new one',
    '/flows',
    'OTP by country',
    async (page) => {
      await button(page, 'New flow').click();
      await page.getByRole('menu').waitFor();
    },
  ],
  [
    'flows, importing',
    '/flows',
    'OTP by country',
    async (page) => {
      await button(page, 'New flow').click();
      await page.getByRole('menuitem', { name: /Import/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  ],
  [
    'flows, the menu of one',
    '/flows',
    'OTP by country',
    async (page) => {
      await button(page, 'More for OTP by country').click();
      await page.getByRole('menu').waitFor();
    },
  ],
  ['gallery', '/gallery', 'Delivery notice'],
  ['gallery, nothing found', '/gallery?q=nothing', 'No flow of the gallery'],
  [
    'gallery, a flow with a scenario',
    '/gallery/delivery-notice',
    'Delivery notice',
    async (page) => page.getByRole('button', { name: /WhatsApp arrives/ }).click(),
  ],
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
  ['runs', '/runs', 'Completed'],
  ['runs, nothing found', '/runs?status=cancelled', 'No run fits'],
  ['run', `/runs/${made.run}`, 'Completed'],
  ['run, a step', `/runs/${made.run}?step=3`, 'Completed'],
  [
    'run, its messages',
    `/runs/${made.run}`,
    'Completed',
    async (page) => page.getByRole('tab', { name: /Messages/ }).click(),
  ],
  ['run, its values', `/runs/${made.run}`, 'Completed', async (page) => page.getByRole('tab').last().click()],
  ['channels', '/channels', 'whatsapp-main'],
  ['a new channel', '/channels/new', 'Provider'],
  ['channel', `/channels/${made.channel}`, 'sms-main'],
  ['templates', '/templates', 'One-time password'],
  ['a new template', '/templates/new', 'Language'],
  ['template', `/templates/${made.template}`, 'One-time password'],
  ['phones', '/phones', '+639171234567'],
  ['settings', '/settings', 'API keys'],
  ['no such flow', '/flows/nothing', 'There is no such flow'],
  ['no such run', '/runs/nothing', 'There is no such run'],
  ['nothing here', '/nothing', 'nothing at this address'],
];

for (const dark of [false, true]) {
  test(`axe finds nothing on any screen, ${dark ? 'dark' : 'light'}`, { timeout: 280_000 }, () =>
    withPage(browser, server.address, { dark }, async (page) => {
      await page.goto('/flows');
      await page.getByRole('link', { name: 'OTP by country' }).first().waitFor();
      const made = await page.evaluate(make);
      const faults = [];
      for (const [name, path, wait, open] of states(made)) {
        try {
          await page.goto(path);
          await page.getByText(wait).first().waitFor();
          await open?.(page);
          for (const fault of await faultsOf(page, { colours: dark })) faults.push(`${name}: ${fault}`);
        } catch (error) {
          faults.push(`${name}: could not be looked at: ${error.message.split('\n', 3).join(' ')}`);
        }
      }
      assert.equal(faults.length, 0, faults.join('\n'));
    }),
  );
}

test('axe finds nothing before signing in', async () => {
  const closed = await startServer({ demo: false });
  try {
    for (const dark of [false, true]) {
      await withPage(browser, closed.address, { dark }, async (page) => {
        await page.goto('/');
        await page.getByRole('heading').first().waitFor();
        assert.deepEqual(await faultsOf(page), []);
        await page.goto('/login');
        await page.getByRole('heading').first().waitFor();
        assert.deepEqual(await faultsOf(page), []);
      });
    }
  } finally {
    await closed.stop();
  }
});

/** Runs in the page: makes something to look at on every screen. */
async function make() {
  const send = async (method, path, body) => {
    const answer = await fetch(`/api/v1${path}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return answer.json();
  };
  const { items } = await send('GET', '/flows');
  const flow = items.find((item) => item.name === 'OTP by country').id;
  const take = async (name) => {
    const { definition } = await send('GET', `/gallery/${name}`);
    return (await send('POST', '/flows/import', definition)).id;
  };
  const condition = await take('order-update');
  const survey = await take('satisfaction-survey');
  const broken = (
    await send('POST', '/flows', {
      name: 'Broken',
      definition: {
        schema: 'sluice/v1',
        name: 'Broken',
        nodes: [
          { id: 'start', type: 'start', name: 'Start', position: { x: 0, y: 0 }, config: {} },
          { id: 'sms', type: 'send_sms', name: 'SMS', position: { x: 340, y: 0 }, config: {} },
          { id: 'gone', type: 'no_such_type', name: 'Gone', position: { x: 680, y: 0 }, config: {} },
        ],
        edges: [{ from: 'start', port: 'next', to: 'sms' }],
      },
    })
  ).id;
  const run = await send('POST', `/flows/${flow}/runs`, {
    inputs: { customerPhoneNumber: '+639171234567', verificationCode: '314159' },
  });
  for (;;) {
    const { status } = await send('GET', `/runs/${run.id}`);
    if (status === 'completed') break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const channel = (await send('GET', '/channels')).items.find((item) => item.slug === 'sms-main').id;
  const template = (await send('GET', '/templates')).items.find((item) => item.slug === 'otp').id;
  await send('POST', '/api-keys', { name: `Shop ${Math.random()}`, role: 'operator' });
  return { flow, condition, survey, broken, run: run.id, channel, template };
}

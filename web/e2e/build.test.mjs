import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { copyOfExample, get, importFlow } from './api.mjs';
import { screenshot, withPage } from './browser.mjs';
import { Editor, restingBox } from './editor.mjs';
import { flowOf } from './flows.mjs';
import { becomes } from './patience.mjs';
import { closeStage, openStage } from './stage.mjs';

/* Building a flow: placing, aligning, connecting, renaming, copying; by mouse, keys and touch. */

let server;
let browser;
before(async () => {
  ({ server, browser } = await openStage());
});
after(() => closeStage({ server, browser }));

const line = (page, port, from, to) =>
  page.getByLabel(`Line from port ${port} of ${from} to ${to}`, { exact: true });

const press = async (page, ...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};

/** Where the cards are on the canvas, by title, in canvas pixels. */
const places = (page) =>
  page.locator('.react-flow__node-card').evaluateAll((cards) =>
    Object.fromEntries(
      cards.map((card) => {
        const { m41, m42 } = new DOMMatrix(getComputedStyle(card).transform);
        return [card.querySelector('h3, input')?.textContent, { x: m41, y: m42 }];
      }),
    ),
  );

/** Opens a flow that is made rather than drawn. */
const openFlow = async (page, flow) => Editor.openFlow(page, await importFlow(page, flow));

const node = (id, type, x, y, name, config = {}) => ({ id, type, name, position: { x, y }, config });
const start = node('start', 'start', 0, 0, 'Start', { trigger: { type: 'manual' } });
const sms = (id, x, y, name, text = 'Hello') =>
  node(id, 'send_sms', x, y, name, {
    channel: 'sms-main',
    to: '+639171234567',
    category: 'notification',
    message: { type: 'text', text },
  });
const flow = (name, nodes, edges = []) => ({ schema: 'sluice/v1', name, nodes, edges });
const edge = (from, to, port = 'next') => ({ from, port, to });

/** Drags a card by so many canvas pixels; what `during` looks at is while it is held. */
async function dragCard(page, editor, name, dx, dy, during = () => undefined) {
  const box = await restingBox(editor.card(name));
  const zoom = box.width / 240;
  const [x, y] = [box.x + 90 * zoom, box.y + 14 * zoom];
  await page.mouse.move(x, y);
  await page.mouse.down();
  // A drag begins with the first move.
  await page.mouse.move(x + 1, y + 1);
  await page.mouse.move(x + (dx * zoom) / 2, y + (dy * zoom) / 2, { steps: 4 });
  await page.mouse.move(x + dx * zoom, y + dy * zoom, { steps: 6 });
  await during();
  await page.mouse.up();
  await restingBox(editor.card(name));
}

test('a dragged card lines up with its neighbours, snaps to the grid, and moves freely with Alt', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await openFlow(
      page,
      flow('Align', [start, sms('a', 400, 0, 'First'), sms('b', 520, 300, 'Second')]),
    );
    const beside = await restingBox(editor.card('First'));
    const zoom = beside.width / 240;
    await dragCard(page, editor, 'Second', -123, 37, async () => {
      await page.getByTestId('guide-x').waitFor();
      const guide = await restingBox(page.getByTestId('guide-x'));
      assert.ok(Math.abs(guide.x - beside.x) < 2 * zoom, 'the line stands at the left edge of both');
      assert.ok(guide.y < beside.y, 'and reaches over both');
      await screenshot(page, 'align-guides');
    });
    await page.getByTestId('guide-x').waitFor({ state: 'detached' });
    await becomes(async () => (await places(page)).Second, { x: 400, y: 340 });

    await dragCard(page, editor, 'Second', 153, 111);
    const snapped = (await places(page)).Second;
    assert.deepEqual([snapped.x % 20, snapped.y % 20], [0, 0], `on the grid: ${JSON.stringify(snapped)}`);

    await page.keyboard.down('Alt');
    await dragCard(page, editor, 'Second', 31, 7);
    await page.keyboard.up('Alt');
    const free = (await places(page)).Second;
    assert.ok(free.x % 20 !== 0 || free.y % 20 !== 0, `off the grid: ${JSON.stringify(free)}`);
    await press(page, 'Control+z');
    await page.waitForFunction(
      (place) =>
        [...document.querySelectorAll('.react-flow__node-card')].some((card) => {
          const { m41, m42 } = new DOMMatrix(getComputedStyle(card).transform);
          return m41 === place.x && m42 === place.y;
        }),
      snapped,
    );
    await editor.saved();
  }));

test('a line that is drawn back to an earlier node becomes a Jump, in place', async () => {
  for (const dark of [false, true]) {
    await withPage(browser, server.address, { dark }, async (page) => {
      const editor = await openFlow(
        page,
        flow(
          'Back',
          [start, sms('a', 340, 0, 'First'), sms('b', 700, 0, 'Second')],
          [edge('start', 'a'), edge('a', 'b')],
        ),
      );
      const from = await restingBox(page.getByLabel('port Next of Second', { exact: true }));
      const to = await restingBox(editor.card('First'));
      await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
      await page.mouse.down();
      await page.mouse.move(from.x + 30, from.y + 40, { steps: 4 });
      await page.mouse.move(to.x + to.width / 2, to.y + 30, { steps: 8 });
      await page.mouse.up();
      const offer = page.getByRole('dialog', { name: 'Go back to First' });
      await offer.waitFor();
      await screenshot(page, dark ? 'jump-offer-dark' : 'jump-offer-light');
      await offer.getByRole('textbox', { name: 'How many times at most' }).fill('2');
      await offer.getByRole('button', { name: 'Insert a Jump' }).click();
      await line(page, 'Next', 'Second', 'Jump to Node').waitFor({ state: 'attached' });
      await page.locator('.react-flow__edge-jump').waitFor({ state: 'attached' });
      await page.getByText('×2', { exact: true }).waitFor();
      await editor.hasNoIssues();
      await press(page, 'Control+z');
      await line(page, 'Next', 'Second', 'Jump to Node').waitFor({ state: 'detached' });
      // One step back takes all of it back.
      await editor.hasNodes(3);
      await editor.saved();
    });
  }
});

test('"/" adds a node where the mouse is, or after the selected node', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await Editor.createBlank(page, 'Slash');
    const canvas = await restingBox(editor.canvas);
    const point = { x: canvas.x + 420, y: canvas.y + 500 };
    await page.mouse.click(point.x, point.y);
    await press(page, '/');
    const menu = page.getByRole('dialog', { name: 'Add a node' });
    await menu.waitFor();
    assert.equal(await menu.getByRole('option', { name: /^Start/ }).count(), 0, 'there is one already');
    await screenshot(page, 'slash');
    await page.keyboard.type('wait');
    await press(page, 'Enter');
    await page.waitForFunction(() => document.activeElement?.matches('.react-flow__node.selected'));
    const card = await restingBox(editor.card('Wait'));
    assert.ok(card.x < point.x && card.x + card.width > point.x, 'it stands under the mouse');

    await press(page, '/');
    await page.getByRole('dialog', { name: 'Add after Next of Wait' }).waitFor();
    await page.keyboard.type('end');
    await press(page, 'Enter');
    await line(page, 'Next', 'Wait', 'End').waitFor({ state: 'attached' });
    await editor.saved();
  }));

test('a node is renamed in its place by F2 or a double click, and what refers to it goes on to', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await openFlow(
      page,
      flow(
        'Rename',
        [
          start,
          sms('first', 340, 0, 'First'),
          sms('second', 700, 0, 'Second', 'It was {{steps.first.status}}'),
          node('back', 'jump', 1040, 0, 'Back', { target: 'first', max_jumps: 3 }),
        ],
        [edge('start', 'first'), edge('first', 'second'), edge('second', 'back')],
      ),
    );
    await editor.open('First');
    await page.locator('.react-flow__node.selected').focus();
    await press(page, 'F2');
    const field = page.getByRole('textbox', { name: 'New name of First' });
    await field.fill('Hello there');
    await press(page, 'Enter');
    await editor.card('Hello there').waitFor();
    // The focus is back on the card: the keys go on to work there.
    await page.waitForFunction(() => document.activeElement?.matches('.react-flow__node.selected'));
    await editor.card('Back').getByText('→ Hello there').waitFor();

    await editor.card('Hello there').getByRole('heading').dblclick();
    await page.getByRole('textbox', { name: 'New name of Hello there' }).fill('Not kept');
    await press(page, 'Escape');
    await editor.card('Hello there').waitFor();
    await editor.card('Hello there').getByRole('heading').dblclick();
    await page.getByRole('textbox', { name: 'New name of Hello there' }).fill('Greeting');
    await page.mouse.click(700, 780);
    await editor.card('Greeting').waitFor();
    await editor.hasNoIssues();
    await press(page, 'Control+z', 'Control+z');
    await editor.card('First').waitFor();
    await editor.saved();
  }));

test('"L" tidies all nodes or those that are selected, in one step', () =>
  withPage(browser, server.address, {}, async (page) => {
    const nodes = [
      start,
      ...[1, 2, 3, 4, 5].map((n) => sms(`n${n}`, (n % 3) * 330, Math.floor(n / 3) * 260 + n, `SMS ${n}`)),
    ];
    const edges = nodes.slice(1).map((one, index) => edge(nodes[index].id, one.id));
    const editor = await openFlow(page, flow('Tidy', nodes, edges));
    const before = await places(page);
    await press(page, 'l');
    await page.getByTestId('announcer').getByText('6 nodes tidied.').waitFor();
    // It is said before it is drawn.
    await page.waitForFunction(
      (was) =>
        [...document.querySelectorAll('.react-flow__node-card')].some((card) => {
          const { m41, m42 } = new DOMMatrix(getComputedStyle(card).transform);
          const place = was[card.querySelector('h3').textContent];
          return place.x !== m41 || place.y !== m42;
        }),
      before,
    );
    await screenshot(page, 'tidied');
    await press(page, 'Control+z');
    await page.waitForFunction(
      (wanted) =>
        [...document.querySelectorAll('.react-flow__node-card')].every((card) => {
          const { m41, m42 } = new DOMMatrix(getComputedStyle(card).transform);
          const place = wanted[card.querySelector('h3').textContent];
          return place.x === m41 && place.y === m42;
        }),
      before,
    );

    await editor.open('SMS 1');
    await page.keyboard.down('Shift');
    await editor.card('SMS 2').click({ position: { x: 60, y: 12 } });
    await editor.card('SMS 3').click({ position: { x: 60, y: 12 } });
    await page.keyboard.up('Shift');
    await page.locator('[data-canvas-surface]').focus();
    await press(page, 'l');
    await page.getByTestId('announcer').getByText('3 nodes tidied.').waitFor();
    const after_ = await places(page);
    for (const [name, place] of Object.entries(before))
      if (!/^SMS [123]$/.test(name)) assert.deepEqual(after_[name], place, `${name} stays`);
    await editor.saved();
  }));

test('several nodes are selected with a frame, moved, duplicated, and copied into another flow', () =>
  withPage(browser, server.address, {}, async (page, context) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const source = flow(
      'Copy from',
      [
        start,
        sms('first', 340, 0, 'First'),
        sms('second', 700, 0, 'Second', 'It was {{steps.first.status}}'),
        node('back', 'jump', 1040, 0, 'Back', { target: 'first', max_jumps: 3 }),
      ],
      [edge('start', 'first'), edge('first', 'second'), edge('second', 'back')],
    );
    const editor = await openFlow(page, source);
    const first = await restingBox(editor.card('First'));
    const back = await restingBox(editor.card('Back'));
    await page.keyboard.down('Shift');
    await page.mouse.move(first.x - 8, first.y - 30);
    await page.mouse.down();
    await page.mouse.move(back.x + 40, back.y + back.height + 60, { steps: 8 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await page.getByText('3 selected').waitFor();
    await screenshot(page, 'selected-frame');
    // What is selected moves together, under the frame that React Flow puts around it.
    const old = await places(page);
    await page.mouse.move(first.x + 60, first.y + 12);
    await page.mouse.down();
    await page.mouse.move(first.x + 60, first.y + 112, { steps: 8 });
    await page.mouse.up();
    await restingBox(editor.card('First'));
    const moved = await places(page);
    const by = moved.First.y - old.First.y;
    assert.ok(by > 40, `moved down by ${by}`);
    for (const name of ['Second', 'Back']) assert.equal(moved[name].y - old[name].y, by);
    assert.deepEqual(moved.Start, old.Start);

    await press(page, 'Control+d');
    await editor.card('First 2').waitFor();
    await line(page, 'Next', 'First 2', 'Second 2').waitFor({ state: 'attached' });
    await editor.card('Back 2').getByText('→ First 2').waitFor();
    await press(page, 'Control+c');
    await editor.saved();

    const other = await context.newPage();
    const there = await openFlow(other, flow('Copy to', [start, sms('first_2', 340, 0, 'First 2')]));
    await other.mouse.move(700, 600);
    await press(other, 'Control+v');
    await there.card('First 3').waitFor();
    await line(other, 'Next', 'First 3', 'Second 2').waitFor({ state: 'attached' });
    await there.card('Back 2').getByText('→ First 3').waitFor();
    await there.saved();
    const id = new URL(other.url()).pathname.split('/').pop();
    const draft = await get(other, `/flows/${id}/export`);
    const copy = draft.nodes.find((one) => one.name === 'Second 2');
    const renewed = draft.nodes.find((one) => one.name === 'First 3');
    assert.equal(copy.config.message.text, `It was {{steps.${renewed.id}.status}}`);
    assert.equal(draft.nodes.find((one) => one.name === 'Back 2').config.target, renewed.id);
    assert.equal(new Set(draft.nodes.map((one) => one.id)).size, draft.nodes.length, 'ids are renewed');
    await press(other, 'Control+z');
    await there.card('First 3').waitFor({ state: 'detached' });
    await there.saved();
    await other.close();

    await editor.card('Start').click({ position: { x: 60, y: 12 } });
    await press(page, ']');
    await page.getByText('4 selected').waitFor();
  }));

test('by touch: tapping a port and then a node connects, resting a finger opens the menu, two fingers zoom', () =>
  withPage(browser, server.address, { touch: true }, async (page, context) => {
    const editor = await openFlow(
      page,
      flow('Touch', [start, sms('a', 400, 0, 'First'), sms('b', 400, 300, 'Second')]),
    );
    await page.getByLabel('port Next of Start', { exact: true }).tap();
    await editor.card('First').tap({ position: { x: 90, y: 60 } });
    await line(page, 'Next', 'Start', 'First').waitFor({ state: 'attached' });

    await editor.card('Second').tap({ position: { x: 60, y: 12 } });
    await page.locator('.react-flow__node.selected').getByRole('heading', { name: 'Second' }).waitFor();

    const fingers = await context.newCDPSession(page);
    const touch = (type, ...points) =>
      fingers.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: points.map(([x, y], id) => ({ x, y, id })),
      });
    const card = await restingBox(editor.card('First'));
    await touch('touchStart', [card.x + 60, card.y + 12]);
    await page.getByRole('menuitem', { name: /^Duplicate/ }).waitFor();
    await touch('touchEnd');
    await screenshot(page, 'touch-menu');
    await press(page, 'Escape');
    await page.getByRole('menuitem', { name: /^Duplicate/ }).waitFor({ state: 'detached' });

    const canvas = await restingBox(editor.canvas);
    const [x, y] = [canvas.x + 200, canvas.y + canvas.height - 120];
    await touch('touchStart', [x, y], [x + 60, y]);
    for (let apart = 70; apart <= 180; apart += 10) await touch('touchMove', [x, y], [x + apart, y]);
    await touch('touchEnd');
    await page.waitForFunction(
      (width) => document.querySelector('.react-flow__node-card').getBoundingClientRect().width > width * 1.3,
      card.width,
    );

    const old = await restingBox(editor.card('Second'));
    await touch('touchStart', [x, y]);
    for (let by = 5; by <= 60; by += 5) await touch('touchMove', [x - by, y - by]);
    await touch('touchEnd');
    await page.waitForFunction(
      ([left]) => {
        const cards = [...document.querySelectorAll('.react-flow__node-card')];
        return cards.some(
          (one) => one.textContent.includes('Second') && one.getBoundingClientRect().x < left - 30,
        );
      },
      [old.x],
    );
    await editor.saved();
  }));

test('cards are as large as they are said to be, with their handles where lines begin and end', () =>
  withPage(browser, server.address, {}, async (page) => {
    for (const made of [flowOf(6), undefined]) {
      await Editor.openFlow(page, made ? await importFlow(page, made) : await copyOfExample(page));
      // Near enough for cards to have handles.
      for (let times = 0; times < 6; times++) await press(page, '+');
      await page.locator('.react-flow__handle').first().waitFor();
      // Ports and lines that came into sight are measured in the frames after.
      const wrong = () =>
        page.evaluate(() => {
          const found = [];
          const zoom = new DOMMatrix(
            getComputedStyle(document.querySelector('.react-flow__viewport')).transform,
          ).a;
          const middle = (selector) => {
            const box = document.querySelector(selector)?.getBoundingClientRect();
            return box && { x: box.x + box.width / 2, y: box.y + box.height / 2 };
          };
          for (const path of document.querySelectorAll('.react-flow__edge-line .react-flow__edge-path')) {
            const id = path.closest('.react-flow__edge').dataset.id;
            const [from, port] = JSON.parse(id);
            const length = path.getTotalLength();
            const matrix = path.getScreenCTM();
            const [begin] = [0, length].map((at) => path.getPointAtLength(at).matrixTransform(matrix));
            const out = middle(`[data-nodeid="${from}"][data-handleid="${port}"]`);
            const off = out ? Math.hypot(out.x - begin.x, out.y - begin.y) / zoom : 0;
            // A line begins at the outer edge of its handle.
            if (off > 7) found.push(`${id} begins ${off} px beside its handle`);
          }
          for (const card of document.querySelectorAll('.react-flow__node-card')) {
            const [ports, lines] = ['[data-port]', 'p'].map((one) => card.querySelectorAll(one).length);
            const wanted = 1 + 44 + Math.max(1, lines) * 18 + 8 + (ports > 0 ? 4 + ports * 26 + 3 : 0) + 1;
            if (card.offsetHeight !== wanted)
              found.push(`${card.dataset.id}: ${card.offsetHeight}, not ${wanted}`);
          }
          return found;
        });
      await becomes(wrong, [], 'what is wrong with the cards');
    }
  }));

test('the palette is searched and walked by keys, and says what to do when nothing is found', () =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await Editor.createBlank(page, 'Palette');
    const palette = page.getByRole('complementary', { name: 'Nodes' });
    const search = palette.getByRole('searchbox', { name: 'Search nodes' });
    await search.fill('there is no such node');
    await palette.getByText('No node is called that.').waitFor();
    await palette.getByRole('button', { name: 'Show all nodes' }).click();
    await palette.getByTestId('palette-send_viber').waitFor();
    await search.fill('send');
    await search.press('ArrowDown');
    await press(page, 'ArrowDown', 'ArrowUp');
    await becomes(
      () => page.evaluate(() => document.activeElement?.dataset.testid),
      await palette.locator('[data-testid^="palette-"]').first().getAttribute('data-testid'),
      'what has the focus',
    );
    await press(page, 'Enter');
    await editor.hasNodes(2);
    await editor.saved();
  }));

test('what is pasted comes into sight', () =>
  withPage(browser, server.address, {}, async (page) => {
    const nodes = [start, sms('far', 4_000, 2_600, 'Far'), sms('farther', 5_200, 3_400, 'Farther')];
    await openFlow(page, flow('Far away', nodes));
    await page.locator('[data-canvas-surface]').focus();
    await press(page, 'Control+a', 'Control+c');

    await openFlow(page, flow('Paste into', [start]));
    await page.mouse.move(20, 20);
    await page.locator('[data-canvas-surface]').focus();
    await press(page, 'Control+v');
    const canvas = await restingBox(page.getByTestId('canvas'));
    await page.waitForFunction(({ x, y, width, height }) => {
      const cards = [...document.querySelectorAll('.react-flow__node-card.selected')];
      return (
        cards.length === 2 &&
        cards.every((card) => {
          const box = card.getBoundingClientRect();
          return box.left >= x && box.right <= x + width && box.top >= y && box.bottom <= y + height;
        })
      );
    }, canvas);
  }));

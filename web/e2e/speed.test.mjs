import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, importFlow } from './api.mjs';
import { screenshot, withPage } from './browser.mjs';
import { Editor } from './editor.mjs';
import { flowOf } from './flows.mjs';
import { becomes } from './patience.mjs';
import { closeStage, openStage } from './stage.mjs';

/*
 * How the editor bears large flows. Times are printed, for docs/performance.md;
 * what is asserted are counts, which no other load on the machine changes.
 */

let server;
let browser;
before(async () => {
  ({ server, browser } = await openStage());
});
after(() => closeStage({ server, browser }));

/** Notes when the first card is on screen. */
function watchFirstPaint() {
  const look = () => {
    if (document.querySelector('.react-flow__node-card article')) {
      // What the next frame has is painted when the task after it runs.
      requestAnimationFrame(() => setTimeout(() => Object.assign(window, { painted: performance.now() })));
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function open(page, count) {
  const id = await importFlow(page, flowOf(count));
  await page.addInitScript(watchFirstPaint);
  await page.goto(`/flows/${id}`);
  await page.waitForFunction(() => window.painted);
  return new Editor(page);
}

const elements = (page) =>
  page.evaluate(() => ({
    cards: document.querySelectorAll('.react-flow__node-card').length,
    lines: document.querySelectorAll('.react-flow__edge').length,
    all: document.querySelectorAll('*').length,
    ports: document.querySelectorAll('[data-port]').length,
  }));

/** The seconds that the browser spent on scripts, styles and layout so far. */
async function watch(context, page) {
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  };
}

/**
 * Counts how often the components that draw cards were called, by the precise
 * coverage of the JavaScript engine: nothing in the program takes part in it.
 */
async function watchDrawing(context, page) {
  const session = await context.newCDPSession(page);
  await session.send('Profiler.enable');
  await session.send('Debugger.enable');
  await session.send('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  const sources = new Map();
  return async () => {
    const { result } = await session.send('Profiler.takePreciseCoverage');
    let calls = 0;
    for (const script of result) {
      if (!script.url.includes('/assets/')) continue;
      if (!sources.has(script.scriptId)) {
        const { scriptSource } = await session.send('Debugger.getScriptSource', {
          scriptId: script.scriptId,
        });
        sources.set(script.scriptId, scriptSource);
      }
      const source = sources.get(script.scriptId);
      if (!source.includes('`node-${')) continue;
      // The innermost function around the mark that only cards have.
      const marks = [...source.matchAll(/`node-\$\{/g)].map((match) => match.index);
      for (const mark of marks) {
        const around = script.functions
          .flatMap(({ ranges }) => ranges.slice(0, 1))
          .filter(({ startOffset, endOffset }) => startOffset < mark && mark < endOffset)
          .sort((a, b) => a.endOffset - a.startOffset - (b.endOffset - b.startOffset));
        calls += around[0]?.count ?? 0;
      }
    }
    return calls;
  };
}

const ms = (seconds) => `${(seconds * 1000).toFixed(1)} ms`;

test('500 nodes appear as boxes where they stay, without being measured one by one', (t) =>
  withPage(browser, server.address, {}, async (page) => {
    await open(page, 500);
    const { cards, all, ports, lines } = await elements(page);
    assert.ok(cards > 100 && cards < 500, `${cards} cards in sight`);
    assert.ok(lines > cards, `${lines} lines`);
    assert.equal(ports, 0, 'from afar cards have no ports');
    assert.ok(all < 9_000, `${all} elements on the page`);
    const { painted, had } = await page.evaluate(() => ({
      painted: window.painted,
      had: Math.max(
        ...performance
          .getEntriesByType('resource')
          .filter(({ name }) => /\/draft$|\/node-types$/.test(name))
          .map(({ responseEnd }) => responseEnd),
      ),
    }));
    t.diagnostic(`500 nodes, data to first paint: ${(painted - had).toFixed(0)} ms; ${all} elements`);
    await screenshot(page, 'speed-500');
  }));

test('dragging one of 500 nodes draws one card', (t) =>
  withPage(browser, server.address, {}, async (page, context) => {
    const editor = await open(page, 500);
    for (let times = 0; times < 10; times++) await page.keyboard.press('+');
    await page.locator('[data-port]').first().waitFor();
    const box = await page.locator('.react-flow__node-card').evaluateAll((cards) => {
      const canvas = document.querySelector('.react-flow').getBoundingClientRect();
      const free = cards
        .map((card) => card.getBoundingClientRect())
        .find(({ left, top }) => left > canvas.left + 40 && top > canvas.top + 40);
      return { x: free.x + 80, y: free.y + 12 };
    });
    await page.mouse.move(box.x, box.y);
    await page.mouse.down();
    // The first moves select the card and begin the drag.
    await page.mouse.move(box.x + 12, box.y + 8, { steps: 4 });
    await page.waitForFunction(() => document.querySelector('.react-flow__node.selected.dragging'));

    const drawing = await watchDrawing(context, page);
    const metrics = await watch(context, page);
    const moves = 40;
    const before_ = await metrics();
    await drawing();
    for (let step = 1; step <= moves; step++) await page.mouse.move(box.x + 12 + step * 3, box.y + 8 + step);
    const calls = await drawing();
    const after_ = await metrics();
    const seen = (await elements(page)).cards;
    await page.mouse.up();
    assert.ok(seen > 4, `${seen} cards are in sight`);
    // A card's content is not drawn at all while it moves; cards that come into sight would count.
    assert.ok(calls <= moves, `cards were drawn ${calls} times in ${moves} moves`);
    const script = after_.ScriptDuration - before_.ScriptDuration;
    t.diagnostic(`500 nodes, one dragged: ${ms(script / moves)} of script per move; cards drawn: ${calls}`);
    await editor.saved();
    const dropped = await drawing();
    assert.ok(dropped >= 1 && dropped <= 4, `the card that was let go, and no other, is drawn: ${dropped}`);
  }));

test('200 pasted nodes go with one step back', (t) =>
  withPage(browser, server.address, {}, async (page, context) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const editor = await open(page, 201);
    await page.mouse.move(700, 500);
    await page.locator('[data-canvas-surface]').focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+c');
    await page.keyboard.press('Control+v');
    await page.getByText('200 selected').waitFor();
    await editor.saved();
    const took = await page.evaluate(async () => {
      const begin = performance.now();
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, bubbles: true }));
      const done = performance.now();
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      return { script: done - begin, painted: performance.now() - begin };
    });
    t.diagnostic(
      `undo of a 200-node paste: ${took.script.toFixed(1)} ms, painted after ${took.painted.toFixed(0)} ms`,
    );
    await editor.saved();
    const { nodes } = await get(page, `/flows/${new URL(page.url()).pathname.split('/').pop()}/export`);
    assert.equal(nodes.length, 201);
  }));

test('1,000 nodes stay usable: only what is in sight is on the page, near and far', (t) =>
  withPage(browser, server.address, {}, async (page) => {
    const editor = await open(page, 1000);
    const far = await elements(page);
    assert.ok(far.cards < 700 && far.ports === 0 && far.all < 14_000, JSON.stringify(far));
    for (let times = 0; times < 10; times++) await page.keyboard.press('+');
    await page.locator('[data-port]').first().waitFor();
    // What left the sight leaves the page in the frames after.
    const near = await becomes(
      () => elements(page),
      ({ cards, all }) => cards < 60 && all < 5_000,
      'what is on the page from near',
    );
    await page.keyboard.press('Control+f');
    await page.getByRole('dialog', { name: 'Find a node' }).waitFor();
    await page.keyboard.type('SMS 997');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() =>
      document.activeElement?.matches('.react-flow__node.selected[data-id="n997"]'),
    );
    await page.keyboard.press('ArrowDown');
    await editor.saved();
    await page.keyboard.press('1');
    await page.waitForFunction(() => document.querySelectorAll('[data-port]').length === 0);
    t.diagnostic(`1,000 nodes: ${far.all} elements from afar, ${near.all} from near`);
  }));

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { becomes } from './patience.mjs';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.2 AA with all that it builds on, and axe's own advice. */
const everything = {
  type: 'tag',
  values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
};
/** What can differ between two themes of one page. */
const coloursOnly = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };

/** What axe finds wrong with the page as it is now, a line each. */
export async function faultsOf(page, { colours = false } = {}) {
  // Evaluated by the debugger: the page's content security policy lets nothing in.
  await page.evaluate(`if (!window.axe) { ${source} }`);
  return page.evaluate(findFaults, colours ? coloursOnly : everything);
}

/**
 * Goes from state to state (its name, where it is, the text to wait for, what to open there)
 * and fails with all that axe finds, in the light theme and then in the dark one.
 */
export async function lookAt(page, states) {
  const faults = [];
  for (const [name, path, wait, open] of states) {
    await page.goto(path);
    await page.getByText(wait).first().waitFor();
    await open?.(page);
    for (const theme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: theme });
      await becomes(() => page.evaluate(() => document.documentElement.dataset.theme), theme);
      for (const fault of await faultsOf(page, { colours: theme === 'dark' }))
        faults.push(`${name}, ${theme}: ${fault}`);
    }
    await page.emulateMedia({ colorScheme: 'light' });
  }
  assert.deepEqual(faults, []);
}

/** Runs in the page. */
async function findFaults(runOnly) {
  const { violations } = await window.axe.run(document, { runOnly, resultTypes: ['violations'] });
  // A menu is drawn at the end of the page and takes the focus while it is open: no landmark holds it.
  const inMenu = ({ target }) =>
    document.querySelector(target[0])?.closest('[data-radix-popper-content-wrapper]') !== null;
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .filter((node) => id !== 'region' || !inMenu(node))
      .map((node) => {
        const [check] = node.any.concat(node.all, node.none);
        return `${id}: ${node.target.join(' ')} · ${check?.message ?? ''} · ${node.html.slice(0, 160)}`;
      }),
  );
}

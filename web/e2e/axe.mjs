import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

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

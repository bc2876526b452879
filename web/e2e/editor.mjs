import { call } from './api.mjs';
import { becomes } from './patience.mjs';

/** The editor of one flow, used as a person uses it: by mouse, keys and what is written on screen. */
export class Editor {
  constructor(page) {
    this.page = page;
    this.canvas = page.getByTestId('canvas');
    this.inspector = page.getByRole('complementary', { name: 'Inspector' });
  }

  /** Creates a blank flow, and opens it. */
  static async createBlank(page, name) {
    const { id } = await call(page, 'POST', '/flows', { name });
    const editor = await Editor.openFlow(page, id);
    await editor.isCalled(name);
    return editor;
  }

  /** Opens a flow on its canvas; with a query, such as "?try=1". */
  static async openFlow(page, id, query = '') {
    await page.goto(`/flows/${id}${query}`);
    await page.getByTestId('canvas').waitFor();
    const editor = new Editor(page);
    await editor.nodes().first().waitFor();
    return editor;
  }

  async rename(name) {
    await this.page.getByRole('textbox', { name: 'Name of the flow' }).fill(name);
  }

  /** Waits until the flow is called that. */
  async isCalled(name) {
    await becomes(
      () => this.page.getByRole('textbox', { name: 'Name of the flow' }).inputValue(),
      name,
      'the name of the flow',
    );
  }

  /** Drags a node type from the palette to a place on the canvas, in pixels from its top left. */
  async drag(type, x, y) {
    const before = await this.nodes().count();
    await this.page.getByTestId(`palette-${type}`).dragTo(this.canvas, { targetPosition: { x, y } });
    await this.hasNodes(before + 1);
  }

  /** The cards on the canvas. */
  nodes() {
    return this.page.locator('.react-flow__node-card');
  }

  /** Waits until that many cards are on the canvas. */
  async hasNodes(count) {
    await becomes(() => this.nodes().count(), count, 'the number of nodes');
  }

  /** Waits until the flow is without fault, as the status bar says. */
  async hasNoIssues() {
    await this.page.getByTestId('issue-count').getByText('No issues').waitFor();
  }

  /** Names the node whose form is open. */
  async nameNode(name) {
    await this.inspector.getByRole('textbox', { name: 'Name of the node' }).fill(name);
  }

  /** Draws a line from a port to a node with the mouse. */
  async connect(from, port, to) {
    const start = await centerOf(this.page.getByLabel(`port ${port} of ${from}`, { exact: true }));
    // Nothing travels any more, so both are where they are at one moment.
    const end = await centerOf(this.page.getByLabel(`input of ${to}`, { exact: true }));
    const { mouse } = this.page;
    await mouse.move(start.x, start.y);
    await mouse.down();
    await mouse.move(start.x + 24, start.y + 6, { steps: 3 });
    await mouse.move(end.x, end.y, { steps: 10 });
    await mouse.up();
    await this.page
      .getByLabel(`Line from port ${port} of ${from} to ${to}`, { exact: true })
      .waitFor({ state: 'attached' });
  }

  /** The card of a node on the canvas. */
  card(name) {
    const literal = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return this.page.getByRole('article', { name: new RegExp(`^${literal}, `) });
  }

  /** Opens a node's form. */
  async open(name) {
    await this.card(name).click({ position: { x: 60, y: 12 } });
    await this.isOpen(name);
  }

  /** Waits until the form of that node is open. */
  async isOpen(name) {
    const field = this.inspector.getByRole('textbox', { name: 'Name of the node' });
    await field.waitFor();
    await becomes(() => field.inputValue(), name, 'the node whose form is open');
  }

  /** Chooses an option of a drop-down. */
  async choose(label, option, scope = this.inspector) {
    await scope.getByRole('combobox', { name: label, exact: true }).click();
    await this.page.getByRole('option', { name: option }).first().click();
  }

  /** As choose, for the last of several drop-downs of one name. */
  async chooseLast(label, option) {
    await this.inspector.getByRole('combobox', { name: label, exact: true }).last().click();
    await this.page.getByRole('option', { name: option }).first().click();
  }

  /** Inserts a variable with the picker's button. */
  async insertVariable(label, variable, scope = this.inspector) {
    await scope.getByRole('button', { name: `Insert a variable into ${label}` }).click();
    await this.page.getByRole('option', { name: variable, exact: true }).click();
  }

  async saved() {
    await this.page.locator('[data-testid="save-state"][data-kind="saved"]').waitFor();
  }

  async publish(message = '') {
    await this.page.getByRole('button', { name: 'Publish', exact: true }).click();
    const dialog = this.page.getByRole('dialog');
    if (message) await dialog.getByRole('textbox', { name: 'What changed' }).fill(message);
    await dialog.getByRole('button', { name: 'Publish now' }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  async run(inputs) {
    await this.page.getByRole('button', { name: 'Run', exact: true }).click();
    const dialog = this.page.getByRole('dialog');
    for (const [label, value] of Object.entries(inputs))
      await dialog.getByRole('textbox', { name: label }).fill(value);
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
  }

  /** Chooses an entry of the menu at the top right. */
  async menu(entry) {
    await this.page.getByRole('button', { name: 'More', exact: true }).click();
    await this.page.getByRole('menuitem', { name: entry }).click();
  }
}

/** Where the middle of an element is, once it rests there. */
async function centerOf(locator) {
  const box = await restingBox(locator);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/**
 * Where an element is on the page, once it has stayed there for some frames: the view
 * travels to what is new or found, in the frames after.
 */
export async function restingBox(locator) {
  for (;;) {
    const box = await locator.evaluate(boxAtRest);
    if (box) return box;
  }
}

/** Runs in the page; gives nothing when the element was drawn anew meanwhile. */
function boxAtRest(element) {
  return new Promise((resolve) => {
    let last = '';
    let frames = 0;
    const look = () => {
      if (!element.isConnected) {
        resolve(undefined);
        return;
      }
      const { x, y, width, height } = element.getBoundingClientRect();
      const now = [x, y, width, height].join();
      frames = now === last ? frames + 1 : 0;
      last = now;
      if (frames > 4) resolve({ x, y, width, height });
      else requestAnimationFrame(look);
    };
    look();
  });
}

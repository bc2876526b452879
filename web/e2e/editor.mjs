import assert from 'node:assert/strict';

/** The editor of one flow, used as a person uses it: by mouse, keys and what is written on screen. */
export class Editor {
  constructor(page) {
    this.page = page;
    this.canvas = page.getByTestId('canvas');
    this.inspector = page.getByRole('complementary', { name: 'Inspector' });
  }

  /** Creates a blank flow from the list of flows. */
  static async createBlank(page, name) {
    await page.goto('/flows');
    await page.getByRole('button', { name: 'New flow' }).first().click();
    await page.getByRole('menuitem', { name: /Blank flow/ }).click();
    await page.getByTestId('canvas').waitFor();
    const editor = new Editor(page);
    await editor.rename(name);
    return editor;
  }

  async rename(name) {
    await this.page.getByRole('textbox', { name: 'Name of the flow' }).fill(name);
  }

  /** Drags a node type from the palette to a place on the canvas, in pixels from its top left. */
  async drag(type, x, y) {
    const before = await this.nodeCount();
    await this.page.getByTestId(`palette-${type}`).dragTo(this.canvas, { targetPosition: { x, y } });
    await this.page.waitForFunction(
      (count) => document.querySelectorAll('.react-flow__node-card').length === count,
      before + 1,
    );
  }

  async nodeCount() {
    return this.page.locator('.react-flow__node-card').count();
  }

  /** Names the node whose form is open. */
  async nameNode(name) {
    await this.inspector.getByRole('textbox', { name: 'Name of the node' }).fill(name);
  }

  /** Draws a line from a port to a node with the mouse. */
  async connect(from, port, to) {
    const start = await centerOf(this.page.getByLabel(`port ${port} of ${from}`, { exact: true }));
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
    await this.inspector.getByRole('textbox', { name: 'Name of the node' }).waitFor();
    assert.equal(await this.inspector.getByRole('textbox', { name: 'Name of the node' }).inputValue(), name);
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

async function centerOf(locator) {
  const box = await locator.boundingBox();
  assert.ok(box, `${locator} is not on screen`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest';
import { lineId } from '@/canvas/elements';
import { createOverlay } from '@/canvas/overlay';
import { arrangeBoxes } from '@/editor/arrangeBoxes';
import type { Autosaver } from '@/editor/autosave';
import { createEditorStore } from '@/editor/store';
import { sampleFlow, types } from '@/flow-model/testing';
import { createTrial } from '@/try/trial';
import { addNoteCommand, tidyCommand } from './arrange';
import { addAfterCommand, connectCommand } from './build';
import { copyCommand, cutCommand, duplicateCommand, pasteCommand } from './clipboard';
import type { CommandContext } from './command';
import { commands } from './registry';
import { commandFor, isEnabled, menuItem, runCommand } from './run';
import { deleteCommand, selectAllCommand } from './selection';

function context(overrides: Partial<CommandContext> = {}): CommandContext {
  const store = createEditorStore({
    flowId: 'f',
    types,
    flow: sampleFlow(),
    etag: '"1"',
    state: { etag: '"1"', updated_at: '', draft_changed: false, diagnostics: [], bound: null },
  });
  const nothing = () => undefined;
  return {
    store,
    autosaver: { flush: vi.fn(async () => true) } as unknown as Autosaver,
    view: {
      fit: vi.fn(),
      zoomIn: vi.fn(),
      zoomOut: vi.fn(),
      reveal: vi.fn(),
      ensure: vi.fn(),
      focus: vi.fn(),
      glide: vi.fn(),
      rename: vi.fn(),
      pointer: () => undefined,
      center: () => ({ x: 5, y: 6 }),
    },
    dialogs: {
      run: vi.fn(),
      publish: nothing,
      versions: nothing,
      issues: nothing,
      switchView: nothing,
      remove: nothing,
      shortcuts: nothing,
      palette: nothing,
      find: nothing,
      addNode: vi.fn(),
      connect: vi.fn(),
      inspector: vi.fn(),
    },
    announce: vi.fn(),
    overlay: createOverlay(),
    trial: createTrial({ flowId: 'f', flow: () => store.getState().flow }),
    arrange: async (graph) => arrangeBoxes(graph),
    copies: undefined,
    clipboard: { text: '' },
    exportFlow: async () => undefined,
    duplicateFlow: async () => undefined,
    mayEdit: true,
    ...overrides,
  };
}

const key = (init: KeyboardEventInit, target: HTMLElement = document.body) => {
  const event = new KeyboardEvent('keydown', init);
  Object.defineProperty(event, 'target', { value: target });
  return commandFor(event)?.id;
};

describe('the registry', () => {
  it('has each id and each shortcut once', () => {
    expect(new Set(commands.map((command) => command.id)).size).toBe(commands.length);
    const shortcuts = commands.flatMap((command) => command.shortcut ?? []);
    expect(new Set(shortcuts).size).toBe(shortcuts.length);
  });
});

describe('commandFor', () => {
  it.each([
    [{ key: 'z', ctrlKey: true }, 'undo'],
    [{ key: 'Z', ctrlKey: true, shiftKey: true }, 'redo'],
    [{ key: 'y', ctrlKey: true }, 'redo'],
    [{ key: 'z', metaKey: true }, 'undo'],
    [{ key: 's', ctrlKey: true }, 'save'],
    [{ key: 'd', ctrlKey: true }, 'duplicate'],
    [{ key: 'a', ctrlKey: true }, 'select-all'],
    [{ key: 'Delete' }, 'delete'],
    [{ key: 'Backspace' }, 'delete'],
    [{ key: '1' }, 'fit'],
    [{ key: '+', shiftKey: true }, 'zoom-in'],
    [{ key: '-' }, 'zoom-out'],
    [{ key: 'l' }, 'tidy'],
    [{ key: '?', shiftKey: true }, 'shortcuts'],
    [{ key: 'k', ctrlKey: true }, 'palette'],
    [{ key: 'f', ctrlKey: true }, 'find'],
    [{ key: 'a' }, 'add-after'],
    [{ key: 'c' }, 'connect'],
    [{ key: 'ArrowLeft' }, 'move-left'],
    [{ key: 'ArrowDown', shiftKey: true }, 'move-down'],
    [{ key: 'ArrowUp', altKey: true }, undefined],
    [{ key: 'Enter' }, 'inspect'],
    // Without ports to walk, Tab stays the browser's.
    [{ key: 'Tab' }, undefined],
    [{ key: 'q' }, undefined],
    [{ key: 'z', ctrlKey: true, altKey: true }, undefined],
  ])('gives for %j the command %s', (init, id) => {
    expect(key(init)).toBe(id);
  });

  it('leaves keys to fields, but for undo, save and the palette', () => {
    const input = document.createElement('input');
    expect(key({ key: 'Backspace' }, input)).toBeUndefined();
    expect(key({ key: '1' }, input)).toBeUndefined();
    expect(key({ key: 'z', ctrlKey: true }, input)).toBe('undo');
    expect(key({ key: 's', ctrlKey: true }, input)).toBe('save');
    expect(key({ key: 'k', ctrlKey: true }, input)).toBe('palette');
  });
});

describe('commands', () => {
  it('delete what is selected, and nothing without a selection', async () => {
    const editor = context();
    expect(isEnabled(deleteCommand, editor)).toBe(false);
    editor.store.getState().select(['sms']);
    await runCommand(deleteCommand, editor);
    expect(editor.store.getState().flow.nodes.map((node) => node.id)).not.toContain('sms');
  });

  it('duplicate what is selected and select the copy', async () => {
    const editor = context();
    editor.store.getState().select(['viber']);
    await runCommand(duplicateCommand, editor);
    expect([...editor.store.getState().selection]).toEqual(['viber_2']);
  });

  it('copy, cut and paste within the page', async () => {
    const editor = context();
    editor.store.getState().select(['viber']);
    await runCommand(cutCommand, editor);
    expect(editor.store.getState().flow.nodes.map((node) => node.id)).not.toContain('viber');
    await runCommand(pasteCommand, editor);
    expect(editor.store.getState().flow.nodes.at(-1)?.id).toBe('viber');
  });

  it('do not copy the entry', () => {
    const editor = context();
    editor.store.getState().select(['start']);
    expect(isEnabled(copyCommand, editor)).toBe(false);
  });

  it('select all nodes, tidy them, and add a note where one looks', async () => {
    const editor = context();
    await runCommand(selectAllCommand, editor);
    expect(editor.store.getState().selection.size).toBe(5);
    await runCommand(tidyCommand, editor);
    expect(editor.store.getState().flow.nodes[0]?.position?.x).toBe(0);
    expect(editor.view.fit).toHaveBeenCalled();
    await runCommand(addNoteCommand, editor);
    expect(editor.store.getState().flow.notes?.at(-1)?.position).toEqual({ x: 5, y: 6 });
  });

  it.each([
    ['sms', { from: 'sms', port: 'next' }, { from: 'sms' }],
    // With one port there is nothing to choose.
    ['start', { from: 'start', port: 'next' }, { from: 'start', port: 'next' }],
    [lineId('country', 'else'), { from: 'country', port: 'else' }, { from: 'country', port: 'else' }],
  ])('add after and connect %s', async (selected, exit, asked) => {
    const editor = context();
    expect(isEnabled(addAfterCommand, editor)).toBe(false);
    expect(isEnabled(connectCommand, editor)).toBe(false);
    editor.store.getState().select([selected]);
    await runCommand(addAfterCommand, editor);
    expect(editor.dialogs.addNode).toHaveBeenCalledWith(exit);
    await runCommand(connectCommand, editor);
    expect(editor.dialogs.connect).toHaveBeenCalledWith(asked);
  });

  it('move what is selected by the grid, presses in a row as one step back', async () => {
    const editor = context();
    const { select, undo } = editor.store.getState();
    const right = commands.find((command) => command.id === 'move-right');
    if (!right) throw new Error('no such command');
    expect(isEnabled(right, editor)).toBe(false);
    select(['viber', 'note:note']);
    await runCommand(right, editor);
    await runCommand(right, editor, new KeyboardEvent('keydown', { shiftKey: true }));
    const { flow, history } = editor.store.getState();
    expect(flow.nodes.find((node) => node.id === 'viber')?.position).toEqual({ x: 800, y: -100 });
    expect(flow.notes?.[0]?.position).toEqual({ x: 120, y: -200 });
    expect(history.past).toHaveLength(1);
    expect(editor.announce).toHaveBeenLastCalledWith('Moved right by 100.');
    undo();
    expect(editor.store.getState().flow).toEqual(sampleFlow());
  });

  it('add where the mouse is when no node is selected', async () => {
    const editor = context();
    const here = commands.find((command) => command.id === 'add-here');
    if (!here) throw new Error('no such command');
    await runCommand(here, editor);
    expect(editor.dialogs.addNode).toHaveBeenLastCalledWith({ place: { x: 5, y: 6 } });
    editor.view.pointer = () => ({ x: 70, y: 80 });
    await runCommand(here, editor);
    expect(editor.dialogs.addNode).toHaveBeenLastCalledWith({ place: { x: 70, y: 80 } });
    editor.store.getState().select(['sms']);
    await runCommand(here, editor);
    expect(editor.dialogs.addNode).toHaveBeenLastCalledWith({ from: 'sms', port: 'next' });
  });

  it('paste where the mouse is, on the grid', async () => {
    const editor = context();
    editor.store.getState().select(['viber', 'sms']);
    await runCommand(copyCommand, editor);
    editor.view.pointer = () => ({ x: 1003, y: 491 });
    await runCommand(pasteCommand, editor);
    const added = editor.store.getState().flow.nodes.slice(-2);
    expect(Math.min(...added.map((node) => node.position?.x ?? 0))).toBe(1000);
    expect(Math.min(...added.map((node) => node.position?.y ?? 0))).toBe(500);
  });

  it.each([
    ['select-downstream', ['viber', 'back', 'sms']],
    ['select-upstream', ['start', 'country', 'viber']],
  ])('%s follows lines and jumps', async (id, ids) => {
    const editor = context();
    const reach = commands.find((command) => command.id === id);
    if (!reach) throw new Error('no such command');
    expect(isEnabled(reach, editor)).toBe(false);
    editor.store.getState().select(['viber']);
    await runCommand(reach, editor);
    expect([...editor.store.getState().selection].sort()).toEqual(ids.toSorted());
  });

  it('rename the one selected node in its place', async () => {
    const editor = context();
    const rename = commands.find((command) => command.id === 'rename');
    if (!rename) throw new Error('no such command');
    editor.store.getState().select(['viber', 'sms']);
    expect(isEnabled(rename, editor)).toBe(false);
    editor.store.getState().select(['viber']);
    await runCommand(rename, editor);
    expect(editor.view.rename).toHaveBeenCalledWith('viber');
  });

  it('tidy only what is selected', async () => {
    const editor = context();
    editor.store.getState().select(['viber', 'sms']);
    await runCommand(tidyCommand, editor);
    const { flow } = editor.store.getState();
    const before = sampleFlow();
    for (const id of ['start', 'country', 'back'])
      expect(flow.nodes.find((node) => node.id === id)).toEqual(before.nodes.find((node) => node.id === id));
    expect(editor.announce).toHaveBeenLastCalledWith('2 nodes tidied.');
  });

  it('change nothing for people who may only look', async () => {
    const editor = context({ mayEdit: false });
    editor.store.getState().select(['viber']);
    for (const command of commands.filter((other) => other.edits)) await runCommand(command, editor);
    expect(editor.store.getState().flow).toEqual(sampleFlow());
    expect(editor.autosaver.flush).not.toHaveBeenCalled();
    expect(menuItem(deleteCommand, editor).disabled).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { lineId, noteElementId } from '@/canvas/elements';
import { sampleFlow, types } from '@/flow-model/testing';
import type { DraftState } from './draftClient';
import { createEditorStore } from './store';

const answer: DraftState = {
  etag: '"2"',
  updated_at: '2026-01-01T00:00:00Z',
  draft_changed: true,
  diagnostics: [],
  bound: { steps: 3, messages: 1, duration: '30s' },
};

function open() {
  return createEditorStore({
    flowId: 'f',
    types,
    flow: sampleFlow(),
    etag: '"1"',
    state: { ...answer, etag: '"1"', bound: null },
    now: () => 0,
  });
}

describe('the editor store', () => {
  it('undoes and redoes what was performed', () => {
    const store = open();
    store.getState().perform({ type: 'rename_node', id: 'sms', name: 'X' }, 'Rename');
    store.getState().undo();
    expect(store.getState().flow).toEqual(sampleFlow());
    store.getState().redo();
    expect(store.getState().flow.nodes.at(-1)?.name).toBe('X');
  });

  it('removes selected nodes, lines and notes in one step', () => {
    const store = open();
    store
      .getState()
      .select(['viber', lineId('country', 'ph'), lineId('country', 'else'), noteElementId('note')]);
    store.getState().removeSelected();
    const { flow, selection } = store.getState();
    expect(flow.nodes.map((node) => node.id)).not.toContain('viber');
    expect(flow.edges).toEqual([{ from: 'start', port: 'next', to: 'country' }]);
    expect(flow.notes).toEqual([]);
    expect(selection.size).toBe(0);
    store.getState().undo();
    expect(store.getState().flow).toEqual(sampleFlow());
  });

  it('does nothing when nothing is selected', () => {
    const store = open();
    store.getState().removeSelected();
    expect(store.getState().history.past).toEqual([]);
  });

  it('keeps its selection when the same is selected again', () => {
    const store = open();
    store.getState().select(['sms']);
    const { selection } = store.getState();
    store.getState().select(['sms']);
    expect(store.getState().selection).toBe(selection);
  });

  it('drops what an undo took away from the selection', () => {
    const store = open();
    store.getState().perform({ type: 'add_node', node: { id: 'new', type: 'send' } }, 'Add');
    store.getState().select(['new', 'sms']);
    store.getState().undo();
    expect([...store.getState().selection]).toEqual(['sms']);
  });

  it('takes in what the server says to a save, and knows what changed meanwhile', () => {
    const store = open();
    store.getState().perform({ type: 'rename_node', id: 'sms', name: 'A' }, 'Rename');
    const sent = store.getState().flow;
    store.getState().perform({ type: 'rename_node', id: 'sms', name: 'B' }, 'Rename');
    store.getState().wasSaved(sent, answer);
    expect(store.getState()).toMatchObject({ etag: '"2"', save: { kind: 'changed' }, bound: { steps: 3 } });
    store.getState().wasSaved(store.getState().flow, { ...answer, etag: '"3"' });
    expect(store.getState()).toMatchObject({ etag: '"3"', save: { kind: 'saved' } });
  });

  it('shows another draft without the history of the old one', () => {
    const store = open();
    store.getState().perform({ type: 'rename_node', id: 'sms', name: 'A' }, 'Rename');
    store.getState().replace({ ...sampleFlow(), name: 'Theirs' }, { etag: '"9"' });
    expect(store.getState()).toMatchObject({ etag: '"9"', save: { kind: 'saved' }, history: { past: [] } });
    expect(store.getState().flow).toBe(store.getState().saved);
  });
});

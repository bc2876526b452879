// @vitest-environment jsdom
import { completionStatus, currentCompletions, startCompletion } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { describe, expect, it, vi } from 'vitest';
import type { ScopeEntry } from '@/flow-model';
import { completion } from './completion';
import type { CodeScope } from './scope';

const entry = (name: string): ScopeEntry => ({
  expression: name,
  name,
  group: 'inputs',
  source: 'Start',
  type: 'string',
  help: '',
  secret: false,
  definite: true,
  example: '',
  node: undefined,
});

const scope: CodeScope = {
  entries: [entry('verificationCode'), entry('customerPhoneNumber')],
  functions: [],
  exampleOf: () => '',
  words: {
    groups: { inputs: 'Inputs', variables: 'Variables', run: 'Run', functions: 'Functions' },
    setBy: () => '',
    mayBeEmpty: '',
    secret: '',
    example: '',
    type: () => 'text',
  },
} as unknown as CodeScope;

/** An editor whose list is open, with the caret at the end. */
async function openList(doc: string): Promise<EditorView> {
  const view = new EditorView({
    parent: document.body,
    state: EditorState.create({
      doc,
      selection: { anchor: doc.length },
      extensions: [completion(false, () => scope)],
    }),
  });
  startCompletion(view);
  await vi.waitUntil(() => completionStatus(view.state) === 'active', { timeout: 60_000 });
  return view;
}

const type = (view: EditorView, text: string) =>
  view.dispatch({
    changes: { from: view.state.doc.length, insert: text },
    selection: { anchor: view.state.doc.length + text.length },
    userEvent: 'input.type',
  });

describe('completion', () => {
  it('follows each letter at once, so that Enter always has its option', async () => {
    const view = await openList('{{');
    for (const letter of 'ver') {
      type(view, letter);
      expect(completionStatus(view.state)).toBe('active');
    }
    expect(currentCompletions(view.state).map(({ label }) => label)).toEqual(['verificationCode']);
    view.destroy();
  });

  it('closes when nothing fits any more', async () => {
    const view = await openList('{{');
    type(view, 'zzz');
    expect(currentCompletions(view.state)).toEqual([]);
    view.destroy();
  });
});

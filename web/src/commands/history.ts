import { msg, t } from '@lingui/core/macro';
import { Redo2, Undo2 } from 'lucide-react';
import { type Command, withModifier } from './command';

export const undoCommand: Command = {
  id: 'undo',
  label: msg`Undo`,
  icon: Undo2,
  shortcut: 'Ctrl+Z',
  keyTest: (event) => withModifier(event) && !event.shiftKey && event.key.toLowerCase() === 'z',
  // A field of the inspector shows the flow, so its undo is the flow's undo.
  whileTyping: true,
  edits: true,
  enabled: (state) => state.history.past.length > 0,
  perform: ({ store, announce }) => {
    const last = store.getState().history.past.at(-1)?.label ?? '';
    store.getState().undo();
    announce(t`Undone: ${last}.`);
  },
};

export const redoCommand: Command = {
  id: 'redo',
  label: msg`Redo`,
  icon: Redo2,
  shortcut: 'Ctrl+Shift+Z',
  keyTest: (event) =>
    withModifier(event) &&
    ((event.shiftKey && event.key.toLowerCase() === 'z') ||
      (!event.shiftKey && event.key.toLowerCase() === 'y')),
  whileTyping: true,
  edits: true,
  enabled: (state) => state.history.future.length > 0,
  perform: ({ store, announce }) => {
    const next = store.getState().history.future[0]?.label ?? '';
    store.getState().redo();
    announce(t`Done again: ${next}.`);
  },
};

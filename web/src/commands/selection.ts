import { msg } from '@lingui/core/macro';
import { BoxSelect, Trash2 } from 'lucide-react';
import { type Command, plain, withModifier } from './command';

export const deleteCommand: Command = {
  id: 'delete',
  label: msg`Delete`,
  icon: Trash2,
  shortcut: 'Del',
  keyTest: (event) => plain(event) && (event.key === 'Delete' || event.key === 'Backspace'),
  edits: true,
  enabled: (state) => state.selection.size > 0,
  perform: ({ store }) => store.getState().removeSelected(),
};

export const selectAllCommand: Command = {
  id: 'select-all',
  label: msg`Select all nodes`,
  icon: BoxSelect,
  shortcut: 'Ctrl+A',
  keyTest: (event) => withModifier(event) && !event.shiftKey && event.key.toLowerCase() === 'a',
  perform: ({ store }) => store.getState().select(store.getState().flow.nodes.map((node) => node.id)),
};

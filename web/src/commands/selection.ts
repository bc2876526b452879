import type { MessageDescriptor } from '@lingui/core';
import { msg, plural, t } from '@lingui/core/macro';
import { ArrowLeftToLine, ArrowRightToLine, BoxSelect, Trash2 } from 'lucide-react';
import { nodeOf, reachOf, titleOf } from '@/flow-model';
import { type Command, plain, withModifier } from './command';

export const deleteCommand: Command = {
  id: 'delete',
  label: msg`Delete`,
  icon: Trash2,
  shortcut: 'Del',
  keyTest: (event) => plain(event) && (event.key === 'Delete' || event.key === 'Backspace'),
  edits: true,
  enabled: (state) => state.selection.size > 0,
  perform: ({ store, announce }) => {
    const { flow, selection, removeSelected } = store.getState();
    const [only] = selection;
    const node = selection.size === 1 && only !== undefined ? nodeOf(flow, only) : undefined;
    const name = node ? titleOf(node) : '';
    removeSelected();
    if (store.getState().flow === flow) return;
    announce(
      node
        ? t`Deleted ${name}.`
        : plural(selection.size, { one: 'Deleted # element.', other: 'Deleted # elements.' }),
    );
  },
};

export const selectAllCommand: Command = {
  id: 'select-all',
  label: msg`Select all nodes`,
  icon: BoxSelect,
  shortcut: 'Ctrl+A',
  keyTest: (event) => withModifier(event) && !event.shiftKey && event.key.toLowerCase() === 'a',
  perform: ({ store }) => store.getState().select(store.getState().flow.nodes.map((node) => node.id)),
};

const selectReach = (
  id: string,
  label: MessageDescriptor,
  icon: Command['icon'],
  key: string,
  direction: 'after' | 'before',
): Command => ({
  id,
  label,
  icon,
  shortcut: key,
  keyTest: (event) => plain(event) && event.key === key,
  enabled: ({ flow, selection }) => flow.nodes.some((node) => selection.has(node.id)),
  perform: ({ store, announce }) => {
    const { flow, types, selection, select } = store.getState();
    const ids = flow.nodes.flatMap((node) => (selection.has(node.id) ? [node.id] : []));
    const reached = reachOf(flow, types, ids, direction);
    select(reached);
    announce(plural(reached.size, { one: '# node selected.', other: '# nodes selected.' }));
  },
});

export const selectUpstreamCommand = selectReach(
  'select-upstream',
  msg`Select what leads here`,
  ArrowLeftToLine,
  '[',
  'before',
);
export const selectDownstreamCommand = selectReach(
  'select-downstream',
  msg`Select what comes after`,
  ArrowRightToLine,
  ']',
  'after',
);

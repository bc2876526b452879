import { msg, plural, t } from '@lingui/core/macro';
import { AlignHorizontalDistributeCenter, StickyNote } from 'lucide-react';
import { noteElementId } from '@/canvas/elements';
import type { EditorState } from '@/editor/store';
import { arrangement, boxGraph, newNote } from '@/flow-model';
import { type Command, plain } from './command';

/** Nodes that are selected among others, when there are at least two: what is tidied alone. */
function chosen({ flow, selection }: EditorState): ReadonlySet<string> | undefined {
  const ids = new Set(flow.nodes.filter((node) => selection.has(node.id)).map((node) => node.id));
  return ids.size > 1 && ids.size < flow.nodes.length ? ids : undefined;
}

export const tidyCommand: Command = {
  id: 'tidy',
  label: msg`Tidy up`,
  icon: AlignHorizontalDistributeCenter,
  shortcut: 'L',
  keyTest: (event) => plain(event) && event.key.toLowerCase() === 'l',
  edits: true,
  enabled: (state) => state.flow.nodes.length > 1,
  perform: async ({ store, view, arrange, announce }) => {
    const before = store.getState();
    const only = chosen(before);
    const places = await arrange(boxGraph(before.flow, before.types, only));
    // The flow may be another one by now: what is gone stays gone.
    const { flow, types, perform } = store.getState();
    const operation = arrangement(flow, types, places);
    if (!operation) return announce(t`Everything is tidy already.`);
    view.glide();
    perform(operation, t`Tidy up`);
    announce(plural(Object.keys(places).length, { one: '# node tidied.', other: '# nodes tidied.' }));
    if (!only) view.fit();
  },
};

export const addNoteCommand: Command = {
  id: 'add-note',
  label: msg`Add a note`,
  icon: StickyNote,
  edits: true,
  perform: ({ store, view }) => {
    const { flow, perform, select } = store.getState();
    const note = newNote(flow, view.center());
    perform({ type: 'add_note', note }, t`Add a note`);
    select([noteElementId(note.id)]);
  },
};

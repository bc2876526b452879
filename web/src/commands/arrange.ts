import { msg, t } from '@lingui/core/macro';
import { AlignHorizontalDistributeCenter, StickyNote } from 'lucide-react';
import { noteElementId } from '@/canvas/elements';
import { layout, newNote } from '@/flow-model';
import { type Command, plain } from './command';

export const tidyCommand: Command = {
  id: 'tidy',
  label: msg`Tidy up`,
  icon: AlignHorizontalDistributeCenter,
  shortcut: 'L',
  keyTest: (event) => plain(event) && event.key.toLowerCase() === 'l',
  edits: true,
  enabled: (state) => state.flow.nodes.length > 1,
  perform: ({ store, view }) => {
    const { flow, types, perform } = store.getState();
    perform({ type: 'move', positions: layout(flow, types) }, t`Tidy up`);
    view.fit();
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

import { msg } from '@lingui/core/macro';
import { CirclePlus, Spline, SquarePlus, TextCursorInput } from 'lucide-react';
import { lineEnd } from '@/canvas/elements';
import type { EditorState } from '@/editor/store';
import { exitOf, nodeOf, portsOf } from '@/flow-model';
import { type Command, type CommandContext, type Exit, plain } from './command';

export const addAfterCommand: Command = {
  id: 'add-after',
  label: msg`Add a node after this one`,
  icon: CirclePlus,
  shortcut: 'A',
  keyTest: (event) => plain(event) && event.key.toLowerCase() === 'a',
  edits: true,
  enabled: (state) => exitAtHand(state) !== undefined,
  perform: ({ store, dialogs }) => {
    const exit = exitAtHand(store.getState());
    if (exit) dialogs.addNode(exit);
  },
};

export const addHereCommand: Command = {
  id: 'add-here',
  label: msg`Add a node here`,
  icon: SquarePlus,
  shortcut: '/',
  keyTest: (event) => plain(event) && event.key === '/',
  edits: true,
  perform: ({ store, view, dialogs }) => {
    const exit = exitAtHand(store.getState());
    dialogs.addNode(exit ?? { place: view.pointer() ?? view.center() });
  },
};

export const renameCommand: Command = {
  id: 'rename',
  label: msg`Rename the node`,
  icon: TextCursorInput,
  shortcut: 'F2',
  keyTest: (event) => plain(event) && event.key === 'F2',
  edits: true,
  enabled: (state) => onlyNode(state) !== undefined,
  perform: ({ store, view }) => {
    const id = onlyNode(store.getState());
    if (id !== undefined) view.rename(id);
  },
};

function onlyNode({ flow, selection }: EditorState): string | undefined {
  const [only] = selection;
  return selection.size === 1 && only !== undefined && nodeOf(flow, only) ? only : undefined;
}

export const connectCommand: Command = {
  id: 'connect',
  label: msg`Connect to…`,
  icon: Spline,
  shortcut: 'C',
  keyTest: (event) => plain(event) && event.key.toLowerCase() === 'c',
  edits: true,
  enabled: (state) => exitAtHand(state) !== undefined,
  perform: (context) => openConnect(context),
};

function openConnect({ store, dialogs }: CommandContext): void {
  const state = store.getState();
  const exit = chosenExit(state) ?? exitAtHand(state);
  const node = exit && nodeOf(state.flow, exit.from);
  if (!node) return;
  // Where there is nothing to choose the dialog begins with the target.
  const known = chosenExit(state) !== undefined || portsOf(node, state.types.get(node.type)).length === 1;
  dialogs.connect(known ? exit : { from: exit.from });
}

/** The exit that has the focus, or that a selected line leaves by. */
function chosenExit(state: EditorState): Required<Exit> | undefined {
  const focused = document.activeElement?.closest<HTMLElement>('[data-port]')?.dataset;
  if (focused?.node && focused.port) return { from: focused.node, port: focused.port };
  const [only] = state.selection;
  return state.selection.size === 1 && only !== undefined ? lineEnd(only) : undefined;
}

/** The exit that keys are about: the chosen one, or else the best one of the selected node. */
function exitAtHand(state: EditorState): Required<Exit> | undefined {
  const chosen = chosenExit(state);
  const [only] = state.selection;
  if (chosen || state.selection.size !== 1 || only === undefined) return chosen;
  const port = exitOf(state.flow, state.types, only);
  return port && { from: only, port: port.name };
}

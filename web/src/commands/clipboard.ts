import { msg, t } from '@lingui/core/macro';
import { ClipboardPaste, Copy, CopyPlus, Scissors } from 'lucide-react';
import { noteElementId, noteIdOf } from '@/canvas/elements';
import type { EditorState } from '@/editor/store';
import {
  type Fragment,
  fragmentOf,
  fragmentText,
  type Operation,
  type Position,
  parseFragment,
  paste,
  removeNodes,
  toGrid,
} from '@/flow-model';
import { type Command, type CommandContext, withModifier } from './command';

/** How far a copy stands from its original, in canvas pixels. */
const copyShift = { x: 40, y: 40 };

/** What copying would take along now. */
export function selectedFragment(state: EditorState): Fragment {
  const notes = new Set([...state.selection].flatMap((id) => noteIdOf(id) ?? []));
  return fragmentOf(state.flow, state.types, state.selection, notes);
}

function copies(state: EditorState): boolean {
  return !isEmpty(selectedFragment(state));
}

/** Whether there is nothing to copy. */
export function isEmpty({ nodes, notes }: Fragment): boolean {
  return nodes.length + notes.length === 0;
}

/** Adds the fragment's nodes and notes and selects them: where the mouse is, or a little beside their originals. */
export function pasteFragment(
  { store, view }: CommandContext,
  fragment: Fragment,
  label: string,
  place?: Position,
): void {
  const { flow, types, perform, select } = store.getState();
  const { operation, ids, notes } = paste(
    flow,
    types,
    fragment,
    place ? shiftTo(fragment, place) : copyShift,
  );
  perform(operation, label);
  const added = [...ids, ...notes.map(noteElementId)];
  select(added);
  view.ensure(added);
}

function shiftTo({ nodes, notes }: Fragment, { x, y }: Position): Position {
  const places = [...nodes, ...notes].map(({ position }) => position ?? { x: 0, y: 0 });
  return {
    x: toGrid(x) - Math.min(...places.map((place) => place.x)),
    y: toGrid(y) - Math.min(...places.map((place) => place.y)),
  };
}

function put(context: CommandContext): Fragment {
  const fragment = selectedFragment(context.store.getState());
  context.clipboard.text = fragmentText(fragment);
  // Refused outside of secure pages; then the copy stays within this page.
  void navigator.clipboard?.writeText(context.clipboard.text).catch(() => undefined);
  return fragment;
}

/*
 * Ctrl+C, X and V come as clipboard events, which work without asking the
 * person for a permission; these entries serve menus.
 */
export const copyCommand: Command = {
  id: 'copy',
  label: msg`Copy`,
  icon: Copy,
  shortcut: 'Ctrl+C',
  enabled: copies,
  perform: (context) => void put(context),
};

export const cutCommand: Command = {
  id: 'cut',
  label: msg`Cut`,
  icon: Scissors,
  shortcut: 'Ctrl+X',
  edits: true,
  enabled: copies,
  perform: (context) => cutFragment(context, put(context)),
};

/** Takes the nodes and notes that were copied off the canvas. */
export function cutFragment({ store }: CommandContext, { nodes, notes }: Fragment): void {
  const { flow, perform } = store.getState();
  const operations: Operation[] = [
    removeNodes(flow, new Set(nodes.map((node) => node.id))),
    ...notes.map(({ id }) => ({ type: 'remove_note' as const, id })),
  ];
  perform({ type: 'batch', operations }, t`Cut`);
}

export const pasteCommand: Command = {
  id: 'paste',
  label: msg`Paste`,
  icon: ClipboardPaste,
  shortcut: 'Ctrl+V',
  edits: true,
  perform: async (context) => {
    const outside = await navigator.clipboard?.readText().catch(() => '');
    const fragment = parseFragment(outside ?? '') ?? parseFragment(context.clipboard.text);
    if (fragment) pasteFragment(context, fragment, t`Paste`, context.view.pointer());
  },
};

export const duplicateCommand: Command = {
  id: 'duplicate',
  label: msg`Duplicate`,
  icon: CopyPlus,
  shortcut: 'Ctrl+D',
  keyTest: (event) => withModifier(event) && event.key.toLowerCase() === 'd',
  edits: true,
  enabled: copies,
  perform: (context) => pasteFragment(context, selectedFragment(context.store.getState()), t`Duplicate`),
};

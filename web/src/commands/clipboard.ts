import { msg, t } from '@lingui/core/macro';
import { ClipboardPaste, Copy, CopyPlus, Scissors } from 'lucide-react';
import type { EditorState } from '@/editor/store';
import {
  type Fragment,
  fragmentOf,
  fragmentText,
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
  return fragmentOf(state.flow, state.types, state.selection);
}

function copies(state: EditorState): boolean {
  return selectedFragment(state).nodes.length > 0;
}

/** Adds the fragment's nodes and selects them: where the mouse is, or a little beside their originals. */
export function pasteFragment(
  { store }: CommandContext,
  fragment: Fragment,
  label: string,
  place?: Position,
): void {
  const { flow, types, perform, select } = store.getState();
  const { operation, ids } = paste(flow, types, fragment, place ? shiftTo(fragment, place) : copyShift);
  perform(operation, label);
  select(ids);
}

function shiftTo({ nodes }: Fragment, { x, y }: Position): Position {
  const places = nodes.map((node) => node.position ?? { x: 0, y: 0 });
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

/** Takes the nodes that were copied off the canvas. */
export function cutFragment({ store }: CommandContext, fragment: Fragment): void {
  const { flow, perform } = store.getState();
  perform(removeNodes(flow, new Set(fragment.nodes.map((node) => node.id))), t`Cut`);
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

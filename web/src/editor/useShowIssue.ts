import { useCallback } from 'react';
import type { Diagnostic } from '@/canvas/cards';
import { nodeOf, pointerTokens } from '@/flow-model';
import { useEditor } from './context';

/** How many frames the form of a node may take until it is drawn. */
const drawnWithin = 30;

/** Leads to what a finding is about: selects the node, brings it into sight, and gives the keys to the field. */
export function useShowIssue(): (found: Diagnostic) => void {
  const { store, view } = useEditor();
  return useCallback(
    (found) => {
      if (!nodeOf(store.getState().flow, found.node)) return;
      store.getState().select([found.node]);
      view.reveal([found.node]);
      const path = configPath(found.pointer);
      if (path.length > 0) focusField(path);
    },
    [store, view],
  );
}

/** The path within a node's config that a pointer such as /nodes/3/config/message/text names. */
export function configPath(pointer: string): string[] {
  const [where, , part, ...path] = pointerTokens(pointer);
  return where === 'nodes' && part === 'config' ? path : [];
}

function focusField(path: string[], frames = drawnWithin): void {
  const target = fieldAt(path);
  if (target) {
    target.focus();
    target.scrollIntoView({ block: 'center' });
  } else if (frames > 0) requestAnimationFrame(() => focusField(path, frames - 1));
}

/** The control of the field at the path or, when that has none of its own, of the nearest field around it. */
function fieldAt(path: string[]): HTMLElement | undefined {
  for (let length = path.length; length > 0; length--) {
    const place = document.querySelector(`[data-field="${CSS.escape(path.slice(0, length).join('/'))}"]`);
    const control =
      place?.querySelector<HTMLElement>('[aria-invalid="true"]') ??
      place?.querySelector<HTMLElement>(
        'input, textarea, [role="combobox"], [contenteditable="true"], button',
      );
    if (control) return control;
  }
  return undefined;
}

import { t } from '@lingui/core/macro';
import { Minus, Pencil, Plus } from 'lucide-react';
import { type NodeMark, type Overlay, portKey } from '@/canvas/FlowCanvas';
import { type ChangeKind, type Flow, type FlowDiff, lineKey, onlyMoved } from '@/flow-model';

export const changeIcons = { added: Plus, removed: Minus, changed: Pencil };

export function changeWord(kind: ChangeKind): string {
  return { added: t`Added`, removed: t`Removed`, changed: t`Changed` }[kind];
}

/**
 * Two flows in one drawing: the later one, and where they were what it has no
 * more. A line whose end changed is drawn as it is now.
 */
export function joined(before: Flow, after: Flow): Flow {
  const nodes = new Set(after.nodes.map((node) => node.id));
  const lines = new Set(after.edges.map(lineKey));
  const notes = new Set((after.notes ?? []).map((note) => note.id));
  return {
    ...after,
    nodes: [...after.nodes, ...before.nodes.filter((node) => !nodes.has(node.id))],
    edges: [...after.edges, ...before.edges.filter((edge) => !lines.has(lineKey(edge)))],
    notes: [...(after.notes ?? []), ...(before.notes ?? []).filter((note) => !notes.has(note.id))],
  };
}

/** The marks of a diff on the joined flow. */
export function diffOverlay(diff: FlowDiff): Overlay {
  const nodes = new Map<string, NodeMark>();
  for (const change of diff.nodes) {
    if (onlyMoved(change)) continue;
    nodes.set(change.id, {
      tone: change.kind,
      badge: changeWord(change.kind),
      icon: changeIcons[change.kind],
    });
  }
  const lines = new Map<string, 'added' | 'removed'>();
  for (const { from, port, kind } of diff.lines)
    lines.set(portKey(from, port), kind === 'removed' ? 'removed' : 'added');
  return { nodes, lines, mutesOthers: true };
}

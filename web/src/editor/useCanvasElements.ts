import { t } from '@lingui/core/macro';
import { applyNodeChanges, type EdgeChange, type NodeChange, useStoreApi } from '@xyflow/react';
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { type CanvasNode, type Elements, elementsOf, type LineEdge, noteIdOf } from '@/canvas/elements';
import { type Operation, type Position, rounded } from '@/flow-model';
import { useEditor, useEditorState } from './context';

/**
 * React Flow's view of the draft. While cards are dragged their places live
 * here; when they are let go they become one move in the flow's history.
 */
export function useCanvasElements(
  aligned: (changes: NodeChange<CanvasNode>[], shown: readonly CanvasNode[]) => NodeChange<CanvasNode>[],
) {
  const { store, mayEdit } = useEditor();
  const canvas = useStoreApi();
  const flow = useEditorState((state) => state.flow);
  const types = useEditorState((state) => state.types);
  const diagnostics = useEditorState((state) => state.diagnostics);
  const selection = useEditorState((state) => state.selection);

  const previous = useRef<Elements>(undefined);
  const elements = useMemo(() => {
    const next = elementsOf({ flow, types, diagnostics, readOnly: !mayEdit }, previous.current);
    previous.current = next;
    return next;
  }, [flow, types, diagnostics, mayEdit]);

  const [nodes, setNodes] = useState<CanvasNode[]>(() => elements.nodes);
  useLayoutEffect(
    () => setNodes((shown) => merged(shown, elements.nodes, selection)),
    [elements.nodes, selection],
  );

  const latest = useRef(nodes);
  latest.current = nodes;

  const lines = useRef(new Map<string, LineEdge>());
  const edges = useMemo(() => {
    const next = elements.edges.map((edge) => {
      const selected = selection.has(edge.id);
      const old = lines.current.get(edge.id);
      if (old && old.data === edge.data && old.target === edge.target && old.selected === selected)
        return old;
      return { ...edge, selected };
    });
    lines.current = new Map(next.map((edge) => [edge.id, edge]));
    return next;
  }, [elements.edges, selection]);

  const takeSelection = useCallback(
    (changes: (NodeChange<CanvasNode> | EdgeChange<LineEdge>)[]) => {
      const selects = changes.filter((change) => change.type === 'select');
      if (selects.length === 0) return;
      const next = new Set(store.getState().selection);
      for (const { id, selected } of selects) {
        if (selected) next.add(id);
        else next.delete(id);
      }
      store.getState().select(next);
    },
    [store],
  );
  const onNodesChange = useCallback(
    (all: NodeChange<CanvasNode>[]) => {
      takeSelection(all);
      const changes = aligned(all, latest.current);
      setNodes((shown) =>
        applyNodeChanges(
          changes.filter((change) => change.type !== 'select' && change.type !== 'remove'),
          shown,
        ),
      );
      const moved = letGo(changes);
      if (moved.size === 0) return;
      const { flow: current, perform } = store.getState();
      const operation = moveOf(current, moved);
      if (operation) perform(operation, t`Move`);
    },
    [store, takeSelection, aligned],
  );
  /** A frame that is drawn around nodes selects nodes; React Flow would add every line that touches one. */
  const onEdgesChange = useCallback(
    (changes: EdgeChange<LineEdge>[]) => {
      const framing = canvas.getState().userSelectionActive;
      takeSelection(
        framing ? changes.filter((change) => change.type !== 'select' || !change.selected) : changes,
      );
    },
    [canvas, takeSelection],
  );
  return { nodes, edges, onNodesChange, onEdgesChange };
}

/** The shown nodes brought up to date; what did not change keeps its identity and its measured size. */
function merged(shown: CanvasNode[], next: CanvasNode[], selection: ReadonlySet<string>): CanvasNode[] {
  const known = new Map(shown.map((node) => [node.id, node]));
  return next.map((node) => {
    const selected = selection.has(node.id);
    const old = known.get(node.id);
    if (!old) return { ...node, selected };
    const position = old.dragging ? old.position : node.position;
    const same =
      old.data === node.data &&
      old.position.x === position.x &&
      old.position.y === position.y &&
      (old.selected ?? false) === selected &&
      old.height === node.height;
    return same ? old : ({ ...old, ...node, position, selected } as CanvasNode);
  });
}

/** Where elements came to rest: by mouse at the end of the drag, by arrow keys at each press. */
function letGo(changes: NodeChange<CanvasNode>[]): Map<string, Position> {
  const moved = new Map<string, Position>();
  for (const change of changes) {
    if (change.type === 'position' && !change.dragging && change.position)
      moved.set(change.id, rounded(change.position));
  }
  return moved;
}

function moveOf(
  flow: { nodes: { id: string; position?: Position }[]; notes?: { id: string; position?: Position }[] },
  moved: Map<string, Position>,
): Operation | undefined {
  const positions: { [id: string]: Position } = {};
  const operations: Operation[] = [];
  for (const [id, position] of moved) {
    const noteId = noteIdOf(id);
    const old =
      noteId === undefined
        ? flow.nodes.find((node) => node.id === id)
        : flow.notes?.find((note) => note.id === noteId);
    if (!old || (old.position?.x === position.x && old.position.y === position.y)) continue;
    if (noteId === undefined) positions[id] = position;
    else operations.push({ type: 'change_note', id: noteId, change: { position } });
  }
  if (Object.keys(positions).length > 0) operations.unshift({ type: 'move', positions });
  return operations.length > 0 ? { type: 'batch', operations } : undefined;
}

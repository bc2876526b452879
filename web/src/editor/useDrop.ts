import { t } from '@lingui/core/macro';
import { useReactFlow } from '@xyflow/react';
import type { DragEvent, RefObject } from 'react';
import { edgeAt, type NodeType, nodeOf, type Position, splice, titleOf } from '@/flow-model';
import { useEditor } from './context';
import { lineAt, markLineAt } from './dropLine';
import { exitTitle } from './exitTitle';
import { centered, draggedType, useAddNode } from './Palette';

/** Takes a node type that is dropped on the canvas: onto free ground, or into the line under it. */
export function useDrop(surface: RefObject<HTMLElement | null>): (event: DragEvent) => void {
  const { store, announce } = useEditor();
  const { screenToFlowPosition } = useReactFlow();
  const add = useAddNode();
  /** Puts a new node into a line; false when the type or the line does not allow it. */
  const spliceInto = (exit: { from: string; port: string }, type: NodeType, place: Position) => {
    const { flow, types, perform, select } = store.getState();
    const edge = edgeAt(flow, exit.from, exit.port);
    const spliced = edge && splice(flow, types, type, edge, place);
    if (!edge || !spliced) return false;
    perform(spliced.operation, t`Add ${type.title}`);
    select([spliced.id]);
    const target = nodeOf(flow, edge.to);
    announce(
      t`${type.title} added between ${exitTitle(flow, types, exit)} and ${target ? titleOf(target) : edge.to}.`,
    );
    return true;
  };
  return (event: DragEvent) => {
    const type = store.getState().types.get(event.dataTransfer.getData(draggedType));
    if (!type) return;
    event.preventDefault();
    const place = centered(screenToFlowPosition({ x: event.clientX, y: event.clientY }));
    const line = lineAt(event.clientX, event.clientY);
    markLineAt(event.currentTarget);
    if (!line || !spliceInto(line, type, place)) add(type, place);
    // The keys that follow are meant for the canvas.
    surface.current?.focus({ preventScroll: true });
  };
}

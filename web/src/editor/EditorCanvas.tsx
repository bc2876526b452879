import { useLingui } from '@lingui/react/macro';
import {
  Background,
  BackgroundVariant,
  ConnectionLineType,
  MiniMap,
  ReactFlow,
  SelectionMode,
  useReactFlow,
  type Viewport,
} from '@xyflow/react';
import { type DragEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import '@xyflow/react/dist/base.css';
import '@/canvas/canvas.css';
import { CardMenuContext } from '@/canvas/cardMenu';
import { drawsOnlyVisible, FarContext, useIsFar } from '@/canvas/detail';
import type { CanvasNode, LineEdge } from '@/canvas/elements';
import { fitOptions, useFirstView, viewOf, zoomRange } from '@/canvas/firstView';
import { InsertContext } from '@/canvas/insertAction';
import { edgeTypes, nodeTypes } from '@/canvas/types';
import type { CanvasView } from '@/commands/command';
import { edgeAt, type NodeType, nodeOf, type Position, splice, titleOf } from '@/flow-model';
import { EmptyState } from '@/ui';
import { CanvasMenu, type MenuAnchor } from './CanvasMenu';
import { useEditor, useEditorState } from './context';
import { lineAt, markLineAt } from './dropLine';
import styles from './EditorCanvas.module.css';
import { exitTitle } from './exitTitle';
import { centered, draggedType, useAddNode } from './Palette';
import { useCanvasElements } from './useCanvasElements';
import { useConnections } from './useConnections';

/** The canvas of the open draft: everything that a mouse or keys do to it becomes an operation. */
export function EditorCanvas({ onView }: { onView(view: CanvasView): void }) {
  const { t } = useLingui();
  const { mayEdit, store, dialogs, announce } = useEditor();
  const empty = useEditorState((state) => state.flow.nodes.length === 0);
  const { nodes, edges, onNodesChange, onEdgesChange } = useCanvasElements();
  const connections = useConnections();
  const far = useIsFar();
  const [menu, setMenu] = useState<MenuAnchor>();
  const { screenToFlowPosition } = useReactFlow();
  const surface = useRef<HTMLDivElement>(null);
  // Only at first: the view must not jump when nodes are added.
  const first = useFirstView(surface, (canvas) => firstView(nodes, canvas));
  useView(surface, onView);
  const add = useAddNode();

  const openMenu = useCallback(
    (nodeId: string, anchor: DOMRect) => {
      store.getState().select([nodeId]);
      setMenu({ x: anchor.left, y: anchor.bottom + 4 });
    },
    [store],
  );
  const offer = useCallback((from: string, port: string) => dialogs.addNode({ from, port }), [dialogs]);
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
  const drop = (event: DragEvent) => {
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

  return (
    <CardMenuContext value={mayEdit ? openMenu : undefined}>
      <InsertContext value={mayEdit ? offer : undefined}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: React Flow inside has the roles; this takes what is dropped */}
        <div
          className={styles.canvas}
          ref={surface}
          tabIndex={-1}
          data-canvas-surface
          onDragOver={(event) => {
            if (!event.dataTransfer.types.includes(draggedType)) return;
            event.preventDefault();
            event.dataTransfer.dropEffect = 'copy';
            markLineAt(event.currentTarget, { x: event.clientX, y: event.clientY });
          }}
          onDragLeave={(event) => markLineAt(event.currentTarget)}
          onDrop={drop}
        >
          {first && (
            <FarContext value={far}>
              <ReactFlow<CanvasNode, LineEdge>
                aria-label={t`Canvas`}
                data-testid="canvas"
                nodes={nodes}
                edges={edges}
                nodeTypes={nodeTypes}
                edgeTypes={edgeTypes}
                onNodesChange={onNodesChange}
                onEdgesChange={onEdgesChange}
                {...connections}
                connectionLineType={ConnectionLineType.SmoothStep}
                connectionRadius={28}
                onlyRenderVisibleElements={drawsOnlyVisible(nodes.length)}
                nodesDraggable={mayEdit}
                nodesConnectable={mayEdit}
                edgesReconnectable={mayEdit}
                defaultViewport={first}
                {...zoomRange}
                panOnScroll
                selectionOnDrag={false}
                selectionMode={SelectionMode.Partial}
                multiSelectionKeyCode={['Shift', 'Control', 'Meta']}
                // Deleting is a command of ours: it knows about undo.
                deleteKeyCode={null}
                elevateNodesOnSelect={false}
                onNodeContextMenu={(event, node) => {
                  event.preventDefault();
                  if (!store.getState().selection.has(node.id)) store.getState().select([node.id]);
                  setMenu({ x: event.clientX, y: event.clientY });
                }}
                onPaneContextMenu={(event) => {
                  event.preventDefault();
                  store.getState().select([]);
                  setMenu({ x: event.clientX, y: event.clientY });
                }}
                attributionPosition="bottom-left"
              >
                <Background variant={BackgroundVariant.Dots} gap={20} size={1.4} />
                {!empty && (
                  <MiniMap
                    pannable
                    zoomable
                    ariaLabel={t`Map of the flow`}
                    className={styles.minimap}
                    nodeStrokeWidth={0}
                  />
                )}
              </ReactFlow>
            </FarContext>
          )}
          {empty && (
            <div className={styles.empty}>
              <EmptyState
                title={t`Drag a Start onto the canvas.`}
                detail={t`Every flow begins with one. Then add what should happen, and connect the dots.`}
              />
            </div>
          )}
        </div>
      </InsertContext>
      {menu && <CanvasMenu anchor={menu} onClose={() => setMenu(undefined)} />}
    </CardMenuContext>
  );
}

/** The whole flow or, while there is no more than a start, room to draw at its right. */
function firstView(nodes: CanvasNode[], canvas: { width: number; height: number }): Viewport {
  if (nodes.length > 1) return viewOf(nodes, canvas);
  const { x, y } = nodes[0]?.position ?? { x: 0, y: 0 };
  return { x: 64 - x, y: 240 - y, zoom: 1 };
}

/** A little longer than the transition in EditorCanvas.module.css. */
const glideMs = 240;

/** How long the view travels, in milliseconds; not at all for people who want no motion. */
function travelMs(): number {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 160;
}

/** Runs the task when what just changed is on screen and measured. */
function whenDrawn(task: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(task));
}

/** How many frames a new card may take until it is measured: hidden before, it cannot have the focus. */
const measuredWithin = 30;

function focusCard(surface: HTMLElement | null, nodeId: string, frames = measuredWithin): void {
  const card = surface?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(nodeId)}"]`);
  card?.focus({ preventScroll: true });
  if (frames > 0 && (!card || document.activeElement !== card))
    requestAnimationFrame(() => focusCard(surface, nodeId, frames - 1));
}

/** For as long as cards travel to new places, lines fade in at theirs. */
function glide(surface: HTMLElement | null): void {
  if (!surface || travelMs() === 0) return;
  surface.dataset.gliding = '';
  setTimeout(() => delete surface.dataset.gliding, glideMs);
}

/** Gives commands their hands on the view. */
function useView(surface: React.RefObject<HTMLDivElement | null>, onView: (view: CanvasView) => void): void {
  const { fitView, zoomIn, zoomOut, screenToFlowPosition } = useReactFlow();
  const view = useMemo(
    (): CanvasView => ({
      fit: () => void fitView({ ...fitOptions, duration: travelMs() }),
      // At once: a second press while the first still moves would be lost.
      zoomIn: () => void zoomIn(),
      zoomOut: () => void zoomOut(),
      // A new element is measured in the next frames.
      reveal: (ids) =>
        whenDrawn(
          () =>
            void fitView({
              nodes: ids.map((id) => ({ id })),
              padding: 0.6,
              maxZoom: 1,
              minZoom: 0.5,
              duration: travelMs(),
            }),
        ),
      glide: () => glide(surface.current),
      focus: (nodeId) => whenDrawn(() => focusCard(surface.current, nodeId)),
      center: () => {
        const box = surface.current?.getBoundingClientRect();
        if (!box) return { x: 0, y: 0 };
        return screenToFlowPosition({ x: box.left + box.width / 2, y: box.top + box.height / 2 });
      },
    }),
    [fitView, zoomIn, zoomOut, screenToFlowPosition, surface],
  );
  useEffect(() => {
    onView(view);
  }, [view, onView]);
}

import { useLingui } from '@lingui/react/macro';
import {
  Background,
  BackgroundVariant,
  ConnectionLineType,
  MiniMap,
  ReactFlow,
  SelectionMode,
  type Viewport,
} from '@xyflow/react';
import { useCallback, useRef, useState } from 'react';
import '@xyflow/react/dist/base.css';
import '@/canvas/canvas.css';
import { CardMenuContext } from '@/canvas/cardMenu';
import { drawsOnlyVisible, FarContext, useIsFar } from '@/canvas/detail';
import type { CanvasNode, LineEdge } from '@/canvas/elements';
import { useFirstView, viewOf, zoomRange } from '@/canvas/firstView';
import { InsertContext } from '@/canvas/insertAction';
import { createRename, RenameContext } from '@/canvas/rename';
import { edgeTypes, nodeTypes } from '@/canvas/types';
import type { CanvasView } from '@/commands/command';
import { grid, nodeOf } from '@/flow-model';
import { EmptyState } from '@/ui';
import { CanvasMenu, type MenuAnchor } from './CanvasMenu';
import { useEditor, useEditorState } from './context';
import { markLineAt } from './dropLine';
import styles from './EditorCanvas.module.css';
import { FirstStep } from './FirstStep';
import { Guides } from './Guides';
import { JumpOffer, type WayBack } from './JumpOffer';
import { draggedType } from './Palette';
import { useAlignment } from './useAlignment';
import { useCanvasElements } from './useCanvasElements';
import { useConnections } from './useConnections';
import { useDrop } from './useDrop';
import { useLongPress } from './useLongPress';
import { useView } from './useView';

const mapSize = { width: 168, height: 112 };

/** The canvas of the open draft: everything that a mouse or keys do to it becomes an operation. */
export function EditorCanvas({ onView }: { onView(view: CanvasView): void }) {
  const { t } = useLingui();
  const { mayEdit, store, dialogs } = useEditor();
  const empty = useEditorState((state) => state.flow.nodes.length === 0);
  const { aligned, guides, watchKeys } = useAlignment();
  const { nodes, edges, onNodesChange, onEdgesChange } = useCanvasElements(aligned);
  const [back, setBack] = useState<WayBack>();
  const { connections, tapped } = useConnections(setBack);
  const far = useIsFar();
  const [menu, setMenu] = useState<MenuAnchor>();
  const surface = useRef<HTMLDivElement>(null);
  // Only at first: the view must not jump when nodes are added.
  const first = useFirstView(surface, (canvas) => firstView(nodes, canvas));
  const [rename] = useState(() =>
    createRename((id, name) => {
      const { flow, perform } = store.getState();
      if (nodeOf(flow, id)?.name !== name) perform({ type: 'rename_node', id, name }, t`Rename`);
    }),
  );
  useView(surface, onView, rename);
  useLongPress(surface, (nodeId, place) => {
    store.getState().select(nodeId === undefined ? [] : [nodeId]);
    setMenu(place);
  });
  const openMenu = useCallback(
    (nodeId: string, anchor: DOMRect) => {
      store.getState().select([nodeId]);
      setMenu({ x: anchor.left, y: anchor.bottom + 4 });
    },
    [store],
  );
  const offer = useCallback((from: string, port: string) => dialogs.addNode({ from, port }), [dialogs]);
  const drop = useDrop(surface);

  return (
    <CardMenuContext value={mayEdit ? openMenu : undefined}>
      <RenameContext value={mayEdit ? rename : undefined}>
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
            onPointerMoveCapture={watchKeys}
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
                  onNodeClick={tapped}
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
                  <Background variant={BackgroundVariant.Dots} gap={grid} size={1.4} />
                  <Guides guides={guides} />
                  {!empty && (
                    <MiniMap
                      pannable
                      zoomable
                      ariaLabel={t`Map of the flow`}
                      className={styles.minimap}
                      // Not in the style sheet: React Flow draws the map to this size.
                      style={mapSize}
                      nodeStrokeWidth={0}
                    />
                  )}
                </ReactFlow>
              </FarContext>
            )}
            <FirstStep />
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
      </RenameContext>
      {back && <JumpOffer {...back} onClose={() => setBack(undefined)} />}
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

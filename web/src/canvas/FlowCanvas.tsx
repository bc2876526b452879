import { useLingui } from '@lingui/react/macro';
import {
  Background,
  BackgroundVariant,
  type FitViewOptions,
  ReactFlow,
  ReactFlowProvider,
  useNodesInitialized,
  useReactFlow,
} from '@xyflow/react';
import { useEffect, useMemo, useRef } from 'react';
import '@xyflow/react/dist/base.css';
import './canvas.css';
import { byType, type Flow, type NodeType } from '@/flow-model';
import type { Diagnostic } from './cards';
import { drawsOnlyVisible, FarContext, useIsFar } from './detail';
import { type CardNode, type Elements, elementsOf, noteIdOf } from './elements';
import { fitOptions, useFirstView, viewOf, zoomRange } from './firstView';
import { type Overlay, OverlayContext, useOverlayOf } from './overlay';
import { edgeTypes, nodeTypes } from './types';

export type { Diagnostic } from './cards';
export { jumpHandle } from './elements';
export { type NodeMark, type NodeTone, type Overlay, type PortMark, portKey } from './overlay';

export interface FlowCanvasProps {
  flow: Flow;
  /** The node types, as `GET /node-types` lists them. */
  specs: readonly NodeType[];
  /** What is marked: a run's path, counts, differences; see overlay.ts. */
  overlay?: Overlay | undefined;
  diagnostics?: readonly Diagnostic[];
  /** The id of the node that is shown as selected. */
  selected?: string | undefined;
  /** Ids of the nodes to bring into view whenever they change; without it the whole flow. */
  focus?: readonly string[] | undefined;
  /** A node was clicked, or the empty canvas. */
  onSelect?: (nodeId: string | undefined) => void;
  'aria-label'?: string;
}

const none: readonly Diagnostic[] = [];

/** A flow to look at: it can be panned and zoomed, its nodes selected, nothing changed. */
export function FlowCanvas({ overlay, ...props }: FlowCanvasProps) {
  return (
    <OverlayContext value={useOverlayOf(overlay)}>
      <ReactFlowProvider>
        <ReadOnlyCanvas {...props} />
      </ReactFlowProvider>
    </OverlayContext>
  );
}

function ReadOnlyCanvas({
  flow,
  specs,
  diagnostics = none,
  selected,
  focus,
  onSelect,
  ...rest
}: Omit<FlowCanvasProps, 'overlay'>) {
  const types = useMemo(() => byType(specs), [specs]);
  const { t } = useLingui();
  const previous = useRef<Elements>(undefined);
  const elements = useMemo(() => {
    const next = elementsOf({ flow, types, diagnostics, readOnly: true }, previous.current);
    previous.current = next;
    return next;
  }, [flow, types, diagnostics]);
  const nodes = useMemo(
    () => elements.nodes.map((node) => (node.id === selected ? { ...node, selected: true } : node)),
    [elements.nodes, selected],
  );
  const surface = useRef<HTMLDivElement>(null);
  const first = useFirstView(surface, (canvas) =>
    viewOf(focus ? nodes.filter((node) => focus.includes(node.id)) : nodes, canvas),
  );
  useFocus(focus);
  const far = useIsFar();
  return (
    <div ref={surface} className="canvas-surface">
      {first && (
        <FarContext value={far}>
          <ReactFlow
            aria-label={rest['aria-label'] ?? t`The flow ${flow.name}`}
            nodes={nodes}
            edges={elements.edges}
            nodeTypes={nodeTypes}
            edgeTypes={edgeTypes}
            defaultViewport={first}
            {...zoomRange}
            onlyRenderVisibleElements={drawsOnlyVisible(nodes.length)}
            nodesDraggable={false}
            nodesConnectable={false}
            edgesFocusable={false}
            deleteKeyCode={null}
            onNodeClick={(_, node) =>
              onSelect?.(noteIdOf(node.id) === undefined ? (node as CardNode).id : undefined)
            }
            onPaneClick={() => onSelect?.(undefined)}
            attributionPosition="bottom-left"
          >
            <Background variant={BackgroundVariant.Dots} gap={20} size={1.4} />
          </ReactFlow>
        </FarContext>
      )}
    </div>
  );
}

/** Moves the view to these nodes each time they change, and leaves it to the user in between. */
function useFocus(focus: readonly string[] | undefined): void {
  const { fitView } = useReactFlow();
  const ready = useNodesInitialized();
  const key = focus ? JSON.stringify(focus) : '';
  const shown = useRef(key);
  useEffect(() => {
    if (!ready || shown.current === key) return;
    shown.current = key;
    const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    void fitView({ ...fitOptionsFor(key), duration: still ? 0 : 180 });
  }, [ready, key, fitView]);
}

function fitOptionsFor(key: string): FitViewOptions {
  return key ? { ...fitOptions, nodes: (JSON.parse(key) as string[]).map((id) => ({ id })) } : fitOptions;
}

import { t } from '@lingui/core/macro';
import {
  type Connection,
  type Edge,
  type FinalConnectionState,
  type HandleType,
  useStoreApi,
} from '@xyflow/react';
import { useCallback, useRef } from 'react';
import { jumpHandle, type LineEdge, lineEnd, noteIdOf } from '@/canvas/elements';
import { connect, connectionProblem, type Operation, wayTo } from '@/flow-model';
import { toast } from '@/ui';
import { useEditor } from './context';
import type { WayBack } from './JumpOffer';

/** What React Flow asks about lines: whether one may be drawn, and what drawing, moving and dropping one does. */
export function useConnections(onWayBack: (way: WayBack) => void) {
  const { store, announce } = useEditor();
  const canvas = useStoreApi();
  const reconnected = useRef(false);

  const problem = useCallback(
    (from: string, to: string) => {
      const { flow, types } = store.getState();
      return connectionProblem(flow, types, from, to);
    },
    [store],
  );
  const lead = useCallback(
    (from: string, port: string, to: string, place?: { x: number; y: number }) => {
      const why = problem(from, to);
      const { flow: now, types } = store.getState();
      if (why && place && wayTo(now, types, from, to) === 'jump')
        return onWayBack({ from, port, to, ...place });
      if (why) return toast({ kind: 'info', title: t`These cannot be connected`, detail: why });
      const { flow, perform } = store.getState();
      const there = flow.edges.find((edge) => edge.from === from && edge.port === port);
      if (there?.to !== to) perform(connect(flow, from, port, to), t`Connect`);
    },
    [store, problem, onWayBack],
  );

  const isValidConnection = useCallback(
    ({ source, target, sourceHandle }: Connection | Edge) =>
      sourceHandle !== jumpHandle && problem(source, target) === undefined,
    [problem],
  );
  const onConnect = useCallback(
    ({ source, sourceHandle, target }: Connection) => {
      if (sourceHandle) lead(source, sourceHandle, target);
    },
    [lead],
  );
  /** A line may also be dropped anywhere on a card; one that is refused says why. */
  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      const { fromHandle, fromNode, isValid, toNode } = state;
      if (isValid || !fromHandle || !fromNode) return;
      const other = toNode?.id ?? cardUnder(event);
      if (!other || !fromHandle.id || (other === fromNode.id && !toNode)) return;
      if (fromHandle.type === 'source') lead(fromNode.id, fromHandle.id, other, pointOf(event));
    },
    [lead],
  );

  const onReconnectStart = useCallback(() => {
    reconnected.current = false;
  }, []);
  /** An end of a line was put on another handle: another target, or another port. */
  const onReconnect = useCallback(
    (old: LineEdge, { source, sourceHandle, target }: Connection) => {
      reconnected.current = true;
      const line = lineEnd(old.id);
      if (!line || !sourceHandle) return;
      if (line.from === source && line.port === sourceHandle) return lead(source, sourceHandle, target);
      const { flow, perform } = store.getState();
      const operations: Operation[] = [
        { type: 'disconnect', from: line.from, port: line.port },
        connect(flow, source, sourceHandle, target),
      ];
      perform({ type: 'batch', operations }, t`Connect`);
    },
    [store, lead],
  );
  /** A line that is dropped beside everything is taken away. */
  const onReconnectEnd = useCallback(
    (_: MouseEvent | TouchEvent, old: LineEdge, __: HandleType, state: FinalConnectionState) => {
      const line = lineEnd(old.id);
      if (reconnected.current || state.toNode || !line) return;
      store.getState().perform({ type: 'disconnect', ...line }, t`Disconnect`);
    },
    [store],
  );
  /** A port that was tapped, then a node: connected without drawing. */
  const tapped = useCallback(
    (event: { target: EventTarget; clientX: number; clientY: number }, node: { id: string }) => {
      const { connectionClickStartHandle: start } = canvas.getState();
      // The tap on the port itself comes here too.
      if (!start?.id || (event.target instanceof Element && event.target.closest('.react-flow__handle')))
        return;
      canvas.setState({ connectionClickStartHandle: null });
      if (start.type === 'source' && noteIdOf(node.id) === undefined)
        lead(start.nodeId, start.id, node.id, { x: event.clientX, y: event.clientY });
    },
    [canvas, lead],
  );
  const onClickConnectStart = useCallback(
    () => announce(t`Now choose the node that it leads to.`),
    [announce],
  );
  const connections = {
    isValidConnection,
    onConnect,
    onConnectEnd,
    onClickConnectStart,
    onReconnectStart,
    onReconnect,
    onReconnectEnd,
  };
  return { connections, tapped };
}

function pointOf(event: MouseEvent | TouchEvent): { x: number; y: number } | undefined {
  const point = 'changedTouches' in event ? event.changedTouches[0] : event;
  return point && { x: point.clientX, y: point.clientY };
}

function cardUnder(event: MouseEvent | TouchEvent): string | undefined {
  const point = pointOf(event);
  if (!point) return undefined;
  const card = document.elementFromPoint(point.x, point.y)?.closest('.react-flow__node-card');
  return card?.getAttribute('data-id') ?? undefined;
}

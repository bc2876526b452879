import { t } from '@lingui/core/macro';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { jumpHandle } from '@/canvas/elements';
import { type LineTone, type NodeMark, type Overlay, portKey } from '@/canvas/overlay';
import { type Flow, jumpTarget, type NodeTypes, nodeOf } from '@/flow-model';
import { useEditor, useEditorState } from './context';
import type { Bound } from './store';

type Path = NonNullable<Bound['path']>;

/** Lights a way that takes as long as the worst case, and fades the rest. */
export function worstPathOverlay(path: Path, flow: Flow, types: NodeTypes): Overlay {
  const visits = new Map<string, number>();
  const lines = new Map<string, LineTone>();
  for (const [at, { node, port }] of path.entries()) {
    visits.set(node, (visits.get(node) ?? 0) + 1);
    const drawn = nodeOf(flow, node);
    const jumps = !port && drawn && jumpTarget(drawn, types.get(drawn.type)) !== undefined;
    // The last step leads nowhere, whatever the node is.
    if (at < path.length - 1) lines.set(portKey(node, jumps ? jumpHandle : port), 'taken');
  }
  const nodes = new Map(
    [...visits].map(([node, times]): [string, NodeMark] => [
      node,
      times > 1
        ? { tone: 'visited', badge: `×${times}`, help: t`The longest way comes here ${times} times.` }
        : { tone: 'visited' },
    ]),
  );
  return { nodes, lines, mutesOthers: true };
}

/** Keeps the way of the worst case lit while shown; a try takes the canvas over and ends it. */
export function useWorstPath(shown: boolean, onTaken: () => void): void {
  const { overlay, trial } = useEditor();
  const flow = useEditorState((state) => state.flow);
  const types = useEditorState((state) => state.types);
  const path = useEditorState((state) => state.bound?.path);
  const trying = useStore(trial, (state) => state.place !== undefined);
  useEffect(() => {
    if (!shown) return undefined;
    if (trying || !path) {
      onTaken();
      return undefined;
    }
    overlay.getState().show(worstPathOverlay(path, flow, types));
    return () => {
      if (trial.getState().place === undefined) overlay.getState().clear();
    };
  }, [shown, trying, path, flow, types, overlay, trial, onTaken]);
}

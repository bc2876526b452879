import { type Highlight, jumpHandle, portKey } from '@/canvas/FlowCanvas';
import { byType, type Flow, jumpTarget, type NodeType, nodeOf } from '@/flow-model';
import type { Run } from './types';

/** What of a flow a run lights: where it was, the lines it took, where it is or ended. */
export function highlightOf(
  run: Pick<Run, 'status' | 'node' | 'steps'>,
  flow: Flow,
  specs: readonly NodeType[],
): Highlight {
  const types = byType(specs);
  const taken = new Set<string>();
  for (const step of run.steps) {
    const node = nodeOf(flow, step.node);
    if (!node || !step.left_at) continue;
    const target = jumpTarget(node, types.get(node.type));
    // A jump has no port: it leaves by its own link to the target.
    if (!step.port && target !== undefined && step.to === target) taken.add(portKey(step.node, jumpHandle));
    else taken.add(portKey(step.node, step.via || step.port));
  }
  return {
    visited: new Set(run.steps.map((step) => step.node)),
    taken,
    ...(run.status === 'waiting'
      ? { current: run.node }
      : run.node
        ? { ended: { node: run.node, status: run.status } }
        : {}),
  };
}

import { Ban, CircleCheck, CircleX, Clock, type LucideIcon } from 'lucide-react';
import { jumpHandle, type NodeMark, type NodeTone, type Overlay, portKey } from '@/canvas/FlowCanvas';
import { byType, type Flow, jumpTarget, type NodeType, nodeOf } from '@/flow-model';
import { runStatusLook } from './status';
import type { Run, RunStatus } from './types';

const looks: Record<RunStatus, { tone: NodeTone; icon: LucideIcon }> = {
  waiting: { tone: 'current', icon: Clock },
  completed: { tone: 'passed', icon: CircleCheck },
  failed: { tone: 'failed', icon: CircleX },
  cancelled: { tone: 'cancelled', icon: Ban },
};

/** What of a flow a run lights: where it was, the lines it took, where it is or ended. */
export function overlayOf(
  run: Pick<Run, 'status' | 'node' | 'steps'>,
  flow: Flow,
  specs: readonly NodeType[],
): Overlay {
  const types = byType(specs);
  const lines = new Map<string, 'taken'>();
  for (const step of run.steps) {
    const node = nodeOf(flow, step.node);
    if (!node || !step.left_at) continue;
    const target = jumpTarget(node, types.get(node.type));
    // A jump has no port: it leaves by its own link to the target.
    const port =
      (!step.port || step.port === 'jump') && target !== undefined && step.to === target
        ? jumpHandle
        : step.via || step.port;
    lines.set(portKey(step.node, port), 'taken');
  }
  const nodes = new Map(run.steps.map((step): [string, NodeMark] => [step.node, { tone: 'visited' }]));
  if (run.node) nodes.set(run.node, { ...looks[run.status], badge: runStatusLook(run.status).label });
  return { nodes, lines, mutesOthers: true };
}

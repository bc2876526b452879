import { jumpHandle, type NodeMark, type Overlay, portKey } from '@/canvas/FlowCanvas';
import { byType, type Flow, isObject, jumpTarget, type NodeType, nodeOf } from '@/flow-model';

/** A scenario of a flow as a person reads it. */
export interface ScenarioRow {
  name: string;
  /** The ids of the nodes that a run visits, in order; empty when the scenario does not say. */
  path: string[];
  /** "completed" or "failed", where it says so. */
  status: string;
  /** How long the run takes, as written ("2m1s"). */
  elapsed: string;
  /** How many messages are sent, where it says so. */
  messages: number | undefined;
}

export function scenariosOf(flow: Flow): ScenarioRow[] {
  return (flow.scenarios ?? []).flatMap((scenario) => {
    if (!isObject(scenario) || typeof scenario.name !== 'string') return [];
    const expect = isObject(scenario.expect) ? scenario.expect : {};
    return [
      {
        name: scenario.name,
        path: Array.isArray(expect.path) ? expect.path.filter((id) => typeof id === 'string') : [],
        status: typeof expect.status === 'string' ? expect.status : '',
        elapsed: typeof expect.elapsed === 'string' ? expect.elapsed : '',
        messages: Array.isArray(expect.messages) ? expect.messages.length : undefined,
      },
    ];
  });
}

/** What a scenario lights on the canvas: the nodes of its path and the lines between them. */
export function overlayOf(row: ScenarioRow, flow: Flow, specs: readonly NodeType[]): Overlay {
  const types = byType(specs);
  const lines = new Map<string, 'taken'>();
  for (const [index, from] of row.path.entries()) {
    const to = row.path[index + 1];
    const node = nodeOf(flow, from);
    if (to === undefined || !node) continue;
    const jump = jumpTarget(node, types.get(node.type)) === to;
    // Between two nodes there may be two lines; a path does not say which, and both mean the same to a reader.
    const ports = flow.edges.filter((edge) => edge.from === from && edge.to === to).map((edge) => edge.port);
    for (const port of jump && ports.length === 0 ? [jumpHandle] : ports.slice(0, 1))
      lines.set(portKey(from, port), 'taken');
  }
  const nodes = new Map(row.path.map((id): [string, NodeMark] => [id, { tone: 'visited' }]));
  const last = row.path.at(-1);
  if (last !== undefined) nodes.set(last, { tone: row.status === 'failed' ? 'failed' : 'passed' });
  return { nodes, lines, mutesOthers: true };
}

import type { Flow } from '@/flow-model';
import type { Run } from './types';

/** The nodes to look at while a run goes on: where it was, where it is, and where it can go next. */
export function focusOf(run: Pick<Run, 'status' | 'node' | 'steps'>, flow: Flow): string[] {
  const next =
    run.status === 'waiting'
      ? flow.edges.filter((edge) => edge.from === run.node).map((edge) => edge.to)
      : [];
  const known = new Set(flow.nodes.map((node) => node.id));
  return [...new Set([...run.steps.map((step) => step.node), ...next])].filter((id) => known.has(id));
}

import { t } from '@lingui/core/macro';
import type { Flow } from './flow';
import { nodeOf } from './flow';
import type { NodeTypes } from './node-type';
import { successors } from './ports';

/** Whether the node can be reached from another along edges (jumps do not count: they are bounded). */
export function reaches(flow: Flow, from: string, to: string): boolean {
  const next = new Map<string, string[]>();
  for (const edge of flow.edges) next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
  const seen = new Set([from]);
  const work = [from];
  while (work.length > 0) {
    const id = work.pop() as string;
    if (id === to) return true;
    for (const other of next.get(id) ?? []) {
      if (!seen.has(other)) {
        seen.add(other);
        work.push(other);
      }
    }
  }
  return false;
}

/** All nodes that come after these, along lines and jumps, or before them; with themselves. */
export function reachOf(
  flow: Flow,
  types: NodeTypes,
  ids: Iterable<string>,
  direction: 'after' | 'before',
): Set<string> {
  const next = new Map<string, string[]>();
  for (const [from, targets] of successors(flow, types)) {
    for (const to of targets) {
      const [key, value] = direction === 'after' ? [from, to] : [to, from];
      next.set(key, [...(next.get(key) ?? []), value]);
    }
  }
  const seen = new Set(ids);
  const work = [...seen];
  while (work.length > 0) {
    for (const other of next.get(work.pop() as string) ?? []) {
      if (seen.has(other)) continue;
      seen.add(other);
      work.push(other);
    }
  }
  return seen;
}

/** Why a port may not lead to that node, in words for a person, or undefined when it may. */
export function connectionProblem(
  flow: Flow,
  types: NodeTypes,
  from: string,
  to: string,
): string | undefined {
  const target = nodeOf(flow, to);
  if (!target || !nodeOf(flow, from)) return t`The node does not exist any more.`;
  if (types.get(target.type)?.entry)
    return t`Nothing can lead back into the start. Use a Jump to a later node.`;
  if (from === to) return t`A node cannot lead to itself. Use a Jump, which counts how often it goes back.`;
  if (reaches(flow, to, from)) {
    return t`This would make a circle. To go back, use a Jump, which counts how often it does.`;
  }
  return undefined;
}

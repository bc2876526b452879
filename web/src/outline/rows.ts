import {
  type Flow,
  type FlowNode,
  jumpTarget,
  type NodeTypes,
  type Port,
  portsOf,
  titleOf,
} from '@/flow-model';

/*
 * A flow as a list to read from top to bottom: each node, below it its ports,
 * below a port the node that it leads to. A node stands where a reader comes to
 * it first; every later way to it is a link. Where a node has only one way on,
 * what follows stands beside it, not deeper: only branches indent.
 */

export interface NodeRow {
  kind: 'node';
  key: string;
  level: number;
  node: FlowNode;
  title: string;
  /** Whether there are rows below it that can be shown and hidden. */
  parent: boolean;
}

export interface PortRow {
  kind: 'port';
  key: string;
  level: number;
  from: string;
  port: Port;
  /** Where it leads; undefined where a run ends. */
  to: { id: string; title: string } | undefined;
  /** What it leads to stands right below; otherwise it is a link to another place in the list. */
  here: boolean;
  parent: boolean;
  /** The link of a jump: it has no line of its own. */
  jump: boolean;
  /** The title of the port by which a run goes on that takes this one without a line. */
  fallback: string;
}

export type Row = NodeRow | PortRow;

export interface Outline {
  /** From the start on. */
  rows: Row[];
  /** Nodes that no run comes to, with their ports. */
  apart: Row[];
}

export function nodeKey(id: string): string {
  return `node:${id}`;
}

export function portRowKey(from: string, port: string): string {
  return `port:${JSON.stringify([from, port])}`;
}

/** The name under which a jump's link is listed among the ports; no real port can be called so. */
export const jumpRow = '→';

export function outlineOf(flow: Flow, types: NodeTypes): Outline {
  const listed = new Set<string>();
  /** Nodes that have their place already, listed or about to be: the node nearest to the start gives it. */
  const claimed = new Set<string>();
  const nodes = new Map(flow.nodes.map((node) => [node.id, node]));
  const targets = new Map(flow.edges.map((edge) => [portRowKey(edge.from, edge.port), edge.to]));
  const list = (first: readonly FlowNode[]): Row[] => {
    const rows: Row[] = [];
    // A stack, not recursion: a flow may be two thousand nodes long.
    for (const entry of first) {
      if (claimed.has(entry.id)) continue;
      const work = [{ id: entry.id, level: 1 }];
      while (work.length > 0) {
        const { id, level } = work.pop() as { id: string; level: number };
        const node = nodes.get(id);
        if (!node || listed.has(id)) continue;
        listed.add(id);
        claimed.add(id);
        work.push(...listNode(node, level, rows).reverse());
      }
    }
    return ordered(rows);
  };

  /** Adds a node and its ports; gives what has to be listed after them. */
  const listNode = (node: FlowNode, level: number, rows: Row[]) => {
    const ports = waysOf(node, flow, types, targets);
    const open = new Set(
      ports.flatMap(({ to, jump }) => (to && !jump && !claimed.has(to.id) ? [to.id] : [])),
    );
    const straight = open.size === 1;
    rows.push({
      kind: 'node',
      key: nodeKey(node.id),
      level,
      node,
      title: titleOf(node),
      parent: ports.length > 0,
    });
    const next: { id: string; level: number }[] = [];
    for (const { port, to, jump } of ports) {
      const here = to !== undefined && !jump && open.delete(to.id);
      rows.push({
        kind: 'port',
        key: portRowKey(node.id, port.name),
        level: level + 1,
        from: node.id,
        port,
        to,
        here,
        parent: here && !straight,
        jump,
        fallback: to ? '' : fallbackOf(port, ports),
      });
      if (here && to) claimed.add(to.id);
      if (here && to) next.push({ id: to.id, level: straight ? level : level + 2 });
    }
    return next;
  };

  const entries = flow.nodes.filter((node) => types.get(node.type)?.entry);
  const rows = list(entries);
  return { rows, apart: list(flow.nodes.filter((node) => !listed.has(node.id))) };
}

function fallbackOf(port: Port, ways: readonly { port: Port; to: unknown }[]): string {
  const other = port.fallsBackTo
    .map((name) => ways.find((way) => way.port.name === name))
    .find((way) => way?.to);
  return other?.port.title ?? '';
}

/** The ways out of a node: its ports and, for a jump, the link to its target. */
function waysOf(node: FlowNode, flow: Flow, types: NodeTypes, targets: ReadonlyMap<string, string>) {
  const type = types.get(node.type);
  const named = (id: string | undefined) => {
    const target = id === undefined ? undefined : flow.nodes.find((other) => other.id === id);
    return target && { id: target.id, title: titleOf(target) };
  };
  const ways = portsOf(node, type).map((port) => ({
    port,
    to: named(targets.get(portRowKey(node.id, port.name))),
    jump: false,
  }));
  const target = named(jumpTarget(node, type));
  if (!target) return ways;
  const link: Port = {
    name: jumpRow,
    title: '',
    help: '',
    icon: 'corner-up-left',
    failure: false,
    deadline: '',
    timed: false,
    fallsBackTo: [],
  };
  return [{ port: link, to: target, jump: true }, ...ways];
}

/** Puts each node below the port that leads to it: rows are found port by port, and read node by node. */
function ordered(rows: Row[]): Row[] {
  const ports = new Map<string, PortRow[]>();
  const heads = new Map<string, NodeRow>();
  for (const row of rows) {
    if (row.kind === 'node') heads.set(row.node.id, row);
    else ports.set(row.from, [...(ports.get(row.from) ?? []), row]);
  }
  const out: Row[] = [];
  const done = new Set<string>();
  const work: (NodeRow | PortRow)[] = rows.filter((row) => row.kind === 'node').reverse();
  while (work.length > 0) {
    const row = work.pop() as Row;
    if (row.kind === 'port') {
      out.push(row);
      const head = row.here && row.parent && row.to ? heads.get(row.to.id) : undefined;
      if (head) work.push(head);
      continue;
    }
    if (done.has(row.node.id)) continue;
    done.add(row.node.id);
    out.push(row);
    const own = ports.get(row.node.id) ?? [];
    const onward = own.find((port) => port.here && !port.parent);
    const after = onward?.to && heads.get(onward.to.id);
    if (after) work.push(after);
    work.push(...[...own].reverse());
  }
  return out;
}

/** The rows that are seen while some are folded up, each with its place among its siblings. */
export function seenRows(
  rows: readonly Row[],
  folded: ReadonlySet<string>,
): (Row & { position: number; siblings: number })[] {
  const seen: Row[] = [];
  let hiddenBelow = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    if (row.level > hiddenBelow) continue;
    hiddenBelow = folded.has(row.key) && row.parent ? row.level : Number.POSITIVE_INFINITY;
    seen.push(row);
  }
  return withPlaces(seen);
}

function withPlaces(rows: readonly Row[]): (Row & { position: number; siblings: number })[] {
  const group: string[] = [];
  const counts: number[] = [];
  const path: number[] = [];
  const sizes = new Map<string, number>();
  const places = rows.map((row) => {
    path.length = row.level;
    counts.length = row.level + 1;
    counts[row.level] = (counts[row.level] ?? 0) + 1;
    path[row.level - 1] = counts[row.level] ?? 1;
    const parent = path.slice(0, row.level - 1).join('.');
    group.push(parent);
    sizes.set(parent, counts[row.level] ?? 1);
    return counts[row.level] ?? 1;
  });
  return rows.map((row, index) => ({
    ...row,
    position: places[index] ?? 1,
    siblings: sizes.get(group[index] ?? '') ?? 1,
  }));
}

/** The row above that this one belongs to. */
export function parentOf(rows: readonly Row[], index: number): number | undefined {
  const level = rows[index]?.level ?? 1;
  for (let above = index - 1; above >= 0; above--) if ((rows[above]?.level ?? 0) < level) return above;
  return undefined;
}

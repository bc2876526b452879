import {
  type Flow,
  type FlowNode,
  jumpTarget,
  type NodeTypes,
  type Port,
  portsOf,
  summaryLine,
  titleOf,
  valueAt,
} from '@/flow-model';

/** One finding about the flow, as the server gives it. */
export interface Diagnostic {
  severity: 'error' | 'warning' | 'info';
  code: string;
  node: string;
  pointer: string;
  message: string;
  hint: string;
}

/** What a run did, to be lit on the canvas. */
export interface Highlight {
  /** Ids of the nodes that the run has been in. */
  visited: ReadonlySet<string>;
  /**
   * The ports it left by, each as portKey(node, port): the port whose line was taken when it fell
   * back, and jumpHandle for a jump that was taken.
   */
  taken: ReadonlySet<string>;
  /** The id of the node that it is in now, while it waits. */
  current?: string | undefined;
  /** The id of the node that it ended at, and how. */
  ended?: { node: string; status: 'completed' | 'failed' | 'cancelled' } | undefined;
}

/** Names a port of a node in a Highlight. */
export function portKey(node: string, port: string): string {
  return JSON.stringify([node, port]);
}

export interface CardPort {
  name: string;
  title: string;
  help: string;
  icon: string;
  deadline: string;
  /** A deadline belongs to this port, but none is set. */
  idle: boolean;
  connected: boolean;
  failure: boolean;
  /** Where a run goes on that takes this port without a line: the title of the port it falls back to. */
  fallback: string;
  taken: boolean;
}

/** All that a node's card shows; equal cards are drawn once. */
export interface Card {
  id: string;
  title: string;
  typeTitle: string;
  /** False when the server does not know the node's type. */
  known: boolean;
  icon: string;
  hue: string;
  summary: string;
  detail: string;
  entry: boolean;
  jumps: boolean;
  ports: CardPort[];
  errors: string[];
  warnings: string[];
  light: 'none' | 'visited' | 'current' | 'completed' | 'failed' | 'cancelled' | 'dark';
}

export function cardOf(
  node: FlowNode,
  flow: Flow,
  types: NodeTypes,
  about: readonly Diagnostic[],
  highlight: Highlight | undefined,
): Card {
  const type = types.get(node.type);
  const ports = portsOf(node, type);
  const connected = new Set(flow.edges.filter((edge) => edge.from === node.id).map((edge) => edge.port));
  return {
    id: node.id,
    title: titleOf(node),
    typeTitle: type?.title ?? node.type,
    known: type !== undefined,
    icon: type?.icon ?? '',
    hue: type?.hue ?? 'slate',
    summary: type ? summaryLine(type.summary, node, type, flow) : `There is no node type “${node.type}”.`,
    detail: type ? summaryLine(type.detail, node, type, flow) : '',
    entry: type?.entry ?? false,
    jumps: type?.target !== undefined,
    ports: ports.map((port) => cardPort(port, ports, connected, node.id, highlight)),
    errors: about.filter((found) => found.severity === 'error').map((found) => found.message),
    warnings: about.filter((found) => found.severity === 'warning').map((found) => found.message),
    light: lightOf(node.id, highlight),
  };
}

function cardPort(
  port: Port,
  ports: Port[],
  connected: Set<string>,
  node: string,
  highlight: Highlight | undefined,
): CardPort {
  const fallback = connected.has(port.name)
    ? undefined
    : port.fallsBackTo.find((name) => connected.has(name));
  return {
    name: port.name,
    title: port.title,
    help: port.help,
    icon: port.icon,
    deadline: port.deadline,
    idle: port.timed && port.deadline === '',
    connected: connected.has(port.name),
    failure: port.failure,
    fallback: fallback ? (ports.find((other) => other.name === fallback)?.title ?? fallback) : '',
    taken: highlight?.taken.has(portKey(node, port.name)) ?? false,
  };
}

function lightOf(id: string, highlight: Highlight | undefined): Card['light'] {
  if (!highlight) return 'none';
  if (highlight.current === id) return 'current';
  if (highlight.ended?.node === id) return highlight.ended.status;
  return highlight.visited.has(id) ? 'visited' : 'dark';
}

/** The dashed links from jumps to their targets; label is how often, such as "×3". */
export function jumpsOf(flow: Flow, types: NodeTypes): { from: string; to: string; label: string }[] {
  const ids = new Set(flow.nodes.map((node) => node.id));
  return flow.nodes.flatMap((node) => {
    const type = types.get(node.type);
    const target = jumpTarget(node, type);
    if (target === undefined || !ids.has(target)) return [];
    const limit = type?.limit ? valueAt(node.config, [type.limit]) : undefined;
    return [{ from: node.id, to: target, label: typeof limit === 'number' ? `×${limit}` : '' }];
  });
}

import type { Flow, FlowNode } from './flow';
import { isObject, valueAt } from './json';
import type { NodeType, NodeTypes, PortType } from './node-type';

/** One exit of one node. */
export interface Port {
  name: string;
  title: string;
  help: string;
  icon: string;
  /** An unconnected run ends as failed here. */
  failure: boolean;
  /** The duration after which runs take it, as written ("30s"); empty when none is set. */
  deadline: string;
  /** Whether the port is taken by a deadline at all. */
  timed: boolean;
  /** Ports whose edge is taken, the first connected one first, when this one has none. */
  fallsBackTo: string[];
}

/** The exits of a node in the order of its card: those its config makes, then those of its type. */
export function portsOf(node: FlowNode, type: NodeType | undefined): Port[] {
  if (!type) return [];
  const own = fixedPorts(node, type).map((port): Port => {
    const deadline = port.deadline ? valueAt(node.config, port.deadline.split('.')) : undefined;
    return {
      name: port.name,
      title: port.title,
      help: port.help ?? '',
      icon: port.icon ?? '',
      failure: port.failure ?? false,
      deadline: typeof deadline === 'string' ? deadline : '',
      timed: port.deadline !== undefined,
      fallsBackTo: port.falls_back_to ?? [],
    };
  });
  return [...madePorts(node, type), ...own];
}

/** The exits of the node's type that its config lets be. */
export function fixedPorts(node: FlowNode, type: NodeType): PortType[] {
  const hasItems = (field: string) => {
    const list = valueAt(node.config, [field]);
    return Array.isArray(list) && list.length > 0;
  };
  return type.ports.filter(
    (port) => (!port.with || hasItems(port.with)) && (!port.without || !hasItems(port.without)),
  );
}

/** The type of the channel that the node sends by, or undefined. */
export function channelTypeOf(node: FlowNode, type: NodeType | undefined): string | undefined {
  if (!type?.channel_type_from) return type?.channel_type;
  const chosen = valueAt(node.config, [type.channel_type_from]);
  return typeof chosen === 'string' && chosen !== '' ? chosen : undefined;
}

function madePorts(node: FlowNode, type: NodeType): Port[] {
  const items = type.ports_from ? valueAt(node.config, [type.ports_from]) : undefined;
  if (!Array.isArray(items)) return [];
  const seen = new Set<string>();
  const ports: Port[] = [];
  for (const item of items) {
    if (!isObject(item) || typeof item.port !== 'string' || item.port === '' || seen.has(item.port)) continue;
    seen.add(item.port);
    ports.push({
      name: item.port,
      title: typeof item.title === 'string' && item.title ? item.title : item.port,
      help: '',
      icon: '',
      failure: false,
      deadline: '',
      timed: false,
      fallsBackTo: [],
    });
  }
  return ports;
}

/** The port names that a node's config makes, by the index of their list item. */
export function madePortNames(node: FlowNode, type: NodeType | undefined): (string | undefined)[] {
  const items = type?.ports_from ? valueAt(node.config, [type.ports_from]) : undefined;
  if (!Array.isArray(items)) return [];
  return items.map((item) =>
    isObject(item) && typeof item.port === 'string' && item.port ? item.port : undefined,
  );
}

/** The id of the node that a jump goes to without an edge, or undefined. */
export function jumpTarget(node: FlowNode, type: NodeType | undefined): string | undefined {
  const target = type?.target ? valueAt(node.config, [type.target]) : undefined;
  return typeof target === 'string' && target !== '' ? target : undefined;
}

/** Where a run can go from each node: along edges and by jumps. */
export function successors(flow: Flow, types: NodeTypes): Map<string, string[]> {
  const ids = new Set(flow.nodes.map((node) => node.id));
  const next = new Map<string, string[]>(flow.nodes.map((node) => [node.id, []]));
  for (const edge of flow.edges) if (ids.has(edge.to)) next.get(edge.from)?.push(edge.to);
  for (const node of flow.nodes) {
    const target = jumpTarget(node, types.get(node.type));
    if (target !== undefined && ids.has(target)) next.get(node.id)?.push(target);
  }
  return next;
}

import { t } from '@lingui/core/macro';
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
  /** It keeps the place of a step of another tool and does nothing. */
  disabled: boolean;
  jumps: boolean;
  ports: CardPort[];
  /** How many lines of text stand between head and ports. */
  lines: number;
  errors: string[];
  warnings: string[];
}

/** A node's card; `connected` names its ports that have a line, `about` is what was found wrong with it. */
export function cardOf(
  node: FlowNode,
  flow: Flow,
  types: NodeTypes,
  about: readonly Diagnostic[],
  connected: ReadonlySet<string> = connectedPorts(flow, node.id),
): Card {
  const type = types.get(node.type);
  const ports = portsOf(node, type);
  const summary = type
    ? summaryLine(type.summary, node, type, flow)
    : t`There is no node type “${node.type}”.`;
  const detail = type ? summaryLine(type.detail, node, type, flow) : '';
  return {
    id: node.id,
    title: titleOf(node),
    typeTitle: type?.title ?? node.type,
    known: type !== undefined,
    icon: type?.icon ?? '',
    hue: type?.hue ?? 'slate',
    summary,
    detail,
    lines: Math.max(1, [summary, detail].filter(Boolean).length),
    entry: type?.entry ?? false,
    disabled: type?.placeholder ?? false,
    jumps: type?.target !== undefined,
    ports: ports.map((port) => cardPort(port, ports, connected)),
    errors: about.filter((found) => found.severity === 'error').map((found) => found.message),
    warnings: about.filter((found) => found.severity === 'warning').map((found) => found.message),
  };
}

function connectedPorts(flow: Flow, id: string): ReadonlySet<string> {
  return new Set(flow.edges.filter((edge) => edge.from === id).map((edge) => edge.port));
}

function cardPort(port: Port, ports: Port[], connected: ReadonlySet<string>): CardPort {
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
  };
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

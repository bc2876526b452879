import { t } from '@lingui/core/macro';
import { type Edge, type Node, type NodeHandle, Position as Side } from '@xyflow/react';
import {
  canonical,
  cardSize,
  cardWidth,
  type Flow,
  type FlowEdge,
  type FlowNode,
  type FlowNote,
  inletAt,
  jumpOutletAt,
  type NodeTypes,
  notePlace,
  outletAt,
  type Position,
  placed,
  portsOf,
  refersToNodes,
  titleOf,
} from '@/flow-model';
import { type Card, cardOf, type Diagnostic, jumpsOf } from './cards';
import { portKey } from './overlay';

export type CardNode = Node<{ card: Card; readOnly: boolean }, 'card'>;
export type NoteNode = Node<{ note: FlowNote; readOnly: boolean }, 'note'>;
export type CanvasNode = CardNode | NoteNode;

export interface LineData extends Record<string, unknown> {
  /** What the line says when it is hovered or selected. */
  label: string;
  failure: boolean;
}
export type LineEdge = Edge<LineData, 'line' | 'jump'>;

/** Handles that are not ports: a node's input, and where a jump's dashed link begins. */
export const inputHandle = 'in';
export const jumpHandle = '__jump';

/** The diameter of a handle, in canvas pixels. */
const handleSize = 11;
const noteSize = { width: 240, height: 120 };
/** Notes share the id space of React Flow with nodes. */
const notePrefix = 'note:';

export function noteElementId(id: string): string {
  return notePrefix + id;
}

/** The note's id when the element is a note. */
export function noteIdOf(elementId: string): string | undefined {
  return elementId.startsWith(notePrefix) ? elementId.slice(notePrefix.length) : undefined;
}

export interface Elements {
  nodes: CanvasNode[];
  edges: LineEdge[];
  /** What they were made from, for the next time. */
  sources: Sources;
}

interface Input {
  flow: Flow;
  types: NodeTypes;
  diagnostics: readonly Diagnostic[];
  readOnly: boolean;
}

/** From what each element was made, by its id: the same sources make the same element. */
interface Sources {
  nodes: Map<string, { made: CanvasNode; from: readonly unknown[] }>;
  edges: Map<string, { made: LineEdge; from: readonly unknown[] }>;
}

/**
 * The flow as React Flow's nodes and edges. Elements that did not change since
 * `previous` keep their identity, so that only changed cards are drawn again;
 * they are told by what they were made from, so that a change of one node among
 * a thousand costs about one.
 */
export function elementsOf(input: Input, previous?: Elements): Elements {
  const sources: Sources = { nodes: new Map(), edges: new Map() };
  const nodes = [...notes(input), ...cards(input)].map(({ id, from, make }) => {
    const made = reused(previous?.sources.nodes.get(id), from, make);
    sources.nodes.set(id, { made, from });
    return made;
  });
  const edges = lines(input).map(({ id, from, make }) => {
    const made = reused(previous?.sources.edges.get(id), from, make);
    sources.edges.set(id, { made, from });
    return made;
  });
  return { nodes, edges, sources };
}

interface Recipe<T> {
  id: string;
  from: readonly unknown[];
  make(): T;
}

function reused<T>(
  old: { made: T; from: readonly unknown[] } | undefined,
  from: readonly unknown[],
  make: () => T,
): T {
  if (old && old.from.length === from.length && old.from.every((value, index) => value === from[index]))
    return old.made;
  const made = make();
  return old && canonical(old.made) === canonical(made) ? old.made : made;
}

function cards({ flow, types, diagnostics, readOnly }: Input): Recipe<CanvasNode>[] {
  const places = placed(flow, types);
  const about = grouped(diagnostics, (found) => found.node);
  const leaving = grouped(flow.edges, (edge) => edge.from);
  const naming = new Set([...types.values()].filter(refersToNodes));
  return flow.nodes.map((node) => {
    const type = types.get(node.type);
    const { x, y } = places.get(node.id) ?? { x: 0, y: 0 };
    const findings = about.get(node.id) ?? [];
    const edges = leaving.get(node.id) ?? [];
    // The card of a node that names others changes when those do.
    const rest = type && naming.has(type) ? flow.nodes : undefined;
    return {
      id: node.id,
      from: [node, type, x, y, readOnly, rest, edges.length, ...edges, ...findings],
      make: () => {
        const card = cardOf(node, flow, types, findings, new Set(edges.map((edge) => edge.port)));
        return cardNode(card, { x, y }, readOnly);
      },
    };
  });
}

/**
 * A card with its size and handles: React Flow then draws lines at once, and
 * leaves out what is not in sight, without measuring every card on the page first.
 */
function cardNode(card: Card, position: Position, readOnly: boolean): CardNode {
  return {
    id: card.id,
    type: 'card',
    position,
    width: cardWidth,
    measured: cardSize(card.lines, card.ports.length),
    handles: handlesOf(card),
    data: { card, readOnly },
  };
}

function handlesOf(card: Card): NodeHandle[] {
  const handles = card.ports.map((port, row) =>
    handle('source', port.name, Side.Right, outletAt(card.lines, row), handleSize),
  );
  if (card.jumps) handles.push(handle('source', jumpHandle, Side.Right, jumpOutletAt(), 1));
  if (!card.entry) handles.push(handle('target', inputHandle, Side.Left, inletAt(), handleSize));
  return handles;
}

function handle(
  type: 'source' | 'target',
  id: string,
  position: Side,
  { x, y }: Position,
  size: number,
): NodeHandle {
  return { type, id, position, x: x - size / 2, y: y - size / 2, width: size, height: size };
}

function notes({ flow, readOnly }: Input): Recipe<CanvasNode>[] {
  return (flow.notes ?? []).map((note) => ({
    id: noteElementId(note.id),
    from: [note, readOnly],
    make: (): NoteNode => {
      const size = { width: note.width || noteSize.width, height: note.height || noteSize.height };
      return {
        id: noteElementId(note.id),
        type: 'note',
        position: note.position ?? notePlace,
        ...size,
        measured: size,
        handles: [],
        zIndex: -1,
        data: { note, readOnly },
      };
    },
  }));
}

function lines({ flow, types }: Input): Recipe<LineEdge>[] {
  const nodes = new Map(flow.nodes.map((node) => [node.id, node]));
  const edges = flow.edges.flatMap((edge): Recipe<LineEdge>[] => {
    const from = nodes.get(edge.from);
    const to = nodes.get(edge.to);
    const type = from && types.get(from.type);
    const port = from && portsOf(from, type).find((other) => other.name === edge.port);
    // A line from a port that is gone has its diagnostic; there is no place to draw it from.
    if (!from || !to || !port) return [];
    const label = port.deadline ? `${port.title} ${port.deadline}` : port.title;
    return [
      {
        id: lineId(edge.from, edge.port),
        from: [edge, label, titleOf(from), titleOf(to), port.failure],
        make: () => lineOf(edge, from, to, port.title, { label, failure: port.failure }),
      },
    ];
  });
  const jumps = jumpsOf(flow, types).map((jump): Recipe<LineEdge> => {
    const id = `jump:${jump.from}`;
    const from = nodes.get(jump.from);
    const to = nodes.get(jump.to);
    const words = from && to ? t`Jump from ${titleOf(from)} to ${titleOf(to)}` : jump.label;
    return { id, from: [jump.to, jump.label, words], make: () => jumpLine(id, jump, words) };
  });
  return [...edges, ...jumps];
}

function lineOf(edge: FlowEdge, from: FlowNode, to: FlowNode, port: string, data: LineData): LineEdge {
  return {
    id: lineId(edge.from, edge.port),
    type: 'line',
    source: edge.from,
    sourceHandle: edge.port,
    target: edge.to,
    targetHandle: inputHandle,
    ariaLabel: t`Line from port ${port} of ${titleOf(from)} to ${titleOf(to)}`,
    data,
  };
}

function jumpLine(id: string, jump: { from: string; to: string; label: string }, words: string): LineEdge {
  return {
    id,
    type: 'jump',
    source: jump.from,
    sourceHandle: jumpHandle,
    target: jump.to,
    targetHandle: inputHandle,
    selectable: false,
    deletable: false,
    focusable: false,
    reconnectable: false,
    ariaLabel: words,
    data: { label: jump.label, failure: false },
  };
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

export function lineId(from: string, port: string): string {
  return portKey(from, port);
}

/** The port that a line leaves from, when the id is a line's. */
export function lineEnd(id: string): { from: string; port: string } | undefined {
  if (!id.startsWith('[')) return undefined;
  const [from, port] = JSON.parse(id) as [string, string];
  return { from, port };
}

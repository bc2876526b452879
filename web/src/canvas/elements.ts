import { t } from '@lingui/core/macro';
import type { Edge, Node } from '@xyflow/react';
import {
  canonical,
  type Flow,
  type FlowNote,
  type NodeTypes,
  notePlace,
  placed,
  portsOf,
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

export const cardWidth = 240;
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
}

interface Input {
  flow: Flow;
  types: NodeTypes;
  diagnostics: readonly Diagnostic[];
  readOnly: boolean;
}

/**
 * The flow as React Flow's nodes and edges. Elements that did not change since
 * `previous` keep their identity, so that only changed cards are drawn again.
 */
export function elementsOf({ flow, types, diagnostics, readOnly }: Input, previous?: Elements): Elements {
  const places = placed(flow, types);
  const byNode = new Map<string, Diagnostic[]>();
  for (const found of diagnostics) byNode.set(found.node, [...(byNode.get(found.node) ?? []), found]);

  const cards: CanvasNode[] = flow.nodes.map((node) => ({
    id: node.id,
    type: 'card',
    position: places.get(node.id) ?? { x: 0, y: 0 },
    width: cardWidth,
    data: { card: cardOf(node, flow, types, byNode.get(node.id) ?? []), readOnly },
  }));
  const notes: CanvasNode[] = (flow.notes ?? []).map((note) => ({
    id: noteElementId(note.id),
    type: 'note',
    position: note.position ?? notePlace,
    width: note.width || noteSize.width,
    height: note.height || noteSize.height,
    zIndex: -1,
    data: { note, readOnly },
  }));
  return {
    nodes: reuse(previous?.nodes, [...notes, ...cards]),
    edges: reuse(previous?.edges, lines(flow, types)),
  };
}

function lines(flow: Flow, types: NodeTypes): LineEdge[] {
  const nodes = new Map(flow.nodes.map((node) => [node.id, node]));
  const edges = flow.edges.flatMap((edge): LineEdge[] => {
    const from = nodes.get(edge.from);
    const to = nodes.get(edge.to);
    const port = from && portsOf(from, types.get(from.type)).find((other) => other.name === edge.port);
    // A line from a port that is gone has its diagnostic; there is no place to draw it from.
    if (!from || !to || !port) return [];
    return [
      {
        id: lineId(edge.from, edge.port),
        type: 'line',
        source: edge.from,
        sourceHandle: edge.port,
        target: edge.to,
        targetHandle: inputHandle,
        ariaLabel: t`Line from port ${port.title} of ${titleOf(from)} to ${titleOf(to)}`,
        data: {
          label: port.deadline ? `${port.title} ${port.deadline}` : port.title,
          failure: port.failure,
        },
      },
    ];
  });
  const jumps = jumpsOf(flow, types).map(
    (jump): LineEdge => ({
      id: `jump:${jump.from}`,
      type: 'jump',
      source: jump.from,
      sourceHandle: jumpHandle,
      target: jump.to,
      targetHandle: inputHandle,
      selectable: false,
      deletable: false,
      focusable: false,
      reconnectable: false,
      data: {
        label: jump.label,
        failure: false,
      },
    }),
  );
  return [...edges, ...jumps];
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

function reuse<T extends { id: string }>(previous: T[] | undefined, next: T[]): T[] {
  if (!previous) return next;
  const known = new Map(previous.map((element) => [element.id, element]));
  return next.map((element) => {
    const old = known.get(element.id);
    return old && canonical(old) === canonical(element) ? old : element;
  });
}

import { t } from '@lingui/core/macro';
import { isObject, type Json, type JsonObject } from './json';

/** A flow definition as it is stored (DESIGN, "The flow definition"). */
export interface Flow {
  schema: string;
  name: string;
  description?: string;
  nodes: FlowNode[];
  edges: FlowEdge[];
  scenarios?: Json[];
  notes?: FlowNote[];
}

export interface FlowNode {
  /** Stable; edges, jumps and expressions refer to it. */
  id: string;
  type: string;
  /** What people read; may change without breaking anything. */
  name?: string;
  position?: Position;
  config?: JsonObject;
}

/** A line from one port to one node. A port has at most one. */
export interface FlowEdge {
  from: string;
  port: string;
  to: string;
}

/** A remark on the canvas, without effect on runs. Sizes are canvas pixels. */
export interface FlowNote {
  id: string;
  text: string;
  position?: Position;
  width?: number;
  height?: number;
  color?: string;
}

/** The top left corner of a card, in canvas pixels. */
export interface Position {
  x: number;
  y: number;
}

export function emptyFlow(name: string): Flow {
  return { schema: 'sluice/v1', name, nodes: [], edges: [] };
}

export function nodeOf(flow: Flow, id: string): FlowNode | undefined {
  return flow.nodes.find((node) => node.id === id);
}

/** What people call the node: its name, or its id when it has none. */
export function titleOf(node: FlowNode): string {
  return node.name || node.id;
}

/**
 * Takes a stored draft as a flow, untouched, or says why it cannot be drawn.
 * Drafts may hold mistakes of all kinds; only what has no place on a canvas is
 * refused here, because leaving it out would lose it at the next save.
 */
export function readFlow(draft: unknown): { flow: Flow } | { problem: string } {
  if (!isObject(draft)) return { problem: t`The draft is not a JSON object.` };
  const { nodes = [], edges = [], notes = [] } = draft;
  if (!Array.isArray(nodes)) return { problem: t`Its "nodes" is not a list.` };
  if (!Array.isArray(edges)) return { problem: t`Its "edges" is not a list.` };
  if (!Array.isArray(notes)) return { problem: t`Its "notes" is not a list.` };
  const ids = new Set<string>();
  for (const [index, node] of nodes.entries()) {
    if (!isObject(node) || typeof node.id !== 'string' || typeof node.type !== 'string' || !node.id) {
      return { problem: t`Node ${index + 1} has no "id" or no "type".` };
    }
    if (ids.has(node.id)) return { problem: t`Two nodes have the id "${node.id}".` };
    ids.add(node.id);
    if (node.config !== undefined && !isObject(node.config)) {
      return { problem: t`The config of node "${node.id}" is not an object.` };
    }
    if (node.position !== undefined && !isPosition(node.position)) {
      return { problem: t`The position of node "${node.id}" is not ${'{"x", "y"}'}.` };
    }
    if (node.name !== undefined && typeof node.name !== 'string') {
      return { problem: t`The name of node "${node.id}" is not text.` };
    }
  }
  const ports = new Set<string>();
  for (const [index, edge] of edges.entries()) {
    if (!isObject(edge) || ![edge.from, edge.port, edge.to].every((end) => typeof end === 'string')) {
      return { problem: t`Edge ${index + 1} lacks "from", "port" or "to".` };
    }
    const port = JSON.stringify([edge.from, edge.port]);
    if (ports.has(port))
      return { problem: t`Two edges leave from port "${String(edge.port)}" of "${String(edge.from)}".` };
    ports.add(port);
  }
  for (const [index, note] of notes.entries()) {
    if (!isObject(note) || typeof note.id !== 'string' || typeof note.text !== 'string') {
      return { problem: t`Note ${index + 1} has no "id" or no "text".` };
    }
  }
  const flow = {
    ...(draft as unknown as Flow),
    nodes: nodes as unknown as FlowNode[],
    edges: edges as unknown as FlowEdge[],
  };
  return { flow: { ...flow, schema: textOr(draft.schema, 'sluice/v1'), name: textOr(draft.name, '') } };
}

function isPosition(value: unknown): boolean {
  return isObject(value) && Number.isFinite(value.x) && Number.isFinite(value.y);
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}

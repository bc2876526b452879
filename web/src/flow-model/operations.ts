import type { Flow, FlowEdge, FlowNode, FlowNote, Position } from './flow';
import { isObject, type Json, type JsonObject, type Path, valueAt, withValueAt } from './json';

/**
 * The smallest changes to a flow. Each has an inverse of the same kind, so undo,
 * autosave and paste all speak one language.
 */
export type Operation =
  | { type: 'add_node'; node: FlowNode; index?: number }
  /** The node must have no edges. */
  | { type: 'remove_node'; id: string }
  | { type: 'rename_node'; id: string; name: string | undefined }
  | { type: 'set_config'; id: string; path: Path; value: Json | undefined }
  | { type: 'move'; positions: { [id: string]: Position | undefined } }
  | { type: 'connect'; edge: FlowEdge; index?: number }
  | { type: 'disconnect'; from: string; port: string }
  | { type: 'set_flow'; field: 'name' | 'description'; value: string }
  | { type: 'set_scenarios'; scenarios: Json[] | undefined }
  /** Sets or removes what else a flow has, as a whole. Nodes, edges and notes have operations of their own. */
  | { type: 'set_member'; member: string; value: Json | undefined }
  | { type: 'add_note'; note: FlowNote; index?: number }
  | { type: 'remove_note'; id: string }
  | { type: 'change_note'; id: string; change: Partial<Omit<FlowNote, 'id'>> }
  | { type: 'batch'; operations: Operation[] };

export interface Applied {
  flow: Flow;
  /** Undoes the operation when applied to `flow`. */
  inverse: Operation;
}

/** Applies the operation to a copy. What it does not touch keeps its identity. Throws when it does not fit the flow. */
export function apply(flow: Flow, operation: Operation): Applied {
  switch (operation.type) {
    case 'add_node': {
      if (flow.nodes.some((node) => node.id === operation.node.id)) {
        throw new Error(`A node with the id "${operation.node.id}" is there already.`);
      }
      return {
        flow: { ...flow, nodes: inserted(flow.nodes, operation.node, operation.index) },
        inverse: { type: 'remove_node', id: operation.node.id },
      };
    }
    case 'remove_node': {
      const index = indexOfNode(flow, operation.id);
      const node = flow.nodes[index] as FlowNode;
      if (flow.edges.some((edge) => edge.from === node.id || edge.to === node.id)) {
        throw new Error(`The node "${node.id}" still has edges.`);
      }
      return {
        flow: { ...flow, nodes: flow.nodes.toSpliced(index, 1) },
        inverse: { type: 'add_node', node, index },
      };
    }
    case 'rename_node': {
      const { flow: renamed, before } = changeNode(flow, operation.id, ({ name: _, ...node }) =>
        operation.name === undefined ? node : { ...node, name: operation.name },
      );
      return { flow: renamed, inverse: { ...operation, name: before.name } };
    }
    case 'set_config': {
      const { id, path, value } = operation;
      const { flow: changed, before } = changeNode(flow, id, (node) => ({
        ...node,
        config: (withValueAt(node.config ?? {}, path, value) ?? {}) as JsonObject,
      }));
      const back = pathThatWasThere(before.config ?? {}, path);
      return {
        flow: changed,
        inverse: { type: 'set_config', id, path: back, value: valueAt(before.config, back) },
      };
    }
    case 'move':
      return move(flow, operation.positions);
    case 'connect': {
      const { edge } = operation;
      if (flow.edges.some((other) => other.from === edge.from && other.port === edge.port)) {
        throw new Error(`Port "${edge.port}" of "${edge.from}" has an edge already.`);
      }
      return {
        flow: { ...flow, edges: inserted(flow.edges, edge, operation.index) },
        inverse: { type: 'disconnect', from: edge.from, port: edge.port },
      };
    }
    case 'disconnect': {
      const index = flow.edges.findIndex(
        (edge) => edge.from === operation.from && edge.port === operation.port,
      );
      const edge = flow.edges[index];
      if (!edge) throw new Error(`Port "${operation.port}" of "${operation.from}" has no edge.`);
      return {
        flow: { ...flow, edges: flow.edges.toSpliced(index, 1) },
        inverse: { type: 'connect', edge, index },
      };
    }
    case 'set_flow': {
      const { field, value } = operation;
      return {
        flow: { ...flow, [field]: value },
        inverse: { type: 'set_flow', field, value: flow[field] ?? '' },
      };
    }
    case 'set_scenarios':
      return {
        flow: withoutUndefined({ ...flow, scenarios: operation.scenarios as Json[] }),
        inverse: { type: 'set_scenarios', scenarios: flow.scenarios },
      };
    case 'set_member': {
      const { member, value } = operation;
      if (['nodes', 'edges', 'notes'].includes(member)) throw new Error(`${member} are not set as a whole.`);
      const before = valueAt(flow as unknown as JsonObject, [member]);
      return {
        flow: withoutUndefined({ ...flow, [member]: value }),
        inverse: { type: 'set_member', member, value: before },
      };
    }
    case 'add_note':
      return {
        flow: { ...flow, notes: inserted(flow.notes ?? [], operation.note, operation.index) },
        inverse: { type: 'remove_note', id: operation.note.id },
      };
    case 'remove_note': {
      const notes = flow.notes ?? [];
      const index = notes.findIndex((note) => note.id === operation.id);
      const note = notes[index];
      if (!note) throw new Error(`There is no note "${operation.id}".`);
      return {
        flow: { ...flow, notes: notes.toSpliced(index, 1) },
        inverse: { type: 'add_note', note, index },
      };
    }
    case 'change_note': {
      const notes = flow.notes ?? [];
      const note = notes.find((other) => other.id === operation.id);
      if (!note) throw new Error(`There is no note "${operation.id}".`);
      const before: Partial<Omit<FlowNote, 'id'>> = {};
      for (const key of Object.keys(operation.change) as (keyof typeof before)[]) {
        Object.assign(before, { [key]: note[key] });
      }
      return {
        flow: {
          ...flow,
          notes: notes.map((other) =>
            other === note ? withoutUndefined({ ...note, ...operation.change }) : other,
          ),
        },
        inverse: { type: 'change_note', id: note.id, change: before },
      };
    }
    case 'batch': {
      let current = flow;
      const inverses: Operation[] = [];
      for (const part of operation.operations) {
        const applied = apply(current, part);
        current = applied.flow;
        inverses.unshift(applied.inverse);
      }
      return { flow: current, inverse: { type: 'batch', operations: inverses } };
    }
  }
}

function move(flow: Flow, positions: { [id: string]: Position | undefined }): Applied {
  const before: { [id: string]: Position | undefined } = {};
  const nodes = flow.nodes.map((node) => {
    if (!Object.hasOwn(positions, node.id)) return node;
    before[node.id] = node.position;
    return withoutUndefined({ ...node, position: positions[node.id] });
  });
  return { flow: { ...flow, nodes }, inverse: { type: 'move', positions: before } };
}

/** The beginning of the path up to what setting a value there makes or replaces: what undoing has to put back. */
function pathThatWasThere(config: JsonObject, path: Path): Path {
  for (let length = 1; length < path.length; length++) {
    const inside = valueAt(config, path.slice(0, length));
    const fits = typeof path[length] === 'number' ? Array.isArray(inside) : isObject(inside);
    if (!fits) return path.slice(0, length);
  }
  return path;
}

function changeNode(
  flow: Flow,
  id: string,
  change: (node: FlowNode) => FlowNode,
): { flow: Flow; before: FlowNode } {
  const index = indexOfNode(flow, id);
  const before = flow.nodes[index] as FlowNode;
  return { flow: { ...flow, nodes: flow.nodes.with(index, change(before)) }, before };
}

function indexOfNode(flow: Flow, id: string): number {
  const index = flow.nodes.findIndex((node) => node.id === id);
  if (index < 0) throw new Error(`There is no node "${id}".`);
  return index;
}

function inserted<T>(list: T[], item: T, index = list.length): T[] {
  return list.toSpliced(index, 0, item);
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

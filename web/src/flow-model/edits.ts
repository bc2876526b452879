import { type Flow, type FlowNode, type FlowNote, nodeOf, type Position } from './flow';
import { freeId, freeName, nodeIds, nodeNames } from './ids';
import { isObject, type Json, type JsonObject, type Path, withValueAt } from './json';
import { configSchema, initialObject, type NodeType, type NodeTypes } from './node-type';
import type { Operation } from './operations';
import { fixedPorts, jumpTarget, madePortNames } from './ports';

/*
 * What people do to a flow, as operations. Each function looks at the flow and
 * gives the smallest batch that does the whole of it.
 */

/** A new node of that type with a free id and name. */
export function newNode(flow: Flow, type: NodeType, position: Position): FlowNode {
  const schema = configSchema(type);
  return {
    id: freeId(type.type, nodeIds(flow)),
    type: type.type,
    name: freeName(type.title, nodeNames(flow)),
    position: rounded(position),
    config: initialObject(schema, schema),
  };
}

/** Removes nodes with all their edges. */
export function removeNodes(flow: Flow, ids: ReadonlySet<string>): Operation {
  return {
    type: 'batch',
    operations: [
      ...flow.edges
        .filter((edge) => ids.has(edge.from) || ids.has(edge.to))
        .map((edge): Operation => ({ type: 'disconnect', from: edge.from, port: edge.port })),
      ...flow.nodes
        .filter((node) => ids.has(node.id))
        .map((node): Operation => ({ type: 'remove_node', id: node.id })),
    ],
  };
}

/** Leads a port to a node, in place of where it led before. */
export function connect(flow: Flow, from: string, port: string, to: string): Operation {
  const operations: Operation[] = [{ type: 'connect', edge: { from, port, to } }];
  if (flow.edges.some((edge) => edge.from === from && edge.port === port)) {
    operations.unshift({ type: 'disconnect', from, port });
  }
  return { type: 'batch', operations };
}

/**
 * Changes a node's config. When the change renames a port that the config
 * makes, its edge moves along; when it removes one, its edge goes with it.
 */
export function setConfig(
  flow: Flow,
  types: NodeTypes,
  id: string,
  path: Path,
  value: Json | undefined,
): Operation {
  const set: Operation = { type: 'set_config', id, path, value };
  const node = nodeOf(flow, id);
  const type = node && types.get(node.type);
  if (!node || !type?.ports_from) return set;

  const after = { ...node, config: (withValueAt(node.config ?? {}, path, value) ?? {}) as JsonObject };
  const before = madePortNames(node, type);
  const now = madePortNames(after, type);
  const fixed = type.ports.map((port) => port.name);
  const operations: Operation[] = [set];
  for (const edge of flow.edges) {
    const index = before.indexOf(edge.port);
    if (edge.from !== id || index < 0 || fixed.includes(edge.port) || now.includes(edge.port)) continue;
    operations.push({ type: 'disconnect', from: id, port: edge.port });
    // With as many items as before, an item whose name is gone was renamed.
    const renamed = before.length === now.length ? now[index] : undefined;
    const taken =
      renamed !== undefined && flow.edges.some((other) => other.from === id && other.port === renamed);
    if (renamed !== undefined && !taken) {
      operations.push({ type: 'connect', edge: { ...edge, port: renamed }, index: flow.edges.indexOf(edge) });
    }
  }
  operations.push(...movedFixed(flow, node, after, type));
  return operations.length === 1 ? set : { type: 'batch', operations };
}

/**
 * What becomes of the lines of exits that the change of a config takes away:
 * each goes to the exit that comes in its place, if one does.
 */
function movedFixed(flow: Flow, node: FlowNode, after: FlowNode, type: NodeType): Operation[] {
  const before = fixedPorts(node, type).map((port) => port.name);
  const now = fixedPorts(after, type).map((port) => port.name);
  const gone = before.filter((port) => !now.includes(port));
  const come = now.filter((port) => !before.includes(port));
  return gone.flatMap((port, place): Operation[] => {
    const edge = flow.edges.find((other) => other.from === node.id && other.port === port);
    if (!edge) return [];
    const instead = come[place];
    const removed: Operation = { type: 'disconnect', from: node.id, port };
    return instead === undefined
      ? [removed]
      : [removed, { type: 'connect', edge: { ...edge, port: instead }, index: flow.edges.indexOf(edge) }];
  });
}

/** Part of a flow on its way through the clipboard. */
export interface Fragment {
  nodes: FlowNode[];
  /** Lines between these nodes. */
  edges: { from: string; port: string; to: string }[];
  notes: FlowNote[];
}

/** What copying the nodes and notes takes along. The entry stays: a flow has one. */
export function fragmentOf(
  flow: Flow,
  types: NodeTypes,
  ids: ReadonlySet<string>,
  noteIds: ReadonlySet<string> = new Set(),
): Fragment {
  const nodes = flow.nodes.filter((node) => ids.has(node.id) && !types.get(node.type)?.entry);
  const kept = new Set(nodes.map((node) => node.id));
  return {
    nodes,
    edges: flow.edges.filter((edge) => kept.has(edge.from) && kept.has(edge.to)),
    notes: (flow.notes ?? []).filter((note) => noteIds.has(note.id)),
  };
}

/**
 * Adds copies of the fragment's nodes with new ids and names. Lines, jumps and
 * `steps.<id>` references among them lead to the copies.
 */
export function paste(
  flow: Flow,
  types: NodeTypes,
  fragment: Fragment,
  shift: Position,
): { operation: Operation; ids: string[]; notes: string[] } {
  const takenIds = nodeIds(flow);
  const takenNames = nodeNames(flow);
  const newIds = new Map<string, string>();
  const operations: Operation[] = [];
  for (const node of fragment.nodes) {
    const id = freeId(node.id.replace(/_\d+$/, ''), takenIds);
    takenIds.add(id);
    newIds.set(node.id, id);
  }
  for (const node of fragment.nodes) {
    const type = types.get(node.type);
    const name = node.name === undefined ? undefined : freeName(node.name, takenNames);
    if (name !== undefined) takenNames.add(name);
    let config = renamedReferences(node.config ?? {}, newIds) as JsonObject;
    const target = jumpTarget(node, type);
    if (type?.target && target !== undefined && newIds.has(target)) {
      config = { ...config, [type.target]: newIds.get(target) };
    }
    operations.push({
      type: 'add_node',
      node: {
        ...node,
        id: newIds.get(node.id) as string,
        ...(name === undefined ? {} : { name }),
        position: shifted(node.position, shift),
        config,
      },
    });
  }
  for (const edge of fragment.edges) {
    const from = newIds.get(edge.from);
    const to = newIds.get(edge.to);
    if (from && to) operations.push({ type: 'connect', edge: { from, port: edge.port, to } });
  }
  const takenNotes = new Set((flow.notes ?? []).map((note) => note.id));
  const notes = fragment.notes.map((note) => {
    const id = freeId('note', takenNotes);
    takenNotes.add(id);
    operations.push({ type: 'add_note', note: { ...note, id, position: shifted(note.position, shift) } });
    return id;
  });
  return { operation: { type: 'batch', operations }, ids: [...newIds.values()], notes };
}

function shifted(position: Position | undefined, by: Position): Position {
  return rounded({ x: (position?.x ?? 0) + by.x, y: (position?.y ?? 0) + by.y });
}

/** Reads a fragment from clipboard text, or undefined when the text is something else. */
export function parseFragment(text: string): Fragment | undefined {
  if (!text.includes('"sluice/nodes"')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value.clipboard !== 'sluice/nodes') return undefined;
  // Texts from before notes were copied have none.
  const { nodes, edges, notes = [] } = value;
  if (!Array.isArray(nodes) || !Array.isArray(edges) || !Array.isArray(notes)) return undefined;
  const fits =
    nodes.every(
      (node) =>
        isObject(node) &&
        typeof node.id === 'string' &&
        typeof node.type === 'string' &&
        (node.config === undefined || isObject(node.config)),
    ) &&
    edges.every(
      (edge) => isObject(edge) && [edge.from, edge.port, edge.to].every((end) => typeof end === 'string'),
    ) &&
    notes.every((note) => isObject(note) && typeof note.id === 'string' && typeof note.text === 'string');
  return fits ? ({ nodes, edges, notes } as unknown as Fragment) : undefined;
}

export function fragmentText(fragment: Fragment): string {
  return JSON.stringify({ clipboard: 'sluice/nodes', ...fragment });
}

/** A new, empty remark. */
export function newNote(flow: Flow, position: Position): FlowNote {
  const taken = new Set((flow.notes ?? []).map((note) => note.id));
  return { id: freeId('note', taken), text: '', position: rounded(position), width: 240, height: 120 };
}

function renamedReferences(value: Json | undefined, ids: ReadonlyMap<string, string>): Json | undefined {
  if (typeof value === 'string') {
    return value.replace(/\bsteps\.([A-Za-z_][A-Za-z0-9_]*)/g, (all, id: string) =>
      ids.has(id) ? `steps.${ids.get(id)}` : all,
    );
  }
  if (Array.isArray(value)) return value.map((item) => renamedReferences(item, ids) as Json);
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, renamedReferences(item, ids)]),
    );
  }
  return value;
}

/** Whole pixels: fractions of one only make diffs longer. */
export function rounded({ x, y }: Position): Position {
  return { x: Math.round(x), y: Math.round(y) };
}

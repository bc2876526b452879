import { connectionProblem, reaches } from './connections';
import { newNode, rounded } from './edits';
import { type Flow, type FlowEdge, type FlowNode, nodeOf, type Position } from './flow';
import { cardSize, cardWidth, sizeOf } from './geometry';
import { columnWidth, placed } from './layout';
import type { NodeType, NodeTypes } from './node-type';
import type { Operation } from './operations';
import { type Port, portsOf } from './ports';

/*
 * New nodes where a flow goes on: after a port, in the middle of a line, and as
 * a jump back. Each is one operation, with the id of the node that it makes.
 */

export interface Insertion {
  operation: Operation;
  id: string;
}

/** The least room around a card, in canvas pixels. */
const gap = 24;

/** The exit by which a run leaves a node when all goes well: the first that neither fails nor waits. */
export function mainPort(ports: readonly Port[]): Port | undefined {
  return ports.find((port) => !port.failure && !port.timed) ?? ports[0];
}

/** Where a node is best continued: a free exit, the main one first; without a free one the main one. */
export function exitOf(flow: Flow, types: NodeTypes, id: string): Port | undefined {
  const node = nodeOf(flow, id);
  if (!node) return undefined;
  const ports = portsOf(node, types.get(node.type));
  const free = ports.filter((port) => !edgeAt(flow, id, port.name));
  return mainPort(free.filter((port) => !port.failure && !port.timed)) ?? mainPort(ports);
}

export function edgeAt(flow: Flow, from: string, port: string): FlowEdge | undefined {
  return flow.edges.find((edge) => edge.from === from && edge.port === port);
}

/** Whether people can add nodes of that type: placeholders only come with flows of other tools. */
export function isOffered(type: NodeType): boolean {
  return !type.placeholder;
}

/** Whether nodes of that type can stand at the end of a line. */
export function canFollow(type: NodeType): boolean {
  return isOffered(type) && !type.entry;
}

/** Whether nodes of that type can stand in the middle of a line: a run that enters them goes on. */
export function canSplice(type: NodeType): boolean {
  return (
    canFollow(type) && type.target === undefined && (type.ports.length > 0 || type.ports_from !== undefined)
  );
}

/**
 * Adds a node of that type to the right of a port and leads the port to it. A
 * port that has a line already gets the node into the line, where that can be.
 */
export function addAfter(
  flow: Flow,
  types: NodeTypes,
  type: NodeType,
  from: string,
  port: string,
): Insertion | undefined {
  const edge = edgeAt(flow, from, port);
  if (edge) return canSplice(type) ? splice(flow, types, type, edge) : undefined;
  if (!canFollow(type)) return undefined;
  const node = newNode(flow, type, placeAfter(flow, types, from, port, type.ports.length));
  return {
    id: node.id,
    operation: batch([
      ...settled(flow, types),
      { type: 'add_node', node },
      { type: 'connect', edge: { from, port, to: node.id } },
    ]),
  };
}

/**
 * Puts a node of that type into a line: what led to the target leads to the new
 * node, and its main exit to the target. Without a place given it stands
 * between the two, and what follows steps aside for it.
 */
export function splice(
  flow: Flow,
  types: NodeTypes,
  type: NodeType,
  edge: FlowEdge,
  at?: Position,
): Insertion | undefined {
  if (!canSplice(type)) return undefined;
  const places = placed(flow, types);
  const source = places.get(edge.from) ?? { x: 0, y: 0 };
  const target = places.get(edge.to) ?? source;
  const between = { x: source.x + columnWidth, y: Math.round((source.y + target.y) / 2) };
  const node = newNode(flow, type, at ?? between);
  const exit = mainPort(portsOf(node, type));
  if (!exit) return undefined;
  const index = flow.edges.indexOf(edge);
  return {
    id: node.id,
    operation: batch([
      ...(at ? settled(flow, types) : makeRoom(flow, types, edge)),
      { type: 'disconnect', from: edge.from, port: edge.port },
      { type: 'add_node', node },
      { type: 'connect', edge: { ...edge, to: node.id }, index },
      { type: 'connect', edge: { from: node.id, port: exit.name, to: edge.to } },
    ]),
  };
}

/** What a port may lead to: by a line, or through a jump because the node comes before it, or not at all. */
export function wayTo(flow: Flow, types: NodeTypes, from: string, to: string): 'line' | 'jump' | undefined {
  if (connectionProblem(flow, types, from, to) === undefined) return 'line';
  const target = nodeOf(flow, to);
  const source = nodeOf(flow, from);
  if (!target || !source || types.get(target.type)?.entry || !jumpType(types)) return undefined;
  // A jump that goes to itself, or to a jump, would go nowhere.
  if (types.get(target.type)?.target !== undefined) return undefined;
  return from === to || reaches(flow, to, from) ? 'jump' : undefined;
}

/** How often a new jump goes back before it gives up: a loop that forgets to end stays cheap. */
export const jumpLimit = 3;

/** Leads a port back to an earlier node through a new jump, in place of where it led before. */
export function connectByJump(
  flow: Flow,
  types: NodeTypes,
  from: string,
  port: string,
  to: string,
  limit = jumpLimit,
): Insertion | undefined {
  const type = jumpType(types);
  if (!type?.target || wayTo(flow, types, from, to) !== 'jump') return undefined;
  const bare = newNode(flow, type, placeAfter(flow, types, from, port, type.ports.length));
  const config = { ...bare.config, [type.target]: to, ...(type.limit ? { [type.limit]: limit } : {}) };
  const node: FlowNode = { ...bare, config };
  return {
    id: node.id,
    operation: batch([
      ...settled(flow, types),
      ...(edgeAt(flow, from, port) ? [{ type: 'disconnect', from, port } as const] : []),
      { type: 'add_node', node },
      { type: 'connect', edge: { from, port, to: node.id } },
    ]),
  };
}

/** The type of node that goes back; undefined when the server has none. */
export function jumpType(types: NodeTypes): NodeType | undefined {
  return [...types.values()].find((type) => type.target !== undefined);
}

/** A free place to the right of a port, below what stands there already. */
function placeAfter(flow: Flow, types: NodeTypes, from: string, port: string, ports: number): Position {
  const places = placed(flow, types);
  const source = places.get(from) ?? { x: 0, y: 0 };
  const node = nodeOf(flow, from);
  const own = node ? portsOf(node, types.get(node.type)) : [];
  const row = own.findIndex((other) => other.name === port);
  // Cards after the exits of one node begin in the order of the exits.
  const wanted = { x: source.x + columnWidth, y: source.y + Math.max(0, row) * gap };
  return freePlace(flow, types, places, wanted, cardSize(2, ports).height);
}

function freePlace(
  flow: Flow,
  types: NodeTypes,
  places: ReadonlyMap<string, Position>,
  { x, y }: Position,
  height: number,
): Position {
  const boxes = flow.nodes
    .flatMap((node) => {
      const place = places.get(node.id);
      if (!place || Math.abs(place.x - x) >= cardWidth + gap) return [];
      const { height } = sizeOf(flow, node, types.get(node.type));
      return [{ top: place.y - gap, bottom: place.y + height + gap }];
    })
    .sort((a, b) => a.top - b.top);
  let top = y;
  for (const box of boxes) if (top < box.bottom && top + height > box.top) top = box.bottom;
  return { x, y: top };
}

/** Moves what a line leads to, and all after it that stands as far right, until one more card fits in. */
function makeRoom(flow: Flow, types: NodeTypes, edge: FlowEdge): Operation[] {
  const places = placed(flow, types);
  const source = places.get(edge.from);
  const target = places.get(edge.to);
  const missing = source && target ? source.x + 2 * columnWidth - target.x : 0;
  // A target that stands far to the left is not in the way.
  if (!target || missing <= 0 || missing > columnWidth) return settled(flow, types);
  const after = new Set(
    flow.nodes
      .filter((node) => (places.get(node.id)?.x ?? 0) >= target.x && reaches(flow, edge.to, node.id))
      .map((node) => node.id),
  );
  const moved = [...places].map(([id, place]): [string, Position] => [
    id,
    after.has(id) ? rounded({ x: place.x + missing, y: place.y }) : place,
  ]);
  return [{ type: 'move', positions: changed(flow, moved) }];
}

/** Keeps the places that the canvas gave to nodes without one: a node with one would lose them theirs. */
function settled(flow: Flow, types: NodeTypes): Operation[] {
  const positions = changed(flow, [...placed(flow, types)]);
  return Object.keys(positions).length > 0 ? [{ type: 'move', positions }] : [];
}

function changed(flow: Flow, places: [string, Position][]): { [id: string]: Position } {
  return Object.fromEntries(
    places.filter(([id, { x, y }]) => {
      const now = nodeOf(flow, id)?.position;
      return now?.x !== x || now.y !== y;
    }),
  );
}

function batch(operations: Operation[]): Operation {
  return { type: 'batch', operations };
}

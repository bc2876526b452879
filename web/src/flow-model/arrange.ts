import { reaches } from './connections';
import { rounded } from './edits';
import type { Flow, FlowNode, FlowNote, Position } from './flow';
import { nodeOf } from './flow';
import { type Size, sizeOf } from './geometry';
import { mainPort } from './insert';
import { placed } from './layout';
import type { NodeTypes } from './node-type';
import { notePlace } from './nudge';
import type { Operation } from './operations';
import { jumpTarget, portsOf } from './ports';

/*
 * Tidying a flow, without the part that finds the places: what to arrange as a
 * graph of boxes, and what to do with the answer. A worker with dagre stands
 * between the two.
 */

/** What is to be arranged, from left to right. Plain data, so that it can be sent to a worker. */
export interface BoxGraph {
  boxes: ({ id: string } & Size)[];
  /** Lines; those with more weight are kept shorter and straighter. */
  lines: { from: string; to: string; weight: number }[];
  /** Boxes that stand above others when they come into one column: what follows upper ports. */
  above: { upper: string; lower: string }[];
}

/** The top left corner of each box. */
export type BoxPlaces = { [id: string]: Position };

/** The way on when all goes well is drawn straight; a fallback may bend. */
const mainWeight = 3;
/** A jump's link counts like any fallback. */
const jumpWeight = 1;
/** A note moves along with a node whose middle is nearer than this, in canvas pixels. */
const noteReach = 600;

/** The nodes as boxes: all of them, or only these. Jumps that go back do not count. */
export function boxGraph(flow: Flow, types: NodeTypes, only?: ReadonlySet<string>): BoxGraph {
  const chosen = flow.nodes.filter((node) => !only || only.has(node.id));
  const ids = new Set(chosen.map((node) => node.id));
  const exits = new Map<string, Map<string, string>>();
  for (const { from, port, to } of flow.edges) {
    if (!ids.has(from) || !ids.has(to)) continue;
    exits.set(from, (exits.get(from) ?? new Map()).set(port, to));
  }
  const next = (node: FlowNode) =>
    portsOf(node, types.get(node.type)).flatMap((port) => {
      const to = exits.get(node.id)?.get(port.name);
      return to === undefined ? [] : [{ port: port.name, to }];
    });
  const ways = new Map(chosen.map((node) => [node.id, next(node)]));
  const rank = preorder(
    chosen.map((node) => node.id),
    ways,
  );
  const lines = chosen.flatMap((node) => {
    const main = mainPort(portsOf(node, types.get(node.type)))?.name;
    return (ways.get(node.id) ?? []).map(({ port, to }) => ({
      from: node.id,
      to,
      weight: port === main ? mainWeight : 1,
    }));
  });
  for (const node of chosen) {
    const target = jumpTarget(node, types.get(node.type));
    // A jump onwards stands before its target; one back would bend everything.
    if (target !== undefined && ids.has(target) && !reaches(flow, target, node.id))
      lines.push({ from: node.id, to: target, weight: jumpWeight });
  }
  const above = chosen.flatMap((node) => {
    const targets = [...new Set((ways.get(node.id) ?? []).map(({ to }) => to))];
    return targets.slice(1).flatMap((lower, index) => {
      const upper = targets[index] as string;
      // One order for the whole flow: wishes that contradict each other could not be met.
      return (rank.get(upper) ?? 0) < (rank.get(lower) ?? 0) ? [{ upper, lower }] : [];
    });
  });
  const boxes = chosen.map((node) => ({ id: node.id, ...sizeOf(flow, node, types.get(node.type)) }));
  return { boxes, lines, above };
}

/** The nodes in the order in which one comes to them, upper ports first. */
function preorder(ids: string[], ways: ReadonlyMap<string, { to: string }[]>): Map<string, number> {
  const rank = new Map<string, number>();
  const entered = new Set([...ways.values()].flatMap((list) => list.map(({ to }) => to)));
  // Nodes that nothing leads to come first; what is left then lies on circles.
  const work = [...ids.filter((id) => !entered.has(id)), ...ids].reverse();
  while (work.length > 0) {
    const id = work.pop() as string;
    if (rank.has(id)) continue;
    rank.set(id, rank.size);
    for (const { to } of (ways.get(id) ?? []).toReversed()) work.push(to);
  }
  return rank;
}

/**
 * Moves the nodes to their new places as one step. The arrangement begins where
 * the topmost left corner of these nodes was, the others stay, and notes move
 * with the node that they stand beside. Undefined when nothing would move.
 */
export function arrangement(flow: Flow, types: NodeTypes, places: BoxPlaces): Operation | undefined {
  const before = placed(flow, types);
  const ids = Object.keys(places).filter((id) => before.has(id));
  if (ids.length === 0) return undefined;
  const old = corner(ids.map((id) => before.get(id) as Position));
  const now = corner(ids.map((id) => places[id] as Position));
  const positions: { [id: string]: Position } = {};
  for (const id of ids) {
    const { x, y } = places[id] as Position;
    positions[id] = rounded({ x: x - now.x + old.x, y: y - now.y + old.y });
  }
  // A node without a place of its own would get another one as soon as its neighbours have theirs.
  for (const node of flow.nodes) {
    const own = before.get(node.id);
    if (!node.position && own && !positions[node.id]) positions[node.id] = own;
  }
  const moved = Object.fromEntries(
    Object.entries(positions).filter(([id, { x, y }]) => {
      const at = nodeOf(flow, id)?.position;
      return at?.x !== x || at.y !== y;
    }),
  );
  if (Object.keys(moved).length === 0) return undefined;
  return {
    type: 'batch',
    operations: [{ type: 'move', positions: moved }, ...noteMoves(flow, types, moved)],
  };
}

function noteMoves(flow: Flow, types: NodeTypes, moved: BoxPlaces): Operation[] {
  const before = placed(flow, types);
  const middles = flow.nodes.flatMap((node) => {
    const at = before.get(node.id);
    if (!at) return [];
    return [{ id: node.id, at, middle: middleOf(at, sizeOf(flow, node, types.get(node.type))) }];
  });
  return (flow.notes ?? []).flatMap((note): Operation[] => {
    const middle = middleOf(note.position ?? notePlace, noteSizeOf(note));
    const distance = (other: Position) => Math.hypot(other.x - middle.x, other.y - middle.y);
    const [nearest] = middles.toSorted((a, b) => distance(a.middle) - distance(b.middle));
    const to = nearest && moved[nearest.id];
    if (!nearest || !to || distance(nearest.middle) > noteReach) return [];
    const { x, y } = note.position ?? notePlace;
    const position = rounded({ x: x + to.x - nearest.at.x, y: y + to.y - nearest.at.y });
    return [{ type: 'change_note', id: note.id, change: { position } }];
  });
}

function noteSizeOf(note: FlowNote): Size {
  return { width: note.width || 240, height: note.height || 120 };
}

function middleOf({ x, y }: Position, { width, height }: Size): Position {
  return { x: x + width / 2, y: y + height / 2 };
}

function corner(places: Position[]): Position {
  return { x: Math.min(...places.map(({ x }) => x)), y: Math.min(...places.map(({ y }) => y)) };
}

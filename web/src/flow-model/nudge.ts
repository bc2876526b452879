import { rounded } from './edits';
import type { Flow, Position } from './flow';
import { placed } from './layout';
import type { NodeTypes } from './node-type';
import type { Operation } from './operations';

/** Where a note without a place stands. */
export const notePlace: Position = { x: 0, y: -200 };

/** Moves these nodes and notes by so many canvas pixels; undefined when there is none of them. */
export function nudge(
  flow: Flow,
  types: NodeTypes,
  { nodes, notes }: { nodes: ReadonlySet<string>; notes: ReadonlySet<string> },
  by: Position,
): Operation | undefined {
  const shifted = ({ x, y }: Position) => rounded({ x: x + by.x, y: y + by.y });
  const positions: { [id: string]: Position } = {};
  const places = placed(flow, types);
  const moves = flow.nodes.some((node) => nodes.has(node.id));
  for (const node of flow.nodes) {
    const place = places.get(node.id);
    if (!moves || !place) continue;
    if (nodes.has(node.id)) positions[node.id] = shifted(place);
    // A node without a place would get another one as soon as its neighbour has one.
    else if (!node.position) positions[node.id] = place;
  }
  const operations: Operation[] = moves ? [{ type: 'move', positions }] : [];
  for (const note of flow.notes ?? []) {
    if (!notes.has(note.id)) continue;
    operations.push({
      type: 'change_note',
      id: note.id,
      change: { position: shifted(note.position ?? notePlace) },
    });
  }
  return operations.length > 0 ? { type: 'batch', operations } : undefined;
}

import type { Flow, Position } from './flow';
import { sizeOf } from './geometry';
import type { NodeTypes } from './node-type';
import { portsOf } from './ports';

/** Distances in canvas pixels. */
export const columnWidth = 340;
const rowGap = 48;

/**
 * A tidy place for every node: columns from left to right by the longest way
 * from a first node, rows in the order that crosses the fewest lines. The same
 * flow always gets the same places.
 */
export function layout(flow: Flow, types: NodeTypes): { [id: string]: Position } {
  const column = columns(flow);
  const rows: string[][] = [];
  for (const node of flow.nodes) {
    const index = column.get(node.id) ?? 0;
    rows[index] = [...(rows[index] ?? []), node.id];
  }
  const heights = new Map(
    flow.nodes.map((node) => [node.id, sizeOf(flow, node, types.get(node.type)).height]),
  );
  orderRows(rows, flow, types);

  const positions: { [id: string]: Position } = {};
  for (const [index, ids] of rows.entries()) {
    const total = (ids ?? []).reduce((sum, id) => sum + (heights.get(id) ?? 0) + rowGap, -rowGap);
    let y = Math.round(-total / 2);
    for (const id of ids ?? []) {
      positions[id] = { x: index * columnWidth, y };
      y += (heights.get(id) ?? 0) + rowGap;
    }
  }
  return positions;
}

function columns(flow: Flow): Map<string, number> {
  const column = new Map(flow.nodes.map((node) => [node.id, 0]));
  // Longest ways settle after at most as many rounds as there are nodes; a
  // draft with a circle, which is an error anyway, stops there too.
  for (let round = 0; round < flow.nodes.length; round++) {
    let changed = false;
    for (const { from, to } of flow.edges) {
      const wanted = (column.get(from) ?? 0) + 1;
      const now = column.get(to);
      if (now !== undefined && now < wanted && wanted < flow.nodes.length) {
        column.set(to, wanted);
        changed = true;
      }
    }
    if (!changed) break;
  }
  return column;
}

/** Puts each node near the mean of the ports that lead to it, column by column. */
function orderRows(rows: string[][], flow: Flow, types: NodeTypes): void {
  const portIndex = new Map<string, number>();
  for (const node of flow.nodes) {
    const ports = portsOf(node, types.get(node.type));
    for (const [index, port] of ports.entries()) {
      portIndex.set(`${node.id}/${port.name}`, (index + 1) / (ports.length + 1));
    }
  }
  const place = new Map<string, number>();
  for (const ids of rows) {
    const weights = new Map<string, number>();
    for (const [index, id] of (ids ?? []).entries()) {
      const sources = flow.edges.filter((edge) => edge.to === id && place.has(edge.from));
      const sum = sources.reduce(
        (total, edge) =>
          total + (place.get(edge.from) ?? 0) + (portIndex.get(`${edge.from}/${edge.port}`) ?? 0),
        0,
      );
      weights.set(id, sources.length > 0 ? sum / sources.length : index);
    }
    ids?.sort((a, b) => (weights.get(a) ?? 0) - (weights.get(b) ?? 0));
    for (const [index, id] of (ids ?? []).entries()) place.set(id, index);
  }
}

/** The flow with a place for each node: its own, or a tidy one when any node has none. */
export function placed(flow: Flow, types: NodeTypes): Map<string, Position> {
  const own = new Map(
    flow.nodes.flatMap((node) => (node.position ? [[node.id, node.position] as const] : [])),
  );
  if (own.size === flow.nodes.length) return own;
  // A few nodes without a place among others with one would land on top of them.
  return new Map(Object.entries(layout(flow, types)));
}

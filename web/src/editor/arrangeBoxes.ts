import { Graph, layout } from '@dagrejs/dagre';
import type { BoxGraph, BoxPlaces } from '@/flow-model';

/** Distances between cards, in canvas pixels: room for lines to turn, and for their labels. */
const betweenColumns = 100;
const betweenRows = 44;

/** Finds a tidy place for every box: columns from left to right, few crossings. The same graph gets the same places. */
export function arrangeBoxes({ boxes, lines, above }: BoxGraph): BoxPlaces {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', ranksep: betweenColumns, nodesep: betweenRows, edgesep: 20 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  for (const [index, { from, to, weight }] of lines.entries())
    graph.setEdge(from, to, { weight, minlen: 1 }, String(index));
  layout(graph, { constraints: above.map(({ upper, lower }) => ({ left: upper, right: lower })) });
  return Object.fromEntries(
    boxes.map(({ id, width, height }) => {
      // dagre gives middles.
      const { x = 0, y = 0 } = graph.node(id);
      return [id, { x: x - width / 2, y: y - height / 2 }];
    }),
  );
}

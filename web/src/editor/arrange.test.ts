import { describe, expect, it } from 'vitest';
import { apply, arrangement, type BoxGraph, boxGraph, type Flow, sizeOf } from '@/flow-model';
import { sampleFlow, types } from '@/flow-model/testing';
import { arrangeBoxes } from './arrangeBoxes';

const flow = sampleFlow();

function tidied(of: Flow, only?: Set<string>): Flow {
  const operation = arrangement(of, types, arrangeBoxes(boxGraph(of, types, only)));
  if (!operation) return of;
  const { flow: after, inverse } = apply(of, operation);
  expect(apply(after, inverse).flow).toEqual(of);
  return after;
}

const place = (of: Flow, id: string) => of.nodes.find((node) => node.id === id)?.position ?? { x: 0, y: 0 };

function overlaps(of: Flow): string[] {
  const boxes = of.nodes.map((node) => ({
    id: node.id,
    ...place(of, node.id),
    ...sizeOf(of, node, types.get(node.type)),
  }));
  return boxes.flatMap((a, index) =>
    boxes
      .slice(index + 1)
      .filter(
        (b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height,
      )
      .map((b) => `${a.id}/${b.id}`),
  );
}

describe('tidying', () => {
  it('puts nodes from left to right in the order of runs, clear of each other', () => {
    const after = tidied(flow);
    for (const { from, to } of after.edges) expect(place(after, to).x).toBeGreaterThan(place(after, from).x);
    // A jump onwards, too.
    expect(place(after, 'sms').x).toBeGreaterThan(place(after, 'back').x);
    expect(overlaps(after)).toEqual([]);
  });

  it('does not let a jump back put its target behind it', () => {
    const back: Flow = {
      ...flow,
      nodes: flow.nodes.map((node) =>
        node.id === 'back' ? { ...node, config: { ...node.config, target: 'country' } } : node,
      ),
    };
    const after = tidied(back);
    expect(place(after, 'country').x).toBeLessThan(place(after, 'back').x);
  });

  it('gives the same places each time, and nothing to do the second time', () => {
    const after = tidied(flow);
    expect(tidied(flow)).toEqual(after);
    expect(arrangement(after, types, arrangeBoxes(boxGraph(after, types)))).toBeUndefined();
  });

  it('keeps what follows upper ports above what follows lower ones', () => {
    const ends = ['a', 'b', 'c', 'd'];
    const fan: Flow = {
      ...flow,
      notes: [],
      nodes: [
        {
          id: 'country',
          type: 'branch',
          config: { branches: ends.slice(0, 3).map((port) => ({ port })) },
          position: { x: 0, y: 0 },
        },
        // In another order than the ports.
        ...['c', 'a', 'd', 'b'].map((id) => ({ id, type: 'send', position: { x: 0, y: 0 } })),
      ],
      edges: [
        { from: 'country', port: 'else', to: 'd' },
        ...['c', 'b', 'a'].map((port) => ({ from: 'country', port, to: port })),
      ],
    };
    const ports = boxGraph(fan, types).lines.map(({ to }) => to);
    const after = tidied(fan);
    expect(ends.toSorted((a, b) => place(after, a).y - place(after, b).y)).toEqual(ports);
    expect(ports).toEqual(ends);
  });

  it('arranges only the chosen nodes, where they were', () => {
    const only = new Set(['viber', 'back']);
    const after = tidied(flow, only);
    for (const node of flow.nodes)
      if (!only.has(node.id)) expect(place(after, node.id)).toEqual(node.position);
    const left = (of: Flow) => Math.min(...[...only].map((id) => place(of, id).x));
    expect(left(after)).toBe(left(flow));
  });

  it('takes notes along with the node that they stand beside, and no others', () => {
    const noted: Flow = {
      ...flow,
      notes: [
        { id: 'near', text: '', position: { ...place(flow, 'sms'), y: place(flow, 'sms').y + 160 } },
        { id: 'far', text: '', position: { x: 9000, y: 9000 } },
      ],
    };
    const after = tidied(noted);
    const [near, far] = after.notes ?? [];
    const moved = (at: { x: number; y: number } | undefined, from: { x: number; y: number } | undefined) => ({
      x: (at?.x ?? 0) - (from?.x ?? 0),
      y: (at?.y ?? 0) - (from?.y ?? 0),
    });
    expect(moved(near?.position, noted.notes?.[0]?.position)).toEqual(
      moved(place(after, 'sms'), place(noted, 'sms')),
    );
    expect(far?.position).toEqual({ x: 9000, y: 9000 });
  });

  it('survives circles and nodes that nothing leads to', () => {
    const graph: BoxGraph = {
      boxes: ['a', 'b', 'alone'].map((id) => ({ id, width: 240, height: 100 })),
      lines: [
        { from: 'a', to: 'b', weight: 1 },
        { from: 'b', to: 'a', weight: 1 },
      ],
      above: [],
    };
    expect(Object.keys(arrangeBoxes(graph))).toEqual(['a', 'b', 'alone']);
  });

  it('keeps up with 500 nodes', () => {
    const boxes = Array.from({ length: 500 }, (_, index) => ({ id: `n${index}`, width: 240, height: 160 }));
    const lines = boxes.slice(1).map((box, index) => ({ from: `n${index >> 1}`, to: box.id, weight: 1 }));
    expect(Object.keys(arrangeBoxes({ boxes, lines, above: [] }))).toHaveLength(500);
  });
});

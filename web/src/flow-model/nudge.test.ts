import { describe, expect, it } from 'vitest';
import { nudge } from './nudge';
import { apply } from './operations';
import { sampleFlow, types } from './testing';

const flow = sampleFlow();
const by = { x: 20, y: -20 };

describe('nudge', () => {
  it('moves nodes and notes together, and back', () => {
    const chosen = { nodes: new Set(['viber', 'sms']), notes: new Set(['note']) };
    const operation = nudge(flow, types, chosen, by);
    if (!operation) throw new Error('nothing moved');
    const { flow: after, inverse } = apply(flow, operation);
    expect(after.nodes.map((node) => node.position)).toEqual([
      { x: 0, y: 0 },
      { x: 340, y: 0 },
      { x: 700, y: -120 },
      { x: 1020, y: -100 },
      { x: 700, y: 180 },
    ]);
    expect(after.notes?.[0]?.position).toEqual({ x: 20, y: -220 });
    expect(apply(after, inverse).flow).toEqual(flow);
  });

  it('keeps the places of nodes that had none', () => {
    const bare = { ...flow, nodes: flow.nodes.map(({ position: _, ...node }) => node) };
    const operation = nudge(bare, types, { nodes: new Set(['start']), notes: new Set() }, by);
    if (!operation) throw new Error('nothing moved');
    expect(apply(bare, operation).flow.nodes.every((node) => node.position)).toBe(true);
  });

  it('has nothing to do without nodes and notes', () => {
    expect(nudge(flow, types, { nodes: new Set(), notes: new Set(['gone']) }, by)).toBeUndefined();
  });
});

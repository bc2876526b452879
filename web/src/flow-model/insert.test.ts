import { describe, expect, it } from 'vitest';
import type { Flow, FlowNode } from './flow';
import { sizeOf } from './geometry';
import { addAfter, canSplice, connectByJump, edgeAt, exitOf, splice, wayTo } from './insert';
import { apply, type Operation } from './operations';
import { branchType, jumpType, sampleFlow, sendType, startType, types } from './testing';

const flow = sampleFlow();

function done(operation: Operation | undefined): Flow {
  if (!operation) throw new Error('There was nothing to do');
  const { flow: after, inverse } = apply(flow, operation);
  expect(apply(after, inverse).flow).toEqual(flow);
  return after;
}

const node = (of: Flow, id: string) => of.nodes.find((other) => other.id === id);

describe('exitOf', () => {
  it.each([
    ['viber', 'next'],
    ['country', 'my'],
    ['sms', 'next'],
    // Its only exit is taken: what follows is put into its line.
    ['start', 'next'],
    ['nobody', undefined],
  ])('continues %s at %s', (id, port) => {
    expect(exitOf(flow, types, id)?.name).toBe(port);
  });
});

describe('addAfter', () => {
  it('adds a connected node to the right of the port, clear of other cards', () => {
    const added = addAfter(flow, types, sendType, 'country', 'my');
    const after = done(added?.operation);
    expect(edgeAt(after, 'country', 'my')?.to).toBe(added?.id);
    const place = node(after, added?.id ?? '')?.position;
    expect(place?.x).toBe(340 + 340);
    // Viber and SMS stand in that column.
    const boxOf = (id: string) => {
      const it = node(after, id) as FlowNode;
      return { top: it.position?.y ?? 0, height: sizeOf(after, it, types.get(it.type)).height };
    };
    const mine = boxOf(added?.id ?? '');
    for (const other of ['viber', 'sms'].map(boxOf)) {
      const clear = mine.top >= other.top + other.height || other.top >= mine.top + mine.height;
      expect(clear).toBe(true);
    }
  });

  it('puts the node into the line of a port that is taken', () => {
    const added = addAfter(flow, types, branchType, 'start', 'next');
    const after = done(added?.operation);
    expect(edgeAt(after, 'start', 'next')?.to).toBe(added?.id);
    expect(edgeAt(after, added?.id ?? '', 'else')?.to).toBe('country');
  });

  it('refuses a second start, and a jump in the middle of a line', () => {
    expect(addAfter(flow, types, startType, 'sms', 'next')).toBeUndefined();
    expect(addAfter(flow, types, jumpType, 'start', 'next')).toBeUndefined();
  });

  it('keeps the places of nodes that had none', () => {
    const bare: Flow = { ...flow, nodes: flow.nodes.map(({ position: _, ...other }) => other) };
    const added = addAfter(bare, types, sendType, 'sms', 'next');
    if (!added) throw new Error('not added');
    const after = apply(bare, added.operation).flow;
    expect(after.nodes.every((other) => other.position)).toBe(true);
  });
});

describe('splice', () => {
  it('leads through the new node and moves what follows aside', () => {
    const edge = edgeAt(flow, 'start', 'next');
    const spliced = edge && splice(flow, types, sendType, edge);
    const after = done(spliced?.operation);
    expect(edgeAt(after, 'start', 'next')?.to).toBe('send');
    expect(edgeAt(after, 'send', 'next')?.to).toBe('country');
    expect(node(after, 'send')?.position).toEqual({ x: 340, y: 0 });
    expect(node(after, 'country')?.position).toEqual({ x: 680, y: 0 });
    expect(node(after, 'back')?.position).toEqual({ x: 1360, y: -100 });
    expect(node(after, 'start')?.position).toEqual({ x: 0, y: 0 });
  });

  it('moves nothing when the place is given', () => {
    const edge = edgeAt(flow, 'start', 'next');
    const spliced = edge && splice(flow, types, sendType, edge, { x: 170, y: 50 });
    const after = done(spliced?.operation);
    expect(node(after, 'send')?.position).toEqual({ x: 170, y: 50 });
    expect(node(after, 'country')?.position).toEqual({ x: 340, y: 0 });
  });

  it('takes only types that runs leave again', () => {
    const end = { ...sendType, ports: [] };
    expect([sendType, branchType, startType, jumpType, end].map(canSplice)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('wayTo', () => {
  it.each([
    ['viber', 'sms', 'line'],
    ['sms', 'country', 'jump'],
    ['sms', 'sms', 'jump'],
    ['sms', 'start', undefined],
    ['back', 'back', undefined],
    ['sms', 'nobody', undefined],
  ])('from %s to %s is a %s', (from, to, way) => {
    expect(wayTo(flow, types, from, to)).toBe(way);
  });
});

describe('connectByJump', () => {
  it('adds a jump with a target and a limit', () => {
    const added = connectByJump(flow, types, 'sms', 'next', 'country');
    const after = done(added?.operation);
    expect(edgeAt(after, 'sms', 'next')?.to).toBe('jump');
    expect(node(after, 'jump')?.config).toEqual({ target: 'country', max_jumps: 3 });
  });

  it('takes the place of the line that was there', () => {
    const added = connectByJump(flow, types, 'country', 'else', 'country');
    expect(edgeAt(done(added?.operation), 'country', 'else')?.to).toBe('jump');
  });

  it('is not for nodes that a line can lead to', () => {
    expect(connectByJump(flow, types, 'viber', 'next', 'sms')).toBeUndefined();
  });
});

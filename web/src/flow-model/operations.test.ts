import { describe, expect, it } from 'vitest';
import type { Flow } from './flow';
import { canonical } from './json';
import { apply, type Operation } from './operations';
import { sampleFlow } from './testing';

const operations: { name: string; operation: Operation }[] = [
  {
    name: 'adds a node',
    operation: { type: 'add_node', node: { id: 'new', type: 'send', config: {} }, index: 1 },
  },
  {
    name: 'removes a node with its edges',
    operation: {
      type: 'batch',
      operations: [
        { type: 'disconnect', from: 'country', port: 'else' },
        { type: 'remove_node', id: 'sms' },
      ],
    },
  },
  { name: 'renames a node', operation: { type: 'rename_node', id: 'sms', name: 'Text message' } },
  { name: 'takes a name away', operation: { type: 'rename_node', id: 'sms', name: undefined } },
  { name: 'sets a field', operation: { type: 'set_config', id: 'viber', path: ['to'], value: '+63' } },
  {
    name: 'sets a deep field',
    operation: { type: 'set_config', id: 'sms', path: ['message', 'text'], value: 'Hi' },
  },
  {
    name: 'removes a field',
    operation: { type: 'set_config', id: 'viber', path: ['delivered_within'], value: undefined },
  },
  {
    name: 'changes an item of a list',
    operation: { type: 'set_config', id: 'country', path: ['branches', 1, 'title'], value: 'Malaysia' },
  },
  {
    name: 'moves nodes',
    operation: { type: 'move', positions: { sms: { x: 1, y: 2 }, viber: { x: 3, y: 4 } } },
  },
  {
    name: 'connects',
    operation: { type: 'connect', edge: { from: 'country', port: 'my', to: 'sms' }, index: 0 },
  },
  { name: 'disconnects', operation: { type: 'disconnect', from: 'country', port: 'ph' } },
  { name: 'adds a scenario', operation: { type: 'set_scenarios', scenarios: [{ name: 'A', expect: {} }] } },
  { name: 'renames the flow', operation: { type: 'set_flow', field: 'name', value: 'Other' } },
  { name: 'adds a note', operation: { type: 'add_note', note: { id: 'more', text: 'x' } } },
  { name: 'removes a note', operation: { type: 'remove_note', id: 'note' } },
  {
    name: 'changes a note',
    operation: { type: 'change_note', id: 'note', change: { text: 'Bye', width: 300 } },
  },
];

describe('apply', () => {
  it.each(operations)('$name, and its inverse takes that back', ({ operation }) => {
    const before = sampleFlow();
    const kept = canonical(before);
    const { flow, inverse } = apply(before, operation);
    expect(canonical(flow)).not.toBe(kept);
    expect(canonical(before)).toBe(kept);
    const undone = apply(flow, inverse);
    expect(canonical(undone.flow)).toBe(kept);
    expect(undone.flow.nodes.map((node) => node.id)).toEqual(before.nodes.map((node) => node.id));
    expect(canonical(apply(undone.flow, undone.inverse).flow)).toBe(canonical(flow));
  });

  it('keeps the identity of what it does not touch', () => {
    const before = sampleFlow();
    const { flow } = apply(before, { type: 'rename_node', id: 'sms', name: 'Other' });
    expect(flow.edges).toBe(before.edges);
    expect(flow.nodes[0]).toBe(before.nodes[0]);
    expect(flow.nodes[4]).not.toBe(before.nodes[4]);
  });

  it.each<[string, Operation]>([
    ['a node that is there', { type: 'add_node', node: { id: 'sms', type: 'send' } }],
    ['a node with edges', { type: 'remove_node', id: 'sms' }],
    ['a node that is not there', { type: 'rename_node', id: 'nobody', name: 'x' }],
    ['a port that leads somewhere', { type: 'connect', edge: { from: 'country', port: 'ph', to: 'sms' } }],
    ['a port that leads nowhere', { type: 'disconnect', from: 'sms', port: 'next' }],
    ['a note that is not there', { type: 'change_note', id: 'nobody', change: { text: '' } }],
    ['a note that is gone', { type: 'remove_note', id: 'nobody' }],
  ])('refuses %s', (_, operation) => {
    expect(() => apply(sampleFlow(), operation)).toThrow();
  });

  it('never changes the prototype of an object, whatever the path says', () => {
    const flow: Flow = apply(sampleFlow(), {
      type: 'set_config',
      id: 'sms',
      path: ['__proto__', 'polluted'],
      value: true,
    }).flow;
    expect(flow.nodes.length).toBe(5);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { applyAll, operationsBetween, sameFlow } from './diff';
import { mergeFlows, type Side } from './merge';
import type { Operation } from './operations';
import { edited, randomOf } from './random-edits';
import { sampleFlow } from './testing';

const changed = (...operations: Operation[]) => applyAll(sampleFlow(), operations);
const setText = (id: string, text: string): Operation => ({
  type: 'set_config',
  id,
  path: ['message', 'text'],
  value: text,
});

describe('mergeFlows', () => {
  it('takes what only one side changed from that side', () => {
    const mine = changed(setText('viber', 'Mine'), { type: 'set_flow', field: 'name', value: 'Mine' });
    const theirs = changed(setText('sms', 'Theirs'), { type: 'move', positions: { viber: { x: 1, y: 1 } } });
    const { flow, clashes, taken } = mergeFlows(sampleFlow(), mine, theirs);
    expect(clashes).toEqual([]);
    expect(taken).toBe(2);
    expect(sameFlow(flow, applyAll(mine, operationsBetween(sampleFlow(), theirs)))).toBe(true);
  });

  it('asks where both changed one thing, keeps mine, and takes theirs when told to', () => {
    const mine = changed(setText('viber', 'Mine'));
    const theirs = changed(setText('viber', 'Theirs'));
    const { flow, clashes } = mergeFlows(sampleFlow(), mine, theirs);
    expect(clashes.map(({ about, id }) => [about, id])).toEqual([['node', 'viber']]);
    expect(sameFlow(flow, mine)).toBe(true);
    const choices = new Map<string, Side>(clashes.map(({ key }) => [key, 'theirs']));
    expect(sameFlow(mergeFlows(sampleFlow(), mine, theirs, choices).flow, theirs)).toBe(true);
  });

  it('agrees with itself when both sides did the same', () => {
    const both = changed(setText('viber', 'Same'));
    expect(mergeFlows(sampleFlow(), both, changed(setText('viber', 'Same')))).toMatchObject({
      clashes: [],
      taken: 0,
    });
  });

  it('asks about a node that one side removed and the other changed', () => {
    const removed = changed(
      { type: 'disconnect', from: 'country', port: 'else' },
      { type: 'remove_node', id: 'sms' },
    );
    const { flow, clashes } = mergeFlows(sampleFlow(), changed(setText('sms', 'Mine')), removed);
    expect(clashes.map(({ id, theirs }) => [id, theirs])).toEqual([['sms', undefined]]);
    expect(flow.nodes.some((node) => node.id === 'sms')).toBe(true);
  });

  it('leaves no line without its ends', () => {
    const removed = changed(
      { type: 'disconnect', from: 'viber', port: 'not_delivered' },
      { type: 'remove_node', id: 'back' },
    );
    const mine = changed({ type: 'connect', edge: { from: 'sms', port: 'next', to: 'back' } });
    const { flow } = mergeFlows(sampleFlow(), mine, removed);
    expect(flow.edges.every((edge) => flow.nodes.some((node) => node.id === edge.to))).toBe(true);
  });

  it('keeps all that only one side has when nobody knows where they began', () => {
    const mine = changed({ type: 'add_node', node: { id: 'mine', type: 'send' } });
    const theirs = changed(
      { type: 'add_node', node: { id: 'theirs', type: 'send' } },
      setText('viber', 'Theirs'),
    );
    const { flow, clashes } = mergeFlows(undefined, mine, theirs);
    expect(flow.nodes.map((node) => node.id)).toEqual(expect.arrayContaining(['mine', 'theirs']));
    expect(clashes.map(({ id }) => id)).toEqual(['viber']);
  });

  it('gives the other side when one side did nothing, whatever the other did', () => {
    for (let seed = 0; seed < 200; seed++) {
      const base = sampleFlow();
      const other = edited(base, randomOf(seed), 10);
      const connected = other.edges.every(({ from, to }) =>
        [from, to].every((end) => other.nodes.some(({ id }) => id === end)),
      );
      expect(connected, `seed ${seed}`).toBe(true);
      expect(mergeFlows(base, other, base), `seed ${seed}`).toMatchObject({ clashes: [], taken: 0 });
      const theirs = mergeFlows(base, base, other);
      expect(theirs.clashes, `seed ${seed}`).toEqual([]);
      expect(operationsBetween(theirs.flow, other), `seed ${seed}`).toEqual([]);
    }
  });

  it('loses nothing that either side added', () => {
    for (let seed = 0; seed < 200; seed++) {
      const [mine, theirs] = [
        edited(sampleFlow(), randomOf(seed), 8),
        edited(sampleFlow(), randomOf(seed + 9_000), 8),
      ];
      const { flow } = mergeFlows(sampleFlow(), mine, theirs);
      const known = new Set(sampleFlow().nodes.map((node) => node.id));
      for (const { id } of [...mine.nodes, ...theirs.nodes])
        if (!known.has(id))
          expect(
            flow.nodes.some((node) => node.id === id),
            `seed ${seed}: ${id}`,
          ).toBe(true);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { applyAll, countChanges, diffFlows, onlyMoved, operationsBetween, sameFlow } from './diff';
import type { Flow } from './flow';
import { canonical } from './json';
import { apply, type Operation } from './operations';
import { edited, randomOf } from './random-edits';
import { sampleFlow, types } from './testing';

/** A flow with its lists in one order: their order says nothing. */
function ordered(flow: Flow): string {
  const by = <T>(list: readonly T[]) => list.map((item) => canonical(item)).sort();
  const { nodes, edges, notes = [], scenarios = [], ...members } = flow;
  const kept = Object.entries(members).filter(([, value]) => value !== '' && value !== undefined);
  return canonical({
    nodes: by(nodes),
    edges: by(edges),
    notes: by(notes),
    scenarios,
    members: Object.fromEntries(kept),
  });
}

const changed = (...operations: Operation[]) => applyAll(sampleFlow(), operations);

describe('operationsBetween', () => {
  it('makes the one flow into the other, and back, whatever was done to them', () => {
    for (let seed = 0; seed < 400; seed++) {
      const random = randomOf(seed);
      const a = edited(sampleFlow(), random, Math.floor(random() * 12));
      const b = edited(random() < 0.3 ? sampleFlow() : a, random, Math.floor(random() * 12));
      const operations = operationsBetween(a, b);
      const { flow, inverse } = apply(a, { type: 'batch', operations });
      expect(ordered(flow), `seed ${seed}`).toBe(ordered(b));
      expect(ordered(apply(flow, inverse).flow), `seed ${seed}, undone`).toBe(ordered(a));
      expect(sameFlow(a, b), `seed ${seed}`).toBe(ordered(a) === ordered(b));
      expect(countChanges(diffFlows(a, b, types)) === 0, `seed ${seed}`).toBe(operations.length === 0);
    }
  });

  it('asks for nothing when two flows differ in the order of their lists and keys only', () => {
    const flow = sampleFlow();
    const other = {
      ...flow,
      nodes: flow.nodes
        .toReversed()
        .map(({ id, config, ...node }) => ({ ...node, config: { ...config }, id })),
      edges: flow.edges.toReversed(),
    };
    expect(operationsBetween(flow, other as Flow)).toEqual([]);
  });
});

describe('diffFlows', () => {
  it('tells what was added, removed and changed', () => {
    const diff = diffFlows(
      sampleFlow(),
      changed(
        { type: 'add_node', node: { id: 'new', type: 'send', config: {} } },
        { type: 'disconnect', from: 'viber', port: 'not_delivered' },
        { type: 'remove_node', id: 'back' },
        { type: 'connect', edge: { from: 'viber', port: 'not_delivered', to: 'new' } },
        { type: 'rename_node', id: 'sms', name: 'Text message' },
        { type: 'change_note', id: 'note', change: { text: 'Bye' } },
        { type: 'set_flow', field: 'name', value: 'Other' },
        { type: 'set_member', member: 'scenarios', value: [{ name: 'Read' }] },
      ),
      types,
    );
    expect(diff.nodes.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'removed back',
      'changed sms',
      'added new',
    ]);
    expect(diff.nodes[1]?.fields).toMatchObject([{ labels: ['name'], before: 'SMS', after: 'Text message' }]);
    expect(diff.lines).toEqual([
      { kind: 'changed', from: 'viber', port: 'not_delivered', before: 'back', after: 'new' },
    ]);
    expect(diff.notes).toMatchObject([
      { kind: 'changed', id: 'note', before: { text: 'Hello' }, after: { text: 'Bye' } },
    ]);
    expect(diff.members).toEqual([{ kind: 'changed', member: 'name', before: 'Sample', after: 'Other' }]);
    expect(diff.scenarios).toMatchObject([{ kind: 'added', name: 'Read' }]);
    expect(countChanges(diff)).toBe(7);
  });

  it('tells moves from changes', () => {
    const diff = diffFlows(
      sampleFlow(),
      changed({ type: 'move', positions: { sms: { x: 0, y: 0 } } }),
      types,
    );
    expect(diff.nodes.map(onlyMoved)).toEqual([true]);
    expect(countChanges(diff, { places: false })).toBe(0);
  });
});

describe('the fields of a changed node', () => {
  const fields = (...operations: Operation[]) =>
    diffFlows(sampleFlow(), changed(...operations), types).nodes.flatMap((node) =>
      node.fields.map(({ labels, before, after: now }) => [labels.join(' › '), before, now]),
    );

  it('have the titles of the form, to the innermost field', () => {
    expect(
      fields(
        { type: 'set_config', id: 'viber', path: ['message', 'text'], value: 'Hi' },
        { type: 'set_config', id: 'viber', path: ['delivered_within'], value: '60s' },
      ),
    ).toEqual([
      ['message › Text', 'Code {{code}}, {{steps.viber.status}}', 'Hi'],
      ['Delivered within', '30s', '60s'],
    ]);
  });

  it('tell a union that became another variant', () => {
    expect(
      fields({
        type: 'set_config',
        id: 'viber',
        path: ['message'],
        value: { type: 'template', template: 'otp' },
      }),
    ).toEqual([
      ['message › Template', undefined, 'otp'],
      ['message › type', 'text', 'template'],
      ['message › text', 'Code {{code}}, {{steps.viber.status}}', undefined],
    ]);
  });

  it('tell each item of a list, and lists of plain values as a whole', () => {
    expect(
      fields({ type: 'set_config', id: 'country', path: ['branches', 1, 'title'], value: 'Malaysia' }),
    ).toEqual([['branches › 2 › Label', undefined, 'Malaysia']]);
    expect(fields({ type: 'set_config', id: 'country', path: ['output'], value: ['a', 'b'] })).toEqual([
      ['Output', 'country', ['a', 'b']],
    ]);
  });

  it('tell a list that lost an item', () => {
    expect(
      fields({
        type: 'set_config',
        id: 'country',
        path: ['branches'],
        value: [{ port: 'ph', title: 'Philippines' }],
      }),
    ).toEqual([['branches › 2 › Exit', 'my', undefined]]);
  });
});

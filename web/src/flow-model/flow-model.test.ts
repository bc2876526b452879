import { describe, expect, it } from 'vitest';
import { connectionProblem, reaches } from './connections';
import { emptyFlow, readFlow } from './flow';
import { freeId, freeName } from './ids';
import { canonical, pointerTokens, valueAt, withValueAt } from './json';
import { layout, placed } from './layout';
import {
  blankValue,
  configSchema,
  type FieldSchema,
  fieldsOf,
  initialObject,
  initialValue,
  isShown,
  kindOf,
  variantsOf,
} from './node-type';
import { jumpTarget, portsOf, successors } from './ports';
import { summaryLine } from './summary';
import { branchType, jumpType, sampleFlow, sendType, startType, types } from './testing';

const nodeOf = (id: string) => sampleFlow().nodes.find((node) => node.id === id) as never;

describe('portsOf', () => {
  it('puts the exits that the config makes first', () => {
    expect(portsOf(nodeOf('country'), branchType).map((port) => port.title)).toEqual([
      'Philippines',
      'my',
      'Else',
    ]);
  });
  it('shows deadlines as they are set', () => {
    expect(portsOf(nodeOf('viber'), sendType)[0]).toMatchObject({
      deadline: '30s',
      timed: true,
      failure: true,
    });
    expect(portsOf(nodeOf('sms'), sendType)[0]).toMatchObject({ deadline: '', timed: true });
  });
  it('makes none for an unknown type or a broken config', () => {
    expect(portsOf(nodeOf('sms'), undefined)).toEqual([]);
    const broken = {
      id: 'x',
      type: 'branch',
      config: { branches: [null, { port: '' }, { port: 'a' }, { port: 'a' }] },
    };
    expect(portsOf(broken, branchType).map((port) => port.name)).toEqual(['a', 'else']);
  });
});

describe('successors', () => {
  it('counts jumps as ways', () => {
    expect(jumpTarget(nodeOf('back'), jumpType)).toBe('sms');
    expect(successors(sampleFlow(), types).get('back')).toEqual(['sms']);
  });
});

describe('connectionProblem', () => {
  it.each([
    ['sms', 'start', 'start'],
    ['sms', 'sms', 'itself'],
    ['viber', 'country', 'circle'],
    ['back', 'start', 'start'],
    ['nobody', 'sms', 'exist'],
  ])('does not let %s lead to %s', (from, to, word) => {
    expect(connectionProblem(sampleFlow(), types, from, to)).toContain(word);
  });
  it('lets a later node follow', () => {
    expect(connectionProblem(sampleFlow(), types, 'viber', 'sms')).toBeUndefined();
  });
  it('follows lines over several nodes', () => {
    expect(reaches(sampleFlow(), 'start', 'back')).toBe(true);
    expect(reaches(sampleFlow(), 'back', 'start')).toBe(false);
  });
});

describe('ids', () => {
  it.each([
    ['send_sms', [], 'send_sms'],
    ['send_sms', ['send_sms'], 'send_sms_2'],
    ['send_sms', ['send_sms', 'send_sms_2'], 'send_sms_3'],
    ['a b-c', [], 'a_b_c'],
  ])('makes a free id of %s', (base, taken, expected) => {
    expect(freeId(base, new Set(taken))).toBe(expected);
  });
  it('counts names on', () => {
    expect(freeName('SMS', new Set(['SMS', 'SMS 2']))).toBe('SMS 3');
    expect(freeName('SMS 2', new Set(['SMS 2']))).toBe('SMS 3');
    expect(freeName('SMS', new Set())).toBe('SMS');
  });
});

describe('summaryLine', () => {
  const line = (text: string, id: string, type = sendType) =>
    summaryLine(text, nodeOf(id), type, sampleFlow());
  it('fills in values, and names nodes by their title', () => {
    expect(line('{message.text}{message.template}', 'viber')).toBe('Code {{code}}, {{steps.viber.status}}');
    expect(line('→ {target}', 'back', jumpType)).toBe('→ SMS');
    expect(line('{inputs.*.name}', 'start', startType)).toBe('number, code');
  });
  it('shows choices by their titles', () => {
    expect(line('{inputs.*.type}', 'start', startType)).toBe('Phone number');
  });
  it('is empty when nothing is set', () => {
    expect(line('→ {message.text}', 'sms')).toBe('');
    expect(line('', 'sms')).toBe('');
  });
});

describe('json', () => {
  it('reads and replaces values at paths without changing what was', () => {
    const before = { a: [{ b: 1 }, { b: 2 }] };
    expect(valueAt(before, ['a', 1, 'b'])).toBe(2);
    expect(valueAt(before, ['a', 'constructor'])).toBeUndefined();
    expect(valueAt({}, ['constructor'])).toBeUndefined();
    expect(withValueAt(before, ['a', 1, 'b'], 3)).toEqual({ a: [{ b: 1 }, { b: 3 }] });
    expect(withValueAt(before, ['c', 'd'], 'x')).toEqual({ ...before, c: { d: 'x' } });
    expect(before).toEqual({ a: [{ b: 1 }, { b: 2 }] });
  });
  it('writes equal values as equal texts', () => {
    expect(canonical({ b: 1, a: { d: [1], c: undefined } })).toBe(canonical({ a: { d: [1] }, b: 1 }));
    expect(canonical({ a: 1 })).not.toBe(canonical({ a: '1' }));
  });
  it('reads JSON pointers', () => {
    expect(pointerTokens('/nodes/3/config/a~1b~0c')).toEqual(['nodes', '3', 'config', 'a/b~c']);
    expect(pointerTokens('')).toEqual([]);
  });
});

describe('schema', () => {
  it('knows the kind of a field, also without a note', () => {
    expect(kindOf({ 'x-sluice': { kind: 'duration' }, type: 'string' })).toBe('duration');
    expect(
      [
        { type: 'array' },
        { type: 'string' },
        { enum: ['a'] },
        {},
        { oneOf: [] },
        { $ref: '#' },
        { type: 'boolean' },
      ].map(kindOf),
    ).toEqual(['list', 'text', 'choice', 'value', 'union', 'ref', 'boolean']);
  });
  it('finds variants through references', () => {
    const root = configSchema(branchType);
    const when = fieldsOf(fieldsOf(root)[0]?.schema.items ?? {})[2]?.schema ?? {};
    expect(variantsOf(when, root).map((variant) => variant.type)).toEqual(['rule', 'group']);
  });
  it('shows a field only beside the values it asks for', () => {
    const fields = fieldsOf({
      properties: {
        operator: { type: 'string', default: 'equals' },
        to: {
          type: 'string',
          'x-sluice': { kind: 'template', when: { field: 'operator', values: ['equals'] } },
        },
      },
    });
    const to = fields[1] as never;
    expect(isShown(to, { fields, value: {} })).toBe(true);
    expect(isShown(to, { fields, value: { operator: 'is_blank' } })).toBe(false);
  });
  it('writes nothing for the user that is not needed', () => {
    const schema = configSchema(startType);
    expect(initialObject(schema, schema)).toEqual({});
  });
  it('has an empty value for every kind of item', () => {
    expect(
      [
        { type: 'integer', minimum: 1 },
        { type: 'boolean' },
        { enum: ['a'] },
        { type: 'array' },
        { type: 'object' },
        { type: 'string' },
      ].map(blankValue),
    ).toEqual([1, false, 'a', [], {}, '']);
  });
});

describe('layout', () => {
  it('puts nodes in columns by their way from the start', () => {
    const places = layout(sampleFlow(), types);
    expect(places.start?.x).toBe(0);
    expect(places.country?.x).toBeGreaterThan(places.start?.x ?? 0);
    expect(places.viber?.x).toBe(places.sms?.x);
    expect(places.viber?.y).toBeLessThan(places.sms?.y ?? 0);
  });
  it('ends on a draft with a circle', () => {
    const flow = sampleFlow();
    flow.edges.push({ from: 'back', port: 'exceeded', to: 'start' });
    expect(Object.keys(layout(flow, types)).length).toBe(5);
  });
  it('leaves nodes where people put them', () => {
    expect(placed(sampleFlow(), types).get('sms')).toEqual({ x: 680, y: 200 });
    const flow = sampleFlow();
    flow.nodes = flow.nodes.map(({ position: _, ...node }) => node);
    expect(placed(flow, types).get('start')?.x).toBe(0);
  });
});

describe('readFlow', () => {
  it('takes a draft as it is, unknown fields included', () => {
    const draft = { ...sampleFlow(), later: { version: 2 } };
    expect(readFlow(draft)).toEqual({ flow: draft });
  });
  it('takes an empty object as an empty flow', () => {
    expect(readFlow({})).toEqual({ flow: emptyFlow('') });
  });
  it.each([
    [null, 'object'],
    [{ nodes: 'x' }, 'list'],
    [{ nodes: [{ id: 'a' }] }, 'type'],
    [
      {
        nodes: [
          { id: 'a', type: 'b' },
          { id: 'a', type: 'b' },
        ],
      },
      'Two nodes',
    ],
    [{ nodes: [{ id: 'a', type: 'b', config: [] }] }, 'config'],
    [{ nodes: [{ id: 'a', type: 'b', position: { x: 'left', y: 0 } }] }, 'position'],
    [{ nodes: [{ id: 'a', type: 'b', name: 7 }] }, 'name'],
    [{ edges: [{ from: 'a' }] }, 'Edge 1'],
    [
      {
        edges: [
          { from: 'a', port: 'p', to: 'b' },
          { from: 'a', port: 'p', to: 'c' },
        ],
      },
      'Two edges',
    ],
    [{ notes: [{ id: 'n' }] }, 'Note 1'],
  ])('says why it cannot draw %j', (draft, word) => {
    expect(readFlow(draft)).toMatchObject({ problem: expect.stringContaining(word) });
  });
});

describe('initialValue', () => {
  it('begins a rule with its first operator, and leaves other choices to the person', () => {
    const operator = { type: 'string', enum: ['equals', 'contains'], 'x-operators': {} };
    expect(initialValue(operator as FieldSchema, {} as FieldSchema)).toBe('equals');
    const { 'x-operators': _, ...choice } = operator;
    expect(initialValue(choice as FieldSchema, {} as FieldSchema)).toBeUndefined();
  });
});

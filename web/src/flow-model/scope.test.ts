import { describe, expect, it } from 'vitest';
import { scopeAt, stepReference } from './scope';
import { sampleFlow, types } from './testing';

const at = (id: string) => scopeAt(sampleFlow(), types, id);
const names = (id: string, group: string) =>
  at(id)
    .filter((entry) => entry.group === group)
    .map((entry) => entry.expression);

describe('scopeAt', () => {
  it('lists the inputs everywhere behind the start, with their types', () => {
    expect(at('sms').filter((entry) => entry.group === 'inputs')).toMatchObject([
      { name: 'number', type: 'phone', source: 'Start', definite: true },
      { name: 'code', type: 'string', source: 'Start', definite: true },
    ]);
  });

  it('lists variables behind the node that sets them', () => {
    expect(names('country', 'variables')).toEqual([]);
    expect(names('viber', 'variables')).toEqual(['country']);
  });

  it('follows jumps, and knows what only some ways set', () => {
    const step = at('sms').find((entry) => entry.expression === 'steps.viber.status');
    expect(step).toMatchObject({ source: 'Viber', definite: false });
    expect(at('back').find((entry) => entry.expression === 'steps.viber.status')?.definite).toBe(true);
  });

  it('does not offer what comes later', () => {
    expect(names('viber', 'steps')).toEqual([]);
  });

  it('always offers the run itself', () => {
    expect(names('start', 'run')).toContain('run.id');
    expect(names('start', 'run')).toContain('now()');
  });

  it('marks a variable that one branch skips as not definite', () => {
    const flow = sampleFlow();
    flow.nodes.push({ id: 'set', type: 'branch', config: { output: 'late', branches: [] } });
    flow.edges = [
      { from: 'start', port: 'next', to: 'country' },
      { from: 'country', port: 'ph', to: 'set' },
      { from: 'set', port: 'else', to: 'sms' },
      { from: 'country', port: 'else', to: 'sms' },
    ];
    expect(scopeAt(flow, types, 'sms').find((entry) => entry.name === 'late')?.definite).toBe(false);
  });

  it('is empty for a node that is gone', () => expect(at('nobody')).toEqual([]));
});

describe('stepReference', () => {
  it('puts ids that are no identifiers in brackets', () => {
    expect(stepReference('send_sms')).toBe('steps.send_sms');
    expect(stepReference('a-b')).toBe('steps["a-b"]');
  });
});

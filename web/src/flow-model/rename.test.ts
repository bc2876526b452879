import { describe, expect, it } from 'vitest';
import { type Flow, nodeOf } from './flow';
import { valueAt } from './json';
import { apply } from './operations';
import { isTakenVariable, isVariableName, renameVariable, variableUse } from './rename';
import { sampleFlow, types } from './testing';

function flowWithScenario(): Flow {
  return {
    ...sampleFlow(),
    scenarios: [
      {
        name: 'a',
        inputs: { number: '+63', code: '1' },
        expect: { variables: { code: '1', country: 'PH' } },
      },
      { name: 'b', inputs: { number: '+60' } },
    ],
  };
}

describe('renameVariable', () => {
  it('renames it where it is set, read and tested, and nothing else', () => {
    const flow = flowWithScenario();
    const { flow: renamed, inverse } = apply(flow, renameVariable(flow, types, 'code', 'pin'));
    expect(valueAt(nodeOf(renamed, 'start')?.config, ['inputs', 1, 'name'])).toBe('pin');
    expect(valueAt(nodeOf(renamed, 'viber')?.config, ['message', 'text'])).toBe(
      'Code {{pin}}, {{steps.viber.status}}',
    );
    expect(renamed.scenarios?.[0]).toEqual({
      name: 'a',
      inputs: { number: '+63', pin: '1' },
      expect: { variables: { pin: '1', country: 'PH' } },
    });
    expect(renamed.scenarios?.[1]).toBe(flow.scenarios?.[1]);
    expect(apply(renamed, inverse).flow).toEqual(flow);
  });

  it('leaves a flow without scenarios without them', () => {
    const flow = sampleFlow();
    const { flow: renamed } = apply(flow, renameVariable(flow, types, 'number', 'phone'));
    expect('scenarios' in renamed).toBe(false);
    expect(nodeOf(renamed, 'sms')?.config).toEqual({ to: '{{phone}}' });
  });
});

it('counts who reads and sets a variable', () => {
  expect(variableUse(sampleFlow(), types, 'number')).toEqual({ reads: 2, sets: 1, setBy: ['Start'] });
  expect(variableUse(sampleFlow(), types, 'nobody')).toEqual({ reads: 0, sets: 0, setBy: [] });
});

it('knows which names are free and can be written', () => {
  const own = { id: 'country', path: ['output'] };
  expect(isTakenVariable(sampleFlow(), types, 'code', own)).toBe(true);
  expect(isTakenVariable(sampleFlow(), types, 'country', own)).toBe(false);
  expect(['a', '_x1', 'steps', '1a', 'a-b', ''].map(isVariableName)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

import { describe, expect, it } from 'vitest';
import { apply, emptyFlow, type Flow } from '@/flow-model';
import { answerOf, codeOf, kindOf, outputsOf, readValue } from './pins';
import {
  addScenario,
  changeScenario,
  duplicateScenario,
  freeScenarioName,
  named,
  removeScenario,
  scenariosOf,
} from './scenarios';

const flow: Flow = {
  ...emptyFlow('F'),
  scenarios: [{ name: 'A', expect: { status: 'failed' } }, 3, { name: 'B', expect: {} }],
};
const names = (after: Flow) => scenariosOf(after).map((scenario) => scenario.name);

describe('scenarios of a flow', () => {
  it('keep their place beside what is none', () => {
    expect(scenariosOf(flow).map(({ index, name }) => [index, name])).toEqual([
      [0, 'A'],
      [2, 'B'],
    ]);
  });

  it('are added, copied, changed and removed by operations that can be undone', () => {
    for (const [operation, after] of [
      [addScenario(flow, { name: 'C' }), ['A', 'B', 'C']],
      [duplicateScenario(flow, 0), ['A', 'A 2', 'B']],
      [changeScenario(flow, 2, { name: 'Z' }), ['A', 'Z']],
      [removeScenario(flow, 0), ['B']],
    ] as const) {
      if (!operation) throw new Error('there is no operation');
      const applied = apply(flow, operation);
      expect(names(applied.flow)).toEqual(after);
      expect(apply(applied.flow, applied.inverse).flow).toEqual(flow);
    }
  });

  it('leave no empty list behind', () => {
    const one: Flow = { ...flow, scenarios: [{ name: 'A' }] };
    expect(apply(one, removeScenario(one, 0)).flow).not.toHaveProperty('scenarios');
  });

  it('get names of their own', () => {
    expect(freeScenarioName(flow, 'A')).toBe('A 2');
    expect(freeScenarioName(flow, 'New')).toBe('New');
  });

  it('expect what was chosen', () => {
    const recorded = {
      inputs: { a: 1 },
      world: [],
      expect: { path: ['start'], status: 'completed', elapsed: '1s' },
    };
    expect(named(recorded, 'N', new Set(['status']))).toEqual({
      name: 'N',
      inputs: { a: 1 },
      expect: { status: 'completed' },
    });
  });
});

describe('a pin', () => {
  it.each(['read', 'delivered', 'silent', 'failed', 'refused', 'leave:next', 'none'] as const)(
    'is read as the result that it gives: %s',
    (kind) => expect(kindOf(answerOf(kind, { code: '1' }))).toBe(kind),
  );

  it('holds a code and outputs', () => {
    expect(codeOf(answerOf('refused', { code: '21211' }))).toBe('21211');
    expect(codeOf(answerOf('failed', { code: '30003' }))).toBe('30003');
    expect(outputsOf(answerOf('leave:ok', { outputs: { status: 200 } }))).toEqual({ status: 200 });
  });

  it('reads outputs as JSON unless they are text', () => {
    expect(readValue('200', 'integer')).toBe(200);
    expect(readValue('200', 'string')).toBe('200');
    expect(readValue('{"a":1}', 'any')).toEqual({ a: 1 });
    expect(readValue('{a', 'any')).toBe('{a');
    expect(readValue('', 'string')).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { inputValues, runInputs } from './runInputs';

const definition = {
  nodes: [
    { id: 'sms', type: 'send_sms', config: { inputs: 'no' } },
    {
      id: 'start',
      type: 'start',
      config: {
        inputs: [
          { name: 'phone', type: 'phone', required: true, title: 'Recipient' },
          { name: 'code', secret: true },
          { name: 'count', type: 'integer' },
          { name: 'vip', type: 'boolean' },
          { name: 'extra', type: 'json' },
          { type: 'string' },
        ],
      },
    },
  ],
};
const inputs = runInputs(definition, new Set(['start']));

describe('runInputs', () => {
  it('lists the inputs of the entry, without those that have no name', () => {
    expect(inputs.map((input) => input.name)).toEqual(['phone', 'code', 'count', 'vip', 'extra']);
    expect(inputs[0]).toMatchObject({ title: 'Recipient', type: 'phone', required: true, secret: false });
    expect(inputs[1]).toMatchObject({ title: 'code', type: 'string', required: false, secret: true });
  });

  it.each([undefined, 'x', {}, { nodes: [] }, { nodes: [{ type: 'start' }] }])(
    'finds none in %j',
    (broken) => {
      expect(runInputs(broken, new Set(['start']))).toEqual([]);
    },
  );
});

describe('inputValues', () => {
  it('gives each value its type and leaves empty ones out', () => {
    expect(
      inputValues(inputs, { phone: ' +639171234567 ', code: '', count: '3', vip: 'true', extra: '{"a":1}' }),
    ).toEqual({ phone: '+639171234567', count: 3, vip: true, extra: { a: 1 } });
  });

  it('sends what it cannot read as it is, for the server to explain', () => {
    expect(inputValues(inputs, { count: 'three', extra: '{' })).toEqual({ count: 'three', extra: '{' });
  });

  it('keeps leading zeros of texts', () => {
    expect(inputValues(inputs, { code: '012345' })).toEqual({ code: '012345' });
  });
});

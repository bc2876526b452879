import { describe, expect, it } from 'vitest';
import { type DeclaredInput, declaredInputs, idempotencyKey, initialTexts, readTexts } from './startInputs';

const input = (part: Partial<DeclaredInput>): DeclaredInput => ({
  name: 'a',
  type: 'string',
  title: 'A',
  help: '',
  example: '',
  required: false,
  secret: false,
  ...part,
});

describe('declaredInputs', () => {
  it('reads what Start declares and passes over what is not an input', () => {
    const inputs = declaredInputs(
      {
        schema: 'sluice/v1',
        name: 'x',
        edges: [],
        nodes: [
          { id: 'other', type: 'wait', config: { inputs: [{ name: 'no' }] } },
          {
            id: 'start',
            type: 'start',
            config: {
              inputs: [
                { name: 'to', type: 'phone', required: true },
                null,
                { title: 'nameless' },
                { name: 'n' },
              ],
            },
          },
        ],
      },
      new Set(['start']),
    );
    expect(inputs).toEqual([
      input({ name: 'to', title: 'to', type: 'phone', required: true }),
      input({ name: 'n', title: 'n' }),
    ]);
  });
});

describe('initialTexts', () => {
  it('takes over an earlier run without its secrets', () => {
    const inputs = [
      input({ name: 'to' }),
      input({ name: 'code' }),
      input({ name: 'count', default: 2 }),
      input({ name: 'b', type: 'boolean' }),
    ];
    expect(initialTexts(inputs, { to: '+63', code: '••••••', b: true })).toEqual({
      to: '+63',
      code: '',
      count: '2',
      b: 'true',
    });
  });
});

describe('readTexts', () => {
  it('gives every input its type and leaves out what is empty', () => {
    const inputs = [
      input({ name: 's' }),
      input({ name: 'empty' }),
      input({ name: 'i', type: 'integer' }),
      input({ name: 'j', type: 'json' }),
      input({ name: 'b', type: 'boolean' }),
      input({ name: 'unset', type: 'boolean' }),
    ];
    expect(
      readTexts(inputs, { s: ' as it is ', empty: ' ', i: '42', j: '{"a":[1]}', b: 'false', unset: '' }),
    ).toEqual({
      inputs: { s: ' as it is ', i: 42, j: { a: [1] }, b: false },
      problems: {},
    });
  });

  it('names each field that cannot be sent', () => {
    const inputs = [
      input({ name: 'r', required: true }),
      input({ name: 'd', required: true, default: 'x' }),
      input({ name: 'n', type: 'number' }),
      input({ name: 'j', type: 'json' }),
    ];
    const { problems } = readTexts(inputs, { n: 'many', j: '{' });
    expect(Object.keys(problems)).toEqual(['r', 'n', 'j']);
  });
});

describe('idempotencyKey', () => {
  it('is another one each time', () => {
    expect(idempotencyKey()).toMatch(/^[0-9a-f]{32}$/);
    expect(idempotencyKey()).not.toBe(idempotencyKey());
  });
});

import { describe, expect, it } from 'vitest';
import { recall, remember } from './memory';

function storage(initial?: string) {
  let kept = initial ?? null;
  return {
    getItem: () => kept,
    setItem: (_: string, value: string) => {
      kept = value;
    },
  };
}

describe('what a browser keeps of tries', () => {
  it('comes back as it was', () => {
    const place = storage();
    const memory = {
      inputs: { to: '+60' },
      pins: { sms: { receipts: [] } },
      byHand: false,
      last: { acts: [{ visit: 2, kind: 'read' as const, at_ms: 5 }], untilMs: 5, byHand: true, world: [] },
    };
    remember('f', memory, place);
    expect(recall('f', place)).toEqual(memory);
  });

  it.each([undefined, '', 'null', '3', '{', '{"inputs":3,"pins":[1],"last":{"acts":1}}', '{"pins":{"a":1}}'])(
    'is nothing where %s stands',
    (text) => expect(recall('f', storage(text))).toMatchObject({ inputs: {}, pins: {}, byHand: true }),
  );

  it('is not missed where the browser keeps nothing', () => {
    const shut = {
      getItem: () => {
        throw new Error('no storage');
      },
      setItem: () => {
        throw new Error('no storage');
      },
    };
    expect(() => remember('f', recall('f', shut), shut)).not.toThrow();
  });
});

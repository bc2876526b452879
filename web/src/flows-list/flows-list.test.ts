import { describe, expect, it } from 'vitest';
import { barHeights } from './barHeights';
import { readDefinition } from './definition';
import { listState } from './listState';
import { publication } from './publication';

describe('barHeights', () => {
  it('scales to the highest and keeps small ones visible', () => {
    expect(barHeights([0, 5, 10])).toEqual([0, 0.5, 1]);
    expect(barHeights([1, 1000])).toEqual([0.12, 1]);
    expect(barHeights([0, 0])).toEqual([0, 0]);
    expect(barHeights([])).toEqual([]);
  });
});

describe('readDefinition', () => {
  it('takes an object', () => {
    expect(readDefinition('{"schema":"sluice/v1"}')).toEqual({ definition: { schema: 'sluice/v1' } });
  });

  it.each(['[]', 'null', '"flow"', '3'])('refuses %s, which is JSON but no object', (text) => {
    expect(readDefinition(text)).toEqual({ problem: expect.stringContaining('JSON object') });
  });

  it('names the line of a syntax error', () => {
    expect(readDefinition('{\n  "a": 1,\n  "b": x\n}')).toEqual({
      problem: expect.stringMatching(/not JSON: /),
    });
  });

  it('asks for something when there is nothing', () => {
    expect(readDefinition('  \n')).toEqual({ problem: expect.stringContaining('nothing in it') });
  });

  it('refuses what the server would refuse for its size', () => {
    expect(readDefinition(`{"a":"${'x'.repeat(2 * 1024 * 1024)}"}`)).toEqual({
      problem: expect.stringContaining('2 MiB'),
    });
  });
});

describe('publication', () => {
  it.each([
    [{ published_version: null, draft_changed: true }, 'Not published', undefined],
    [{ published_version: 3, draft_changed: false }, 'Published v3', undefined],
    [{ published_version: 3, draft_changed: true }, 'Published v3', 'Draft changes'],
  ])('%j', (flow, label, change) => {
    const words = publication(flow);
    expect([words.label, words.change]).toEqual([label, change]);
  });
});

describe('listState', () => {
  it('reads the address and falls back on what it does not know', () => {
    expect(listState(new URLSearchParams('q=otp&status=draft&sort=name'))).toEqual({
      q: 'otp',
      status: 'draft',
      sort: 'name',
    });
    expect(listState(new URLSearchParams('status=nonsense&sort=__proto__'))).toEqual({
      q: '',
      status: undefined,
      sort: '-updated',
    });
  });
});

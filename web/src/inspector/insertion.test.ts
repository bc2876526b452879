import { describe, expect, it } from 'vitest';
import { completed, inserted, openBraces } from './insertion';

describe('openBraces', () => {
  it.each([
    ['Hi {{', 5, { start: 3, query: '' }],
    ['Hi {{ na', 8, { start: 3, query: 'na' }],
    ['{{steps.sms.st', 14, { start: 0, query: 'steps.sms.st' }],
  ])('sees that %j at %i asks for a name', (text, caret, expected) => {
    expect(openBraces(text, caret)).toEqual(expected);
  });

  it.each([
    ['Hi', 2],
    ['Hi {', 4],
    ['{{name}} and', 12],
    ['{{upper(na', 10],
    ['{{', 1],
  ])('does not see one in %j at %i', (text, caret) => {
    expect(openBraces(text, caret)).toBeUndefined();
  });
});

describe('completed', () => {
  it('replaces what was typed', () => {
    expect(completed('Hi {{na, bye', { start: 3, query: 'na' }, 7, 'name')).toEqual({
      text: 'Hi {{name}}, bye',
      caret: 11,
    });
  });

  it('takes closing braces that are there already', () => {
    expect(completed('{{}} !', { start: 0, query: '' }, 2, 'code').text).toBe('{{code}} !');
  });
});

describe('inserted', () => {
  it('puts the piece at the caret', () => {
    expect(inserted('ab', 1, 1, '{{x}}')).toEqual({ text: 'a{{x}}b', caret: 6 });
  });
  it('replaces the selection', () => {
    expect(inserted('abc', 0, 3, 'x')).toEqual({ text: 'x', caret: 1 });
  });
});

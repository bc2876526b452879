import { describe, expect, it } from 'vitest';
import { count, percent, words } from './count';

describe('count', () => {
  it('agrees in number and groups thousands', () => {
    expect(count(1, 'run')).toBe('1 run');
    expect(count(0, 'run')).toBe('0 runs');
    expect(count(2310, 'run')).toBe('2,310 runs');
    expect(count(2, 'reply', 'replies')).toBe('2 replies');
  });
});

describe('percent', () => {
  it.each([
    [0, 0, '–'],
    [0, 5, '0 %'],
    [5, 5, '100 %'],
    [1, 3, '33 %'],
    [1, 1000, '<1 %'],
    [999, 1000, '>99 %'],
  ])('%d of %d is %s', (part, whole, text) => {
    expect(percent(part, whole)).toBe(text);
  });
});

describe('words', () => {
  it('reads machine names', () => {
    expect(words('not_read')).toBe('Not read');
    expect(words('')).toBe('');
  });
});

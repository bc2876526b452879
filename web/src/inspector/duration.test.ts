import { describe, expect, it } from 'vitest';
import { durationWords, readDuration, steppedDuration, writeDuration } from './duration';

describe('readDuration', () => {
  it.each([
    ['30s', '30s'],
    ['90', '1m30s'],
    ['2 min', '2m'],
    ['1h30m', '1h30m'],
    ['1h 30', '1h30m'],
    ['1.5 hours', '1h30m'],
    ['1,5 h', '1h30m'],
    ['2 weeks', '14d'],
    ['7d', '7d'],
    ['  1 Day 2 Hours ', '1d2h'],
    ['500ms', '500ms'],
    ['0', '0s'],
  ])('reads %j as %s', (text, written) => {
    const ms = readDuration(text);
    expect(ms).toBeDefined();
    expect(writeDuration(ms ?? -1)).toBe(written);
  });

  it.each(['', 'soon', '30 parsecs', '{{delay}}', '-5s', '30m 1h', '1h 2h', 's'])(
    'does not read %j',
    (text) => {
      expect(readDuration(text)).toBeUndefined();
    },
  );
});

it('says durations in words', () => {
  expect(durationWords(5_400_000)).toBe('1 hour 30 minutes');
  expect(durationWords(1_000)).toBe('1 second');
  expect(durationWords(0)).toBe('0 seconds');
});

describe('steppedDuration', () => {
  it.each([
    ['30s', 1, '35s'],
    ['30s', -1, '25s'],
    ['2m', 1, '3m'],
    ['1h30m', 1, '1h35m'],
    ['1h', 1, '2h'],
    ['1h', -1, '30m'],
    ['1m', -1, '30s'],
    ['7d', -1, '6d'],
    ['0s', -1, '0s'],
    ['0s', 1, '5s'],
  ] as const)('from %s by %i gives %s', (from, direction, to) => {
    expect(writeDuration(steppedDuration(readDuration(from) ?? -1, direction))).toBe(to);
  });
});

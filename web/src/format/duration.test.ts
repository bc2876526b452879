import { describe, expect, it } from 'vitest';
import { formatCountdown, formatDuration, parseDuration } from './duration';

describe('parseDuration', () => {
  it.each([
    ['30s', 30_000],
    ['1m30s', 90_000],
    ['7d', 604_800_000],
    ['250ms', 250],
    ['1.5h', 5_400_000],
    ['0', 0],
    [' 2s ', 2000],
  ])('reads %s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['', '30', '-5s', 's', '5 s', 'never', '1m30', '1y'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0 s'],
    [-5, '0 s'],
    [40, '0 s'],
    [420, '0.4 s'],
    [2000, '2 s'],
    [9960, '10 s'],
    [59_600, '1 min'],
    [90_000, '1 min 30 s'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
    [86_400_000, '1 d'],
    [273_600_000, '3 d 4 h'],
  ])('writes %d ms as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});

describe('formatCountdown', () => {
  it.each([
    [-1, '0:00'],
    [1, '0:01'],
    [29_000, '0:29'],
    [29_001, '0:30'],
    [723_000, '12:03'],
    [3_723_000, '1:02:03'],
    [273_600_000, '3 d 4 h'],
  ])('writes %d ms as %s', (milliseconds, text) => {
    expect(formatCountdown(milliseconds)).toBe(text);
  });
});

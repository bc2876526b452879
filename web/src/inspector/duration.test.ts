import { describe, expect, it } from 'vitest';
import { splitDuration } from './duration';

describe('splitDuration', () => {
  it.each([
    ['30s', '30', 's'],
    ['60s', '60', 's'],
    ['1m30s', '90', 's'],
    ['1h30m', '90', 'm'],
    ['1d12h', '36', 'h'],
    ['7d', '7', 'd'],
    ['1.5h', '1.5', 'h'],
  ])('reads %s as %s %s', (text, amount, unit) => {
    expect(splitDuration(text)).toEqual({ amount, unit });
  });

  it.each(['', '500ms', '30', 'soon', '{{delay}}'])('leaves %j to the text field', (text) => {
    expect(splitDuration(text)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { latencyText } from './latency';

describe('a latency', () => {
  it.each([
    [0, '0.1 s'],
    [0.25, '0.3 s'],
    [4.44, '4.4 s'],
    [37.6, '38 s'],
    [5400, '1 h 30 min'],
  ])('of %d seconds reads %s', (seconds, text) => expect(latencyText(seconds)).toBe(text));
});

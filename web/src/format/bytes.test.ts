import { expect, it } from 'vitest';
import { formatBytes } from './bytes';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [1234, '1.2 kB'],
  [12_345, '12 kB'],
  [999_600, '1 MB'],
  [3_400_000, '3.4 MB'],
  [5e12, '5,000 GB'],
  [-5, '0 B'],
])('writes %d bytes as %s', (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words);
});

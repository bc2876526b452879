import { expect, it } from 'vitest';
import { afterSignIn } from './afterSignIn';

it.each([
  ['?after=%2Fruns%2Fr1%3Fstep%3D2', '/runs/r1?step=2'],
  ['', '/flows'],
  ['?after=', '/flows'],
  ['?after=runs', '/flows'],
  ['?after=%2F%2Fevil.example', '/flows'],
  ['?after=%2F%5Cevil.example', '/flows'],
  ['?after=https%3A%2F%2Fevil.example', '/flows'],
  ['?after=javascript%3Aalert(1)', '/flows'],
  ['?after=%2Flogin%3Fafter%3D%2Fruns', '/flows'],
])('%s leads to %s', (search, place) => {
  expect(afterSignIn(search)).toBe(place);
});

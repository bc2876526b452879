import { expect, it } from 'vitest';
import { safeLink } from './link';

it.each([
  ['https://example.com/a?b=c', 'https://example.com/a?b=c'],
  [' http://example.com', 'http://example.com/'],
])('links to %s', (url, href) => {
  expect(safeLink(url)).toBe(href);
});

it.each([
  'javascript:alert(1)',
  ' JaVaScRiPt:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  '//example.com',
  '/flows',
  '',
  undefined,
  { href: 'https://example.com' },
])('does not link to %j', (url) => {
  expect(safeLink(url)).toBeUndefined();
});

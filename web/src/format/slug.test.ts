import { expect, it } from 'vitest';
import { slugOf } from './slug';

it.each([
  ['SMS main', 'sms-main'],
  ['  Ünïcode – Señal! ', 'unicode-senal'],
  ['短信', ''],
])('makes %j short and plain', (title, slug) => {
  expect(slugOf(title)).toBe(slug);
});

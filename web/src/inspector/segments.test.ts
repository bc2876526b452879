import { describe, expect, it } from 'vitest';
import { smsCount, textLimit } from './segments';

describe('smsCount', () => {
  it.each([
    ['', 'GSM-7', 0, 0, 160],
    ['a'.repeat(160), 'GSM-7', 160, 1, 0],
    ['a'.repeat(161), 'GSM-7', 161, 2, 145],
    ['a'.repeat(306), 'GSM-7', 306, 2, 0],
    ['a'.repeat(307), 'GSM-7', 307, 3, 152],
    ['€'.repeat(80), 'GSM-7', 160, 1, 0],
    [`${'a'.repeat(152)}€${'a'.repeat(10)}`, 'GSM-7', 164, 2, 141],
    ['£éÄß@Δ\n', 'GSM-7', 7, 1, 153],
    ['你'.repeat(70), 'UCS-2', 70, 1, 0],
    ['你'.repeat(71), 'UCS-2', 71, 2, 63],
    ['👍', 'UCS-2', 2, 1, 68],
    ['👍'.repeat(34), 'UCS-2', 68, 1, 2],
    // Each segment of 67 units holds 33 of them: none is cut in two.
    ['👍'.repeat(67), 'UCS-2', 134, 3, 65],
  ])('counts %j', (text, encoding, units, segments, left) => {
    expect(smsCount(text)).toMatchObject({ encoding, units, segments, left });
  });

  it('names what forces UCS-2, each once', () => {
    expect(smsCount('“Hi” – “you” 👍').forcing).toEqual(['“', '”', '–', '👍']);
    expect(smsCount('Straße {x} [~]').forcing).toEqual([]);
  });

  it('counts characters as people see them', () => expect(smsCount('a👍').characters).toBe(2));
});

it('knows the limits of the channels', () => {
  expect(textLimit('whatsapp', 'text')).toBe(4096);
  expect(textLimit('whatsapp', 'caption')).toBe(1024);
  expect(textLimit('viber', 'text')).toBe(1000);
  expect(textLimit('sms', 'text')).toBeUndefined();
  expect(textLimit(undefined, 'text')).toBeUndefined();
});

import { i18n } from '@lingui/core';
import { afterEach, describe, expect, it } from 'vitest';
import { startEnglish } from '@/i18n/english';
import { formatList } from './list';
import { formatNumber, percent } from './number';
import { words } from './words';

afterEach(startEnglish);

describe('formatNumber', () => {
  it('groups thousands', () => {
    expect(formatNumber(1)).toBe('1');
    expect(formatNumber(2310)).toBe('2,310');
  });
});

describe('percent', () => {
  it.each([
    [0, 0, '–'],
    [0, 5, '0%'],
    [5, 5, '100%'],
    [1, 3, '33%'],
    [1, 1000, '<1%'],
    [999, 1000, '>99%'],
  ])('%d of %d is %s', (part, whole, text) => {
    expect(percent(part, whole)).toBe(text);
  });
});

describe('formatList', () => {
  it.each([
    ['en', 'and', 'SMS, Viber and WhatsApp'],
    ['en', 'or', 'SMS, Viber or WhatsApp'],
    ['zh-Hans', 'and', 'SMS、Viber和WhatsApp'],
    ['zh-Hant', 'or', 'SMS、Viber或WhatsApp'],
    ['ja', 'and', 'SMS、Viber、WhatsApp'],
  ] as const)('in %s with %s', (locale, type, text) => {
    i18n.loadAndActivate({ locale, messages: {} });
    expect(formatList(['SMS', 'Viber', 'WhatsApp'], type)).toBe(text);
  });
});

describe('words', () => {
  it('reads machine names', () => {
    expect(words('not_read')).toBe('Not read');
    expect(words('')).toBe('');
  });
});

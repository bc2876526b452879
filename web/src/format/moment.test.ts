import { i18n } from '@lingui/core';
import { afterEach, describe, expect, it } from 'vitest';
import { startEnglish } from '@/i18n/english';
import { formatClock, formatFull, formatMoment, formatShort } from './moment';

// Local times, so that the tests hold in every time zone.
const now = new Date(2026, 10, 21, 14, 30, 0).getTime();
const at = (...parts: [number, number, number, number, number, number]) => new Date(...parts).toISOString();

describe('formatMoment', () => {
  it.each([
    [at(2026, 10, 21, 14, 29, 55), 'just now'],
    [at(2026, 10, 21, 14, 30, 20), 'just now'],
    [at(2026, 10, 21, 14, 29, 15), '45 s ago'],
    [at(2026, 10, 21, 14, 24, 50), '5 min ago'],
    [at(2026, 10, 21, 9, 5, 0), 'today 09:05'],
    [at(2026, 10, 20, 23, 5, 0), '20 Nov 23:05'],
    [at(2025, 0, 2, 3, 4, 5), '2 Jan 2025'],
    ['not a time', ''],
  ])('writes %s', (iso, text) => {
    expect(formatMoment(iso, now)).toBe(text);
  });
});

describe('formatShort', () => {
  it.each([
    [at(2026, 10, 21, 23, 5, 59), '23:05'],
    [at(2026, 10, 24, 9, 5, 0), '24 Nov 09:05'],
    [at(2026, 10, 20, 14, 30, 0), '20 Nov 14:30'],
    [at(2027, 0, 2, 3, 4, 5), '2 Jan 2027 03:04'],
    ['not a time', ''],
  ])('writes %s', (iso, text) => {
    expect(formatShort(iso, now)).toBe(text);
  });
});

describe('formatClock', () => {
  it('pads every part', () => {
    expect(formatClock(at(2026, 0, 1, 4, 5, 6))).toBe('04:05:06');
    expect(formatClock(at(2026, 0, 1, 4, 5, 6), { seconds: false })).toBe('04:05');
    expect(formatClock('')).toBe('');
  });
});

describe('formatFull', () => {
  it('names the day and the second', () => {
    expect(formatFull(at(2026, 10, 21, 4, 5, 6))).toBe('21 Nov 2026, 04:05:06');
  });
});

describe('in other languages', () => {
  afterEach(startEnglish);

  it.each([
    ['zh-Hans', '11月20日 23:05', '2026年11月20日 23:05:00'],
    ['zh-Hant', '11月20日 23:05', '2026/11/20 23:05:00'],
    ['ja', '11月20日 23:05', '2026/11/20 23:05:00'],
  ])('%s', (locale, short, full) => {
    i18n.loadAndActivate({ locale, messages: {} });
    expect(formatMoment(at(2026, 10, 20, 23, 5, 0), now)).toBe(short);
    // Which kind of space stands between is the browser's affair.
    expect(formatFull(at(2026, 10, 20, 23, 5, 0)).replaceAll(/\s/gu, ' ')).toBe(full);
  });
});

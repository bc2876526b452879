import { describe, expect, it } from 'vitest';
import { localOf, momentOf } from './moment';

describe('moments', () => {
  it('come back as they were picked', () => {
    for (const moment of ['2026-01-31T09:00:00Z', '2026-07-01T23:30:00Z']) {
      expect(momentOf(localOf(moment))).toBe(moment);
    }
    expect(localOf('2026-01-31T10:00:00+01:00')).toBe(localOf('2026-01-31T09:00:00Z'));
    expect(momentOf(localOf('2026-01-31'))).toBe('2026-01-31T00:00:00Z');
  });

  it('are only what the server takes for one', () => {
    for (const text of ['', '{{appointment}}', 'tomorrow', '2026-01-31T09:00', '2026-13-45', '2026']) {
      expect(localOf(text)).toBe('');
    }
    expect(momentOf('')).toBeUndefined();
  });
});

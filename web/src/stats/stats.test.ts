import { describe, expect, it } from 'vitest';
import { portKey } from '@/canvas/FlowCanvas';
import { boundsOf, readPeriod } from './period';
import { type FlowStats, shareOf, statsOverlay } from './statsOverlay';

describe('the period in the address', () => {
  it.each([
    ['', { period: '24h', version: undefined }],
    ['period=7d&version=3', { period: '7d', version: 3 }],
    ['period=century&version=-1', { period: '24h', version: undefined }],
    ['period=custom&from=2026-01-02&to=tomorrow', { period: 'custom', from: '2026-01-02', to: '' }],
  ])('%j', (search, state) => {
    expect(readPeriod(new URLSearchParams(search))).toMatchObject(state);
  });

  it('is whole hours up to the end of the present one', () => {
    const now = Date.UTC(2026, 0, 2, 9, 30);
    expect(boundsOf(readPeriod(new URLSearchParams('period=24h')), now)).toEqual({
      from: '2026-01-01T10:00:00.000Z',
      to: '2026-01-02T10:00:00.000Z',
    });
  });

  it('is whole days of the reader, the last one included', () => {
    const custom = readPeriod(new URLSearchParams('period=custom&from=2026-01-01&to=2026-01-02'));
    const bounds = boundsOf(custom, 0);
    expect(Date.parse(bounds?.to ?? '') - Date.parse(bounds?.from ?? '')).toBe(48 * 3_600_000);
    expect(boundsOf({ ...custom, to: '2025-12-31' }, 0)).toBeUndefined();
    expect(boundsOf({ ...custom, to: '' }, 0)).toBeUndefined();
  });
});

describe('statsOverlay', () => {
  it('tells of each port how many left there, of all that came in', () => {
    const stats = {
      nodes: [
        { node: 'sms', entered: 4, ended: 3, ports: [{ port: 'next', count: 3 }] },
        { node: 'back', entered: 1, ended: 0, ports: [{ port: 'jump', count: 1 }] },
      ],
    } as unknown as FlowStats;
    const { nodes, ports, lines } = statsOverlay(stats);
    expect(ports?.get(portKey('sms', 'next'))).toMatchObject({ label: '3 · 75%', share: 0.75 });
    expect(nodes?.get('sms')).toMatchObject({ badge: '4', help: '4 visits, 3 runs ended here' });
    expect([...(lines?.keys() ?? [])]).toContain(portKey('back', '__jump'));
  });

  it('has no share of nothing', () => {
    expect(shareOf(3, 0)).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { jumpHandle, portKey } from '@/canvas/FlowCanvas';
import type { Flow, NodeType } from '@/flow-model';
import { choices, chosen, filterOf } from './choose';
import { drawingOf } from './drawing';
import { missingCount, needsOf } from './needs';
import { overlayOf, scenariosOf } from './scenarios';
import type { GalleryFlow } from './types';

const flow = (change: Partial<GalleryFlow>): GalleryFlow => ({
  name: 'otp',
  title: 'OTP by country',
  description: 'Sends a one-time password.',
  categories: ['security'],
  channel_types: ['viber', 'sms'],
  channels: [
    { slug: 'viber-main', channel_type: 'viber' },
    { slug: 'sms-main', channel_type: 'sms' },
  ],
  templates: [
    {
      slug: 'otp',
      name: 'OTP',
      channel_type: 'whatsapp',
      language: 'en',
      category: 'authentication',
      text: '{{1}}',
    },
  ],
  nodes: 2,
  scenarios: 3,
  sketch: { nodes: [], edges: [] },
  ...change,
});

describe('the filter of the gallery', () => {
  const sale = flow({
    name: 'sale',
    title: 'Flash sale',
    categories: ['marketing', 'orders'],
    channel_types: ['sms'],
  });
  const flows = [flow({}), sale];
  it.each([
    ['', ['otp', 'sale']],
    ['q=COUNTRY', ['otp']],
    ['q=password+one-time', ['otp', 'sale']],
    ['q=password+flash', ['sale']],
    ['channel=viber', ['otp']],
    ['category=orders', ['sale']],
    ['category=orders&channel=viber', []],
  ])('%j shows %j', (search, names) => {
    expect(chosen(flows, filterOf(new URLSearchParams(search))).map(({ name }) => name)).toEqual(names);
  });
  it('offers only what leads somewhere', () => {
    expect(choices(flows)).toEqual({
      channels: ['sms', 'viber'],
      categories: new Set(['security', 'marketing', 'orders']),
    });
  });
});

describe('what a flow needs', () => {
  it('is missing until a channel of that type and a template in that language are there', () => {
    const needs = needsOf(
      flow({}),
      [
        { slug: 'viber-main', type: 'viber' },
        { slug: 'sms-main', type: 'whatsapp' },
      ],
      [{ slug: 'otp', channel_type: 'whatsapp', language: 'ja' }],
    );
    expect(needs.missing.channels).toEqual([{ slug: 'sms-main', channel_type: 'sms' }]);
    expect(needs.missing.templates.map(({ slug }) => slug)).toEqual(['otp']);
    expect(missingCount(needs)).toBe(2);
    expect(needs.channels.map(({ present }) => present)).toEqual([true, false]);
  });
});

describe('the picture of a flow', () => {
  it('keeps its shape whatever the flow is like', () => {
    for (const nodes of [[], [{ id: 'a', type: 'start', x: 0, y: 0 }], tall(1), tall(40)]) {
      const [, , width, height] = drawingOf({ nodes, edges: [] }).viewBox.split(' ').map(Number);
      expect((width ?? 0) / (height ?? 1)).toBeCloseTo(16 / 9, 1);
    }
  });
  it('shows the beginning of a flow that is too long for it', () => {
    const nodes = Array.from({ length: 20 }, (_, index) => ({
      id: `a${index}`,
      type: 'end',
      x: index * 340,
      y: 0,
    }));
    const [left, , width] = drawingOf({ nodes, edges: [] }).viewBox.split(' ').map(Number);
    expect(left).toBe(-60);
    expect(width).toBeLessThan(2400);
  });
  it('draws the lines between cards that exist', () => {
    const edges = [
      { from: 'a0', to: 'a1' },
      { from: 'a0', to: 'gone' },
    ];
    expect(drawingOf({ nodes: tall(2), edges }).lines).toHaveLength(1);
  });
});

function tall(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    id: `a${index}`,
    type: 'end',
    x: 0,
    y: index * 300,
  }));
}

describe('a scenario on the canvas', () => {
  const drawn: Flow = {
    schema: 'sluice/v1',
    name: 'x',
    nodes: [
      { id: 'start', type: 'start' },
      { id: 'sms', type: 'send_sms' },
      { id: 'again', type: 'jump', config: { target: 'sms' } },
    ],
    edges: [
      { from: 'start', port: 'next', to: 'sms' },
      { from: 'sms', port: 'failed', to: 'again' },
    ],
    scenarios: [
      {
        name: 'Twice',
        expect: {
          path: ['start', 'sms', 'again', 'sms'],
          status: 'failed',
          elapsed: '3s',
          messages: [{}, {}],
        },
      },
      { name: 'Says nothing' },
      'not a scenario',
    ],
  };
  const specs = [{ type: 'jump', target: 'target', ports: [] } as unknown as NodeType];
  it('reads what scenarios say, and no more', () => {
    expect(scenariosOf(drawn)).toEqual([
      { name: 'Twice', path: ['start', 'sms', 'again', 'sms'], status: 'failed', elapsed: '3s', messages: 2 },
      { name: 'Says nothing', path: [], status: '', elapsed: '', messages: undefined },
    ]);
  });
  it('lights its nodes, the lines between them and its end', () => {
    const [row] = scenariosOf(drawn);
    if (!row) throw new Error('no scenario');
    const overlay = overlayOf(row, drawn, specs);
    expect([...(overlay.lines?.keys() ?? [])]).toEqual([
      portKey('start', 'next'),
      portKey('sms', 'failed'),
      portKey('again', jumpHandle),
    ]);
    expect(overlay.nodes?.get('sms')).toEqual({ tone: 'failed' });
    expect(overlay.nodes?.get('start')).toEqual({ tone: 'visited' });
  });
});

import { plural, t } from '@lingui/core/macro';
import type { Schemas } from '@/api/client';
import { jumpHandle, type NodeMark, type Overlay, type PortMark, portKey } from '@/canvas/FlowCanvas';
import { formatNumber, percent } from '@/format/number';

export type FlowStats = Schemas['FlowStats'];

/** The counts of a period on the canvas: per port how many left by it, of all that came in. */
export function statsOverlay(stats: FlowStats): Overlay {
  const nodes = new Map<string, NodeMark>();
  const ports = new Map<string, PortMark>();
  const lines = new Map<string, 'taken'>();
  for (const { node, entered, ended, ports: exits } of stats.nodes) {
    nodes.set(node, {
      tone: 'visited',
      badge: formatNumber(entered),
      help: [
        plural(entered, { one: '# visit', other: '# visits' }),
        ended > 0 ? plural(ended, { one: '# run ended here', other: '# runs ended here' }) : '',
      ]
        .filter(Boolean)
        .join(', '),
    });
    for (const { port, count } of exits) {
      const share = shareOf(count, entered);
      const key = portKey(node, port === 'jump' ? jumpHandle : port);
      lines.set(key, 'taken');
      ports.set(key, {
        label: `${formatNumber(count)} · ${percent(count, entered)}`,
        share,
        help: t`${formatNumber(count)} of ${formatNumber(entered)} left here`,
      });
    }
  }
  return { nodes, ports, lines, mutesOthers: true };
}

export function shareOf(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, part / whole) : 0;
}

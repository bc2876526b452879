import { useMemo } from 'react';
import type { NodeTypes } from '@/flow-model';
import { drawingOf } from './drawing';
import styles from './Thumbnail.module.css';
import type { Sketch } from './types';

/** A small picture of a flow. Decorative: its name and description stand beside it. */
export function Thumbnail({ sketch, types }: { sketch: Sketch; types: NodeTypes }) {
  const { viewBox, cut, cards, lines } = useMemo(() => drawingOf(sketch), [sketch]);
  return (
    <svg className={styles.picture} data-cut={cut || undefined} viewBox={viewBox} aria-hidden="true">
      {lines.map((path) => (
        <path key={path} className={styles.line} d={path} />
      ))}
      {cards.map(({ id, type, ...box }) => (
        <g key={id} data-hue={types.get(type)?.hue ?? 'slate'}>
          <rect className={styles.card} {...box} rx={20} />
          <rect className={styles.icon} x={box.x + 22} y={box.y + 24} width={40} height={40} rx={10} />
          <rect className={styles.text} x={box.x + 78} y={box.y + 36} width={128} height={16} rx={8} />
        </g>
      ))}
    </svg>
  );
}

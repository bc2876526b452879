import { plural } from '@lingui/core/macro';
import { formatNumber } from '@/format/number';
import { barHeights } from './barHeights';
import styles from './Sparkline.module.css';

const height = 22;
const step = 4;

/** Runs per hour of the last day, oldest first, as small bars with the total beside them. */
export function Sparkline({ buckets, total }: { buckets: readonly number[]; total: number }) {
  const heights = barHeights(buckets);
  const width = heights.length * step;
  const runs = formatNumber(total);
  const label = plural(total, {
    one: `${runs} run in the last 24 hours`,
    other: `${runs} runs in the last 24 hours`,
  });
  return (
    <span className={styles.sparkline} role="img" aria-label={label} title={label}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        {heights.map((share, hour) => {
          const bar = Math.max(1, share * height);
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: the place is the hour, its identity
              key={hour}
              x={hour * step}
              y={height - bar}
              width={step - 1}
              height={bar}
              rx={1}
              className={share > 0 ? styles.bar : styles.none}
            />
          );
        })}
      </svg>
      <span className={styles.total}>{runs}</span>
    </span>
  );
}

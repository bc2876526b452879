import { Trans, useLingui } from '@lingui/react/macro';
import { formatFull, formatMoment } from '@/format/moment';
import { formatNumber } from '@/format/number';
import styles from './StatsPanel.module.css';
import type { FlowStats } from './statsOverlay';

const height = 64;

/** Runs per stretch of the period, those that reached somebody darker, those that failed at the foot. */
export function Series({ stats }: { stats: FlowStats }) {
  const { t } = useLingui();
  const most = Math.max(1, ...stats.series.map((point) => point.started));
  const width = 100 / Math.max(1, stats.series.length);
  const [first] = stats.series;
  const last = stats.series.at(-1);
  return (
    <figure className={styles.series}>
      <svg viewBox={`0 0 100 ${height}`} preserveAspectRatio="none" role="img" aria-label={t`Runs over time`}>
        {stats.series.map((point, index) => {
          const bar = (count: number) => (count / most) * height;
          return (
            <g key={point.at}>
              <title>
                {t`${formatFull(point.at)}: ${formatNumber(point.started)} runs, ${formatNumber(point.reached)} reached, ${formatNumber(point.failed)} failed`}
              </title>
              <rect x={index * width} width={width} height={height} className={styles.slot} />
              {[
                { count: point.started, look: styles.started },
                { count: point.reached, look: styles.reached },
                { count: point.failed, look: styles.failed },
              ].map(({ count, look }) => (
                <rect
                  key={look}
                  x={index * width + width * 0.12}
                  width={width * 0.76}
                  y={height - bar(count)}
                  height={bar(count)}
                  className={look}
                />
              ))}
            </g>
          );
        })}
      </svg>
      <figcaption>
        <span>{first && formatMoment(first.at, Date.parse(stats.to))}</span>
        <span className={styles.legend}>
          <i className={styles.started} /> <Trans>Runs</Trans> <i className={styles.reached} />{' '}
          <Trans>Reached</Trans> <i className={styles.failed} /> <Trans>Failed</Trans>
        </span>
        <span>{last && formatMoment(last.at, Date.parse(stats.to))}</span>
      </figcaption>
    </figure>
  );
}

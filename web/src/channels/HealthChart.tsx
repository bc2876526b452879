import { Trans, useLingui } from '@lingui/react/macro';
import { formatFull } from '@/format/moment';
import { formatNumber } from '@/format/number';
import styles from './ChannelHealth.module.css';
import { latencyText } from './latency';
import type { ChannelHealth } from './types';

const height = 96;

/** Messages per stretch of the period: sent lighter, delivered darker, failed at the foot; and the same as a table. */
export function HealthChart({ health }: { health: ChannelHealth }) {
  const { t } = useLingui();
  const most = Math.max(
    1,
    ...health.series.map((point) => Math.max(point.sent, point.delivered, point.failed)),
  );
  const width = 100 / Math.max(1, health.series.length);
  const first = health.series[0];
  const last = health.series.at(-1);
  const bar = (count: number) => (count / most) * height;
  return (
    <figure className={styles.chart}>
      <svg
        viewBox={`0 0 100 ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t`Messages over time`}
      >
        {health.series.map((point, index) => (
          <g key={point.at}>
            <title>
              {t`${formatFull(point.at)}: ${formatNumber(point.sent)} sent, ${formatNumber(point.delivered)} delivered, ${formatNumber(point.failed)} failed`}
            </title>
            <rect x={index * width} width={width} height={height} className={styles.slot} />
            {[
              { count: point.sent, look: styles.sent },
              { count: point.delivered, look: styles.delivered },
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
        ))}
      </svg>
      <figcaption>
        <span>{first && formatFull(first.at)}</span>
        <span className={styles.legend}>
          <i className={styles.sent} /> <Trans>Sent</Trans> <i className={styles.delivered} />{' '}
          <Trans>Delivered</Trans> <i className={styles.failed} /> <Trans>Failed</Trans>
        </span>
        <span>{last && formatFull(last.at)}</span>
      </figcaption>
      <details className={styles.details}>
        <summary>
          <Trans>Show as a table</Trans>
        </summary>
        <div className={styles.scroll}>
          <table>
            <thead>
              <tr>
                {[t`From`, t`Sent`, t`Delivered`, t`Read`, t`Failed`, t`Delivered after`].map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {health.series
                .filter((point) => point.sent + point.delivered + point.read + point.failed > 0)
                .map((point) => (
                  <tr key={point.at}>
                    <th scope="row">{formatFull(point.at)}</th>
                    <td>{formatNumber(point.sent)}</td>
                    <td>{formatNumber(point.delivered)}</td>
                    <td>{formatNumber(point.read)}</td>
                    <td>{formatNumber(point.failed)}</td>
                    <td>{point.latency ? latencyText(point.latency.p50_seconds) : '–'}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

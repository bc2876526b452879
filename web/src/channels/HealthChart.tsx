import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { formatFull, formatShort } from '@/format/moment';
import { formatNumber } from '@/format/number';
import styles from './ChannelHealth.module.css';
import { HealthTable } from './HealthTable';
import { latencyText } from './latency';
import type { ChannelHealth } from './types';

type Point = ChannelHealth['series'][number];

/** The parts of a chart's height, which is stretched to the card: what went well above the line, what failed below. */
const up = 80;
const down = 28;

/** A channel's messages and latency over time, as charts and as a table. */
export function HealthCharts({ health, tellsRead }: { health: ChannelHealth; tellsRead: boolean }) {
  return (
    <div className={styles.charts}>
      <MessagesChart health={health} tellsRead={tellsRead} />
      {health.latency && <LatencyChart health={health} />}
      <HealthTable health={health} />
    </div>
  );
}

/** Sent, delivered and read as bars within each other, and failed as a bar that hangs down. */
function MessagesChart({ health, tellsRead }: { health: ChannelHealth; tellsRead: boolean }) {
  const { t } = useLingui();
  const most = Math.max(
    1,
    ...health.series.map((point) => Math.max(point.sent, point.delivered, point.read)),
  );
  const mostFailed = Math.max(1, ...health.series.map((point) => point.failed));
  const high = up / most;
  // Below the line is less room: many failures have a measure of their own.
  const low = Math.min(high, down / mostFailed);
  return (
    <Chart
      health={health}
      title={t`Messages`}
      label={t`Messages over time`}
      most={t`up to ${formatNumber(most)}`}
      height={up + down}
      line={up}
      legend={
        <>
          <i className={styles.sent} /> <Trans>Sent</Trans> <i className={styles.delivered} />{' '}
          <Trans>Delivered</Trans>{' '}
          {tellsRead && (
            <>
              <i className={styles.read} /> <Trans>Read</Trans>{' '}
            </>
          )}
          <i className={styles.failed} /> <Trans>Failed</Trans>
        </>
      }
      tell={(point) =>
        t`${formatFull(point.at)}: ${formatNumber(point.sent)} sent, ${formatNumber(point.delivered)} delivered, ${formatNumber(point.read)} read, ${formatNumber(point.failed)} failed`
      }
      bars={(point) => [
        { key: 'sent', look: styles.sent, from: up - point.sent * high, height: point.sent * high },
        {
          key: 'delivered',
          look: styles.delivered,
          from: up - point.delivered * high,
          height: point.delivered * high,
        },
        { key: 'read', look: styles.read, from: up - point.read * high, height: point.read * high },
        { key: 'failed', look: styles.failed, from: up, height: point.failed * low },
      ]}
    />
  );
}

/** How long deliveries took: half of them, and nearly all. */
function LatencyChart({ health }: { health: ChannelHealth }) {
  const { t } = useLingui();
  const height = 56;
  const most = Math.max(0.1, ...health.series.map((point) => point.latency?.p95_seconds ?? 0));
  const bar = (seconds: number) => (Math.max(seconds, most / height) / most) * height;
  return (
    <Chart
      health={health}
      title={t`Delivered after`}
      label={t`Time to delivery`}
      most={t`up to ${latencyText(most)}`}
      height={height}
      line={height}
      legend={
        <>
          <i className={styles.delivered} /> <Trans>Half of them</Trans> <i className={styles.sent} />{' '}
          <Trans>95% of them</Trans>
        </>
      }
      tell={(point) =>
        point.latency
          ? t`${formatFull(point.at)}: half within ${latencyText(point.latency.p50_seconds)}, 95% within ${latencyText(point.latency.p95_seconds)}`
          : t`${formatFull(point.at)}: nothing was delivered`
      }
      bars={({ latency }) =>
        latency
          ? [
              {
                key: 'p95',
                look: styles.sent,
                from: height - bar(latency.p95_seconds),
                height: bar(latency.p95_seconds),
              },
              {
                key: 'p50',
                look: styles.delivered,
                from: height - bar(latency.p50_seconds),
                height: bar(latency.p50_seconds),
              },
            ]
          : []
      }
    />
  );
}

interface Bar {
  key: string;
  look: string | undefined;
  from: number;
  height: number;
}

interface ChartProps {
  health: ChannelHealth;
  title: string;
  label: string;
  /** What the full height stands for. */
  most: string;
  height: number;
  /** Where the bars stand. */
  line: number;
  legend: ReactNode;
  tell(point: Point): string;
  bars(point: Point): Bar[];
}

function Chart({ health, title, label, most, height, line, legend, tell, bars }: ChartProps) {
  const width = 100 / Math.max(1, health.series.length);
  const first = health.series[0];
  const last = health.series.at(-1);
  const now = Date.now();
  return (
    <figure className={styles.chart}>
      <div className={styles.chartHead}>
        <h3>
          {title} <small>{most}</small>
        </h3>
        <span className={styles.legend}>{legend}</span>
      </div>
      <svg
        viewBox={`0 0 100 ${height}`}
        style={{ height }}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        <rect x={0} y={Math.min(line, height - 0.5)} width={100} height={0.5} className={styles.axis} />
        {health.series.map((point, index) => (
          <g key={point.at}>
            <title>{tell(point)}</title>
            <rect x={index * width} width={width} height={height} className={styles.slot} />
            {bars(point).map(({ key, look, from, height: long }) => (
              <rect
                key={key}
                x={index * width + width * 0.12}
                width={width * 0.76}
                y={from}
                height={long}
                className={look}
              />
            ))}
          </g>
        ))}
      </svg>
      <figcaption>
        <span>{first && formatShort(first.at, now)}</span>
        <span>{last && formatShort(last.at, now)}</span>
      </figcaption>
    </figure>
  );
}

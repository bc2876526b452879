import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { formatFull } from '@/format/moment';
import { formatNumber, percent } from '@/format/number';
import { useNow } from '@/format/useNow';
import { boundsOf, type Period } from '@/stats/period';
import { ErrorState, Segmented, Skeleton } from '@/ui';
import styles from './ChannelHealth.module.css';
import { HealthCharts } from './HealthChart';
import { latencyText } from './latency';
import { channelHealthQuery } from './queries';
import type { ChannelHealth as Health } from './types';

/** How often the present is looked at again, in milliseconds. */
const freshMs = 30_000;

interface ChannelHealthProps {
  channelId: string;
  /** Whether the provider tells when a message of this channel is read. */
  tellsRead: boolean;
}

/** What became of a channel's messages in a period: in numbers, over time, and what failed last. */
export function ChannelHealth({ channelId, tellsRead }: ChannelHealthProps) {
  const { t } = useLingui();
  const [period, setPeriod] = useState<Period>('24h');
  const bounds = boundsOf({ period, from: '', to: '', version: undefined }, useNow(freshMs));
  const health = useQuery(channelHealthQuery(channelId, bounds));
  return (
    <section className={styles.card} aria-labelledby="channel-health">
      <header className={styles.head}>
        <h2 id="channel-health">
          <Trans>Health</Trans>
        </h2>
        <Segmented
          aria-label={t`Period`}
          size="small"
          value={period}
          onChange={(next) => setPeriod(next as Period)}
          options={[
            { value: '24h', label: t`24 hours` },
            { value: '7d', label: t`7 days` },
            { value: '30d', label: t`30 days` },
          ]}
        />
      </header>
      {health.data ? (
        <Shown health={health.data} tellsRead={tellsRead || health.data.read > 0} />
      ) : health.isError ? (
        <ErrorState error={health.error} onRetry={() => void health.refetch()} />
      ) : (
        <Skeleton height={180} radius={8} />
      )}
    </section>
  );
}

function Shown({ health, tellsRead }: { health: Health; tellsRead: boolean }) {
  const { t } = useLingui();
  if (health.sent + health.delivered + health.read + health.failed === 0)
    return (
      <p className={styles.quiet}>
        <Trans>Nothing was sent through this channel in this period.</Trans>
      </p>
    );
  const share = (count: number) => (health.sent > 0 ? percent(count, health.sent) : undefined);
  const numbers = [
    { name: t`Sent`, value: formatNumber(health.sent) },
    { name: t`Delivered`, value: formatNumber(health.delivered), more: share(health.delivered) },
    ...(tellsRead ? [{ name: t`Read`, value: formatNumber(health.read), more: share(health.read) }] : []),
    { name: t`Failed`, value: formatNumber(health.failed), more: undefined },
  ];
  return (
    <>
      <dl className={styles.numbers}>
        {numbers.map(({ name, value, more }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {value} {more && <small>{more}</small>}
            </dd>
          </div>
        ))}
        {health.latency && (
          <div>
            <dt>
              <Trans>Delivered after</Trans>
            </dt>
            <dd>
              {latencyText(health.latency.p50_seconds)}{' '}
              <small>
                <Trans>95% within {latencyText(health.latency.p95_seconds)}</Trans>
              </small>
            </dd>
          </div>
        )}
      </dl>
      <HealthCharts health={health} tellsRead={tellsRead} />
      <Failures health={health} />
    </>
  );
}

function Failures({ health }: { health: Health }) {
  if (health.errors.length === 0) return null;
  return (
    <div>
      <h3 className={styles.subhead}>
        <Trans>Last errors</Trans>
      </h3>
      <ul className={styles.errors}>
        {health.errors.map((error) => (
          <li key={`${error.at} ${error.run_id}`}>
            <div>
              {error.reason || <Trans>The provider gave no reason.</Trans>}{' '}
              {error.code && <code>{error.code}</code>}
            </div>
            <div className={styles.quiet}>
              {formatFull(error.at)}
              {error.run_id && (
                <>
                  {' · '}
                  <Link href={`/runs/${error.run_id}`}>
                    <Trans>See the run</Trans>
                  </Link>
                </>
              )}
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

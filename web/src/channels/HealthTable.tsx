import { Trans, useLingui } from '@lingui/react/macro';
import { formatFull } from '@/format/moment';
import { formatNumber } from '@/format/number';
import styles from './ChannelHealth.module.css';
import { latencyText } from './latency';
import type { ChannelHealth } from './types';

/** What the charts show, in numbers; stretches in which nothing happened are left out. */
export function HealthTable({ health }: { health: ChannelHealth }) {
  const { t } = useLingui();
  return (
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
  );
}

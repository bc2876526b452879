import { Trans, useLingui } from '@lingui/react/macro';
import { ChannelMark } from '@/channels/ChannelMark';
import { byType, type Flow, type NodeType, nodeOf, portsOf, titleOf } from '@/flow-model';
import { formatNumber, percent } from '@/format/number';
import { words } from '@/format/words';
import { runStatusLook } from '@/runs/status';
import { Badge } from '@/ui';
import { Series } from './Series';
import styles from './StatsPanel.module.css';
import { type FlowStats, shareOf } from './statsOverlay';

interface StatsPanelProps {
  stats: FlowStats;
  flow: Flow | undefined;
  specs: readonly NodeType[];
  chosen: string | undefined;
  onChoose(nodeId: string): void;
}

/** The numbers of a period: how many, how far, where they ended, and what became of the messages. */
export function StatsPanel({ stats, flow, specs, chosen, onChoose }: StatsPanelProps) {
  const { t } = useLingui();
  const ended = stats.completed + stats.failed + stats.cancelled;
  return (
    <aside className={styles.panel} aria-label={t`Numbers`}>
      <dl className={styles.totals}>
        <Total label={t`Runs`} value={formatNumber(stats.started)} />
        <Total label={t`Reached`} value={percent(stats.reached, stats.started)} testId="reach" />
        <Total label={t`Completed`} value={percent(stats.completed, stats.started)} />
        <Total label={t`Failed`} value={percent(stats.failed, stats.started)} />
        <Total label={t`Under way`} value={formatNumber(Math.max(0, stats.started - ended))} />
      </dl>
      <section>
        <h2>
          <Trans>Runs over time</Trans>
        </h2>
        <Series stats={stats} />
      </section>
      <section>
        <h2>
          <Trans>Where runs ended</Trans>
        </h2>
        {stats.ends.length === 0 && (
          <p className={styles.quiet}>
            <Trans>None has ended yet.</Trans>
          </p>
        )}
        <ol className={styles.ends}>
          {stats.ends.map((end) => {
            const share = shareOf(end.count, stats.started);
            const look = runStatusLook(end.status);
            return (
              <li key={`${end.node} ${end.outcome} ${end.status}`}>
                <button
                  type="button"
                  className={styles.end}
                  aria-pressed={chosen === end.node}
                  onClick={() => onChoose(end.node)}
                >
                  <span className={styles.endHead}>
                    <strong>{nodeTitle(flow, end.node)}</strong>
                    <Badge tone={look.tone}>{look.label}</Badge>
                  </span>
                  <span className={styles.quiet}>{outcomeTitle(flow, specs, end.node, end.outcome)}</span>
                  <span className={styles.count}>
                    {formatNumber(end.count)} · {percent(end.count, stats.started)}
                  </span>
                  <Share of={share} />
                </button>
              </li>
            );
          })}
        </ol>
      </section>
      {stats.channels.length > 0 && (
        <section>
          <h2>
            <Trans>Messages</Trans>
          </h2>
          <table className={styles.channels}>
            <thead>
              <tr>
                <th scope="col">
                  <Trans>Step</Trans>
                </th>
                <th scope="col">
                  <Trans>Messages</Trans>
                </th>
                <th scope="col">
                  <Trans>Delivered</Trans>
                </th>
                <th scope="col">
                  <Trans>Read</Trans>
                </th>
                <th scope="col">
                  <Trans>Failed</Trans>
                </th>
              </tr>
            </thead>
            <tbody>
              {stats.channels.map((channel) => (
                <tr key={`${channel.node} ${channel.channel}`}>
                  <th scope="row">
                    <ChannelMark type={channel.channel_type} /> {nodeTitle(flow, channel.node)}
                    <span className={styles.quiet}>{channel.channel}</span>
                  </th>
                  <td>{formatNumber(channel.queued)}</td>
                  <td>{percent(channel.delivered, channel.queued)}</td>
                  <td>{percent(channel.read, channel.queued)}</td>
                  <td>{percent(channel.failed, channel.queued)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </aside>
  );
}

function Total({ label, value, testId }: { label: string; value: string; testId?: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd data-testid={testId}>{value}</dd>
    </div>
  );
}

/** A bar as long as the share; the number beside it says it too. */
function Share({ of }: { of: number }) {
  return (
    <svg className={styles.share} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect width={100} height={4} className={styles.shareWhole} />
      <rect width={of * 100} height={4} className={styles.sharePart} />
    </svg>
  );
}

function nodeTitle(flow: Flow | undefined, id: string): string {
  const node = flow && nodeOf(flow, id);
  return node ? titleOf(node) : id;
}

/** The name of the port that a run ended by, or what else its outcome says. */
function outcomeTitle(
  flow: Flow | undefined,
  specs: readonly NodeType[],
  id: string,
  outcome: string,
): string {
  const node = flow && nodeOf(flow, id);
  const port = node && portsOf(node, byType(specs).get(node.type)).find((known) => known.name === outcome);
  return port?.title ?? words(outcome);
}

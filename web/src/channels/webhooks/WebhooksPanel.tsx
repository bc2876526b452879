import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Check, ShieldX } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { formatMoment } from '@/format/moment';
import { formatNumber } from '@/format/number';
import { useNow } from '@/format/useNow';
import { Badge, Button, CopyButton, ErrorState, Segmented, Skeleton } from '@/ui';
import type { Channel, Provider } from '../types';
import { runsOf, sentence, tally } from './content';
import { webhooksQuery } from './queries';
import type { Webhook, WebhookVerdict } from './types';
import { WebhookDialog } from './WebhookDialog';
import styles from './Webhooks.module.css';

interface WebhooksPanelProps {
  channel: Channel;
  provider: Provider | undefined;
  /** Whether the person may see what was posted. */
  may: boolean;
}

/** What the channel's provider posted lately: what was accepted, what was refused, and why. */
export function WebhooksPanel({ channel, provider, may }: WebhooksPanelProps) {
  const { t } = useLingui();
  const [verdict, setVerdict] = useState<WebhookVerdict>();
  const [open, setOpen] = useState<Webhook>();
  const pages = useInfiniteQuery(webhooksQuery(channel.id, verdict));
  const items = pages.data?.pages.flatMap((page) => page.items);
  return (
    <section className={styles.card} aria-labelledby="channel-webhooks">
      <header className={styles.head}>
        <h2 id="channel-webhooks">
          <Trans>Webhooks</Trans>
        </h2>
        <Segmented
          aria-label={t`Which webhooks`}
          size="small"
          value={verdict ?? 'all'}
          onChange={(next) => setVerdict(next === 'all' ? undefined : (next as WebhookVerdict))}
          options={[
            { value: 'all', label: t`All` },
            { value: 'accepted', label: t`Accepted` },
            { value: 'refused', label: t`Refused` },
          ]}
        />
      </header>
      {items && items.length > 0 ? (
        <ul className={styles.list}>
          {items.map((webhook) => (
            <Row
              key={webhook.id}
              webhook={webhook}
              onOpen={may && webhook.verdict === 'accepted' ? () => setOpen(webhook) : undefined}
            />
          ))}
        </ul>
      ) : items ? (
        <Empty channel={channel} provider={provider} verdict={verdict} />
      ) : pages.isError ? (
        <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
      ) : (
        <Skeleton height={96} radius={8} />
      )}
      {/* Pressed, and not by coming into sight: the settings are below. */}
      {pages.hasNextPage && (
        <div>
          <Button size="small" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            <Trans>Load more</Trans>
          </Button>
        </div>
      )}
      {open && <WebhookDialog channelId={channel.id} webhook={open} onClose={() => setOpen(undefined)} />}
    </section>
  );
}

function Row({ webhook, onOpen }: { webhook: Webhook; onOpen: (() => void) | undefined }) {
  const { t } = useLingui();
  const now = useNow(30_000);
  const { more } = webhook;
  return (
    <li className={styles.row}>
      <div className={styles.what}>
        {webhook.verdict === 'accepted' ? (
          <Badge tone="green" icon={<Check />}>
            <Trans>Accepted</Trans>
          </Badge>
        ) : (
          <Badge tone="red" icon={<ShieldX />}>
            <Trans>Refused</Trans>
          </Badge>
        )}
        <span className={styles.words}>
          {webhook.verdict === 'accepted' ? <Said webhook={webhook} /> : sentence(webhook.reason)}
        </span>
      </div>
      <div className={styles.facts}>
        <span>{formatMoment(webhook.at, now)}</span>
        <span>{byteWords(webhook.size)}</span>
        <RunLinks webhook={webhook} />
        {more > 0 && (
          <span>
            {plural(more, { one: '# more was refused before', other: '# more were refused before' })}
          </span>
        )}
        {onOpen && (
          <Button
            variant="ghost"
            size="small"
            onClick={onOpen}
            aria-label={t`See what was posted at ${formatMoment(webhook.at, now)}`}
          >
            <Trans>See what was posted</Trans>
          </Button>
        )}
      </div>
    </li>
  );
}

export function RunLinks({ webhook }: { webhook: Webhook }): ReactNode {
  const { t } = useLingui();
  return runsOf(webhook.findings)
    .slice(0, 3)
    .map((run, index, all) => {
      const place = index + 1;
      return (
        <Link key={run} href={`/runs/${run}`}>
          {all.length === 1 ? t`See the run` : t`Run ${place}`}
        </Link>
      );
    });
}

/** What was read from a webhook, in a few words. */
function Said({ webhook }: { webhook: Webhook }) {
  const { t } = useLingui();
  if (webhook.findings.length === 0) return <Trans>Nothing for a flow in it</Trans>;
  const words = tally(webhook.findings).map(({ what, count }) => {
    switch (what) {
      case 'message':
        return plural(count, { one: 'Message from a person', other: '# messages from people' });
      case 'sent':
        return plural(count, { one: 'Receipt: sent', other: '# receipts: sent' });
      case 'delivered':
        return plural(count, { one: 'Receipt: delivered', other: '# receipts: delivered' });
      case 'read':
        return plural(count, { one: 'Receipt: read', other: '# receipts: read' });
      case 'failed':
        return plural(count, { one: 'Receipt: failed', other: '# receipts: failed' });
      default:
        return plural(count, { one: 'Receipt with another status', other: '# receipts with another status' });
    }
  });
  const rest = webhook.findings_total - webhook.findings.length;
  return [...words, ...(rest > 0 ? [t`${formatNumber(rest)} more`] : [])].join(' · ');
}

/** A size in words. */
export function byteWords(bytes: number): string {
  const small = bytes < 1000;
  return formatNumber(small ? bytes : Math.round(bytes / 100) / 10, {
    style: 'unit',
    unit: small ? 'byte' : 'kilobyte',
    unitDisplay: small ? 'long' : 'short',
  });
}

function Empty({
  channel,
  provider,
  verdict,
}: {
  channel: Channel;
  provider: Provider | undefined;
  verdict: WebhookVerdict | undefined;
}) {
  const { t } = useLingui();
  if (verdict === 'refused')
    return (
      <p className={styles.quiet}>
        <Trans>None was refused in the last 30 days.</Trans>
      </p>
    );
  return (
    <div className={styles.empty}>
      <p>
        <Trans>No webhook has come yet.</Trans>{' '}
        {provider?.hook_help ? (
          <Trans>The provider has to know the callback address of this channel.</Trans>
        ) : (
          <Trans>The callback address goes along with each message; its first receipt shows here.</Trans>
        )}
      </p>
      <div>
        <CopyButton wide text={channel.hook_url} label={t`Copy the callback address`} />
      </div>
    </div>
  );
}

import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Plus, RadioTower } from 'lucide-react';
import { Link } from 'wouter';
import { allChannelsQuery } from '@/api/queries';
import { useMay } from '@/app/SessionGate';
import { Button, type Column, EmptyState, ErrorState, Page, Table } from '@/ui';
import { ChannelMark } from './ChannelMark';
import { ChannelStatusBadge } from './ChannelStatusBadge';
import styles from './ChannelsScreen.module.css';
import { channelTypeLook } from './channelTypes';
import { providersQuery, useLiveChannels } from './queries';
import type { Channel, Provider } from './types';

/** `/channels`: the senders that flows send through. */
export function ChannelsScreen() {
  useLiveChannels();
  const channels = useQuery(allChannelsQuery);
  const providers = useQuery(providersQuery);
  const may = useMay('admin');
  const create = (
    <Button asChild variant="primary">
      <Link href="/channels/new">
        <Trans>
          <Plus size={16} aria-hidden="true" /> New channel
        </Trans>
      </Link>
    </Button>
  );
  return (
    <Page
      title={t`Channels`}
      description={t`The senders that flows send through: a WhatsApp number, a Viber service, an SMS sender.`}
      actions={may && channels.data?.length !== 0 && create}
    >
      {channels.isError ? (
        <ErrorState error={channels.error} onRetry={() => void channels.refetch()} />
      ) : channels.data?.length === 0 ? (
        <EmptyState
          icon={<RadioTower />}
          title={t`A flow needs a channel to send its messages through.`}
          detail={
            may
              ? t`Begin with a simulated one: it needs no account.`
              : t`An administrator of this workspace can make one.`
          }
          action={may && create}
        />
      ) : (
        <Table
          label={t`Channels`}
          columns={columnsFor(providers.data ?? [])}
          rows={channels.data}
          rowKey={(channel) => channel.id}
          href={(channel) => `/channels/${channel.id}`}
        />
      )}
    </Page>
  );
}

function columnsFor(providers: Provider[]): Column<Channel>[] {
  return [
    {
      name: 'name',
      head: t`Name`,
      cell: (channel) => (
        <span className={styles.name}>
          <ChannelMark type={channel.type} size="medium" />
          <span className={styles.words}>
            <span className={styles.title}>{channel.name}</span>
            <span className={styles.slug}>{channel.slug}</span>
          </span>
        </span>
      ),
    },
    {
      name: 'type',
      head: t`Type`,
      width: 130,
      wideOnly: true,
      cell: (channel) => <span className={styles.quiet}>{channelTypeLook(channel.type).title}</span>,
    },
    {
      name: 'provider',
      head: t`Provider`,
      width: 150,
      cell: (channel) => (
        <span className={styles.quiet}>
          {providers.find((provider) => provider.name === channel.kind)?.title ?? channel.kind}
        </span>
      ),
    },
    {
      name: 'status',
      head: t`Status`,
      width: 140,
      cell: (channel) => <ChannelStatusBadge channel={channel} />,
    },
    {
      name: 'remarks',
      head: t`Remarks`,
      wideOnly: true,
      cell: (channel) => (
        <span className={styles.remarks} title={told(channel)}>
          {told(channel)}
        </span>
      ),
    },
  ];
}

/** What matters most about a channel: why it does not send, or what people noted. */
function told(channel: Channel): string {
  return channel.status_reason || channel.pause?.reason || channel.remarks;
}

import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import { ErrorState, Page, Skeleton } from '@/ui';
import { NewChannelForm } from './NewChannelForm';
import { providersQuery } from './queries';

/** `/channels/new`: sets up a channel; it is bound on its own page afterwards. */
export function NewChannelScreen() {
  const [, navigate] = useLocation();
  const providers = useQuery(providersQuery);
  return (
    <Page
      title={t`New channel`}
      description={
        <Link href="/channels">
          <Trans>All channels</Trans>
        </Link>
      }
    >
      {providers.isError ? (
        <ErrorState error={providers.error} onRetry={() => void providers.refetch()} />
      ) : providers.data ? (
        <NewChannelForm
          providers={providers.data}
          onCreated={(channel) => navigate(`/channels/${channel.id}`)}
          onCancel={() => navigate('/channels')}
        />
      ) : (
        <Skeleton height={320} radius={8} />
      )}
    </Page>
  );
}

import { t } from '@lingui/core/macro';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from '@/api/client';
import { channelTypeLook } from '@/channels/channelTypes';
import { NewChannelForm } from '@/channels/NewChannelForm';
import { providersQuery } from '@/channels/queries';
import { Dialog, ErrorState, Skeleton, toast } from '@/ui';

interface NewChannelDialogProps {
  /** The type of channel that the node sends through. */
  type: string;
  onCreated(slug: string): void;
  onClose(): void;
}

/** Sets up a channel without leaving the flow, and binds it. */
export default function NewChannelDialog({ type, onCreated, onClose }: NewChannelDialogProps) {
  const providers = useQuery(providersQuery);
  const queries = useQueryClient();
  const bind = async (channel: Schemas['Channel']) => {
    onCreated(channel.slug);
    onClose();
    try {
      await unwrap(api.POST('/channels/{channel_id}/bind', { params: { path: { channel_id: channel.id } } }));
    } catch (error) {
      toast({
        kind: 'error',
        title: t`${channel.name} is created, but not bound yet`,
        detail: error instanceof Error ? error.message : t`Bind it on its page.`,
      });
    }
    await queries.invalidateQueries({ queryKey: ['channels'] });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t`New channel: ${channelTypeLook(type).title}`}
    >
      {providers.isError ? (
        <ErrorState error={providers.error} onRetry={() => void providers.refetch()} />
      ) : providers.data ? (
        <NewChannelForm
          providers={providers.data}
          type={type}
          onCreated={(channel) => void bind(channel)}
          onCancel={onClose}
        />
      ) : (
        <Skeleton height={320} radius={8} />
      )}
    </Dialog>
  );
}

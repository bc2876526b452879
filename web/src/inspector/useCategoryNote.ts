import { t } from '@lingui/core/macro';
import { useQuery } from '@tanstack/react-query';
import { allChannelsQuery } from '@/api/queries';
import { providersQuery } from '@/channels/queries';
import { useField } from './form';

/** What to know of a category where the chosen channel's provider is not told it; else undefined. */
export function useCategoryNote(): string | undefined {
  const { value: slug } = useField(['channel']);
  const channels = useQuery(allChannelsQuery);
  const providers = useQuery(providersQuery);
  const channel = channels.data?.find((one) => one.slug === slug);
  const provider = providers.data?.find((one) => one.name === channel?.kind);
  if (!channel || !provider?.ignores_category.includes(channel.type)) return undefined;
  return t`${provider.title} has no categories: here it decides only whether a message is sent again when it is unclear whether it was sent.`;
}

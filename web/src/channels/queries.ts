import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, unwrap } from '@/api/client';
import { useServerEvent } from '@/api/events';
import { renew } from '@/api/renew';
import { specInLanguage } from '@/i18n/server/answers';
import type { Channel, ChannelHealth, ChannelPatch } from './types';

export const providersQuery = queryOptions({
  queryKey: ['providers'],
  queryFn: async () => specInLanguage((await unwrap(api.GET('/providers'))).providers),
  // They change with the server's version only.
  staleTime: Number.POSITIVE_INFINITY,
});

/** What each channel type can do, by its name in flows. */
export const channelTypesQuery = queryOptions({
  queryKey: ['channel-types'],
  queryFn: async () =>
    new Map((await unwrap(api.GET('/channel-types'))).channel_types.map((type) => [type.name, type])),
  // They change with the server's version only.
  staleTime: Number.POSITIVE_INFINITY,
});

export const channelQuery = (channelId: string) =>
  queryOptions({
    queryKey: ['channels', 'one', channelId],
    queryFn: () => unwrap(api.GET('/channels/{channel_id}', { params: { path: { channel_id: channelId } } })),
  });

/** What became of a channel's messages between two instants; looked at again now and then. */
export const channelHealthQuery = (channelId: string, bounds: { from: string; to: string } | undefined) =>
  queryOptions({
    queryKey: ['channels', 'health', channelId, bounds?.from, bounds?.to],
    queryFn: () =>
      unwrap(
        api.GET('/channels/{channel_id}/health', {
          params: { path: { channel_id: channelId }, query: { ...bounds } },
        }),
      ),
    refetchInterval: 30_000,
    placeholderData: (before: ChannelHealth | undefined) => before,
  });

/** Shows a channel's new status when the provider suspends it, or somebody else binds it. */
export function useLiveChannels(): void {
  const queries = useQueryClient();
  useServerEvent(
    'channel',
    useCallback(() => renew(queries, { queryKey: ['channels'] }), [queries]),
  );
}

/** What can be done with one channel; each shows its result in the list at once. */
export function useChannelActions(channelId: string) {
  const queries = useQueryClient();
  const params = { path: { channel_id: channelId } };
  const take = (channel: Channel) => {
    queries.setQueryData(channelQuery(channelId).queryKey, channel);
    return queries.invalidateQueries({ queryKey: ['channels', 'all'] });
  };
  // A refused bind leaves its reason on the channel.
  const renew = () => queries.invalidateQueries({ queryKey: ['channels'] });
  return {
    bind: useMutation({
      mutationFn: () => unwrap(api.POST('/channels/{channel_id}/bind', { params })),
      onSuccess: take,
      onError: renew,
    }),
    unbind: useMutation({
      mutationFn: (force: boolean) =>
        unwrap(api.POST('/channels/{channel_id}/unbind', { params: { ...params, query: { force } } })),
      onSuccess: take,
    }),
    change: useMutation({
      mutationFn: (patch: ChannelPatch) =>
        unwrap(api.PATCH('/channels/{channel_id}', { params, body: patch })),
      onSuccess: take,
    }),
    remove: useMutation({
      mutationFn: (force: boolean) =>
        unwrap(api.DELETE('/channels/{channel_id}', { params: { ...params, query: { force } } })),
      onSuccess: () => queries.invalidateQueries({ queryKey: ['channels', 'all'] }),
    }),
    test: useMutation({
      mutationFn: (body: { to: string; text?: string }) =>
        unwrap(api.POST('/channels/{channel_id}/test', { params, body })),
    }),
  };
}

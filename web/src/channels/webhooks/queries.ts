import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import type { WebhookVerdict } from './types';

/** How often the newest are looked at again, in milliseconds. */
const freshMs = 10_000;

/** The pages of what a channel's provider posted. */
export const webhooksQuery = (channelId: string, verdict: WebhookVerdict | undefined) =>
  infiniteQueryOptions({
    queryKey: ['channels', 'webhooks', channelId, verdict],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/channels/{channel_id}/webhooks', {
          params: { path: { channel_id: channelId }, query: { verdict, cursor: pageParam, limit: 10 } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: freshMs,
  });

/** One webhook with what was posted; it never changes. */
export const webhookQuery = (channelId: string, webhookId: string) =>
  queryOptions({
    queryKey: ['channels', 'webhook', channelId, webhookId],
    queryFn: () =>
      unwrap(
        api.GET('/channels/{channel_id}/webhooks/{webhook_id}', {
          params: { path: { channel_id: channelId, webhook_id: webhookId } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

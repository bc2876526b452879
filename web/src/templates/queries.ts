import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';

export const templateQuery = (templateId: string) =>
  queryOptions({
    queryKey: ['templates', 'one', templateId],
    queryFn: () =>
      unwrap(api.GET('/templates/{template_id}', { params: { path: { template_id: templateId } } })),
  });

/** How often a running import is looked at, in milliseconds. */
const watching = 700;

/** The latest import of a channel's templates, followed while it runs. */
export const templateImportQuery = (channelId: string) =>
  queryOptions({
    queryKey: ['template-imports', channelId],
    queryFn: () =>
      unwrap(
        api.GET('/channels/{channel_id}/templates/import', { params: { path: { channel_id: channelId } } }),
      ),
    refetchInterval: (query) => (query.state.data?.state === 'running' ? watching : false),
    refetchIntervalInBackground: true,
  });

import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';

export const templateQuery = (templateId: string) =>
  queryOptions({
    queryKey: ['templates', 'one', templateId],
    queryFn: () =>
      unwrap(api.GET('/templates/{template_id}', { params: { path: { template_id: templateId } } })),
  });

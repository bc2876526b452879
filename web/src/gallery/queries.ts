import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';

// They come with the server's version and change with nothing else.
const forever = Number.POSITIVE_INFINITY;

export const galleryQuery = queryOptions({
  queryKey: ['gallery', 'list'],
  queryFn: async () => (await unwrap(api.GET('/gallery'))).flows,
  staleTime: forever,
});

export const galleryFlowQuery = (name: string) =>
  queryOptions({
    queryKey: ['gallery', 'one', name],
    queryFn: () => unwrap(api.GET('/gallery/{gallery_name}', { params: { path: { gallery_name: name } } })),
    staleTime: forever,
  });

import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import type { ListState } from './listState';

/** The pages of the flows list for what its controls say. */
export const flowsQuery = ({ q, status, sort }: ListState) =>
  infiniteQueryOptions({
    queryKey: ['flows', 'list', { q, status, sort }],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/flows', {
          params: { query: { q: q || undefined, status, sort, cursor: pageParam, limit: 50 } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

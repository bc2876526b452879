import { QueryClient, queryOptions } from '@tanstack/react-query';
import { specInLanguage } from '@/i18n/server/answers';
import { api, type Schemas, unwrap } from './client';
import { ApiError } from './problem';

/** The app's query cache. What the server refused is not asked again; what failed on the way is, twice. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (count, error) => !(error instanceof ApiError && error.status < 500) && count < 2,
      },
      mutations: { retry: false },
    },
  });
}

/*
 * Queries that several screens share. A key begins with the resource's name
 * ("flows", "runs", "channels", "templates", "phones"), so that an event about
 * a resource can make all of its queries stale at once.
 */

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => unwrap(api.GET('/session')),
  staleTime: Number.POSITIVE_INFINITY,
});

const catalogQuery = queryOptions({
  queryKey: ['node-types'],
  queryFn: async () => {
    const { types, functions } = await unwrap(api.GET('/node-types'));
    return specInLanguage({ types, functions });
  },
  // They change with the server's version only.
  staleTime: Number.POSITIVE_INFINITY,
});

export const nodeTypesQuery = queryOptions({ ...catalogQuery, select: ({ types }) => types });

/** The functions that expressions can call. */
export const functionsQuery = queryOptions({ ...catalogQuery, select: ({ functions }) => functions });

export const flowQuery = (flowId: string) =>
  queryOptions({
    queryKey: ['flows', 'one', flowId],
    queryFn: () => unwrap(api.GET('/flows/{flow_id}', { params: { path: { flow_id: flowId } } })),
  });

/** All channels, for pickers: pages are followed to the end. */
export const allChannelsQuery = queryOptions({
  queryKey: ['channels', 'all'],
  queryFn: () =>
    everyPage<Schemas['Channel']>((cursor) =>
      unwrap(api.GET('/channels', { params: { query: { limit: 200, ...(cursor ? { cursor } : {}) } } })),
    ),
});

/** All templates, for pickers: pages are followed to the end. */
export const allTemplatesQuery = queryOptions({
  queryKey: ['templates', 'all'],
  queryFn: () =>
    everyPage<Schemas['Template']>((cursor) =>
      unwrap(api.GET('/templates', { params: { query: { limit: 200, ...(cursor ? { cursor } : {}) } } })),
    ),
});

async function everyPage<T>(
  page: (cursor: string | undefined) => Promise<{ items: T[]; next_cursor: string | null }>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const answer = await page(cursor);
    items.push(...answer.items);
    cursor = answer.next_cursor ?? undefined;
  } while (cursor);
  return items;
}

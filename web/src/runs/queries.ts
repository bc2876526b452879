import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import type { RunListState } from './listState';
import type { Run } from './types';

/** The pages of the runs list for what its controls say. */
export const runsQuery = ({ flow, status, q }: RunListState) =>
  infiniteQueryOptions({
    queryKey: ['runs', 'list', { flow, status, q }],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/runs', {
          params: {
            query: { flow: flow || undefined, status, q: q || undefined, cursor: pageParam, limit: 50 },
          },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** Whether a file that a person sent is still being fetched. */
export function awaitsFiles(run: Run | undefined): boolean {
  return run?.messages.some(({ media }) => media.some(({ status }) => status === 'waiting')) ?? false;
}

export const runQuery = (runId: string) =>
  queryOptions({
    queryKey: ['runs', 'one', runId],
    queryFn: () => unwrap(api.GET('/runs/{run_id}', { params: { path: { run_id: runId } } })),
    // Nobody tells when a file has come; those on their way are looked for.
    refetchInterval: (query) => (awaitsFiles(query.state.data) ? 2_000 : false),
  });

/** The definition that a run executes; it never changes. */
export const runDefinitionQuery = (runId: string) =>
  queryOptions({
    queryKey: ['run-definition', runId],
    queryFn: () => unwrap(api.GET('/runs/{run_id}/definition', { params: { path: { run_id: runId } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Flows to filter by. */
export const flowNamesQuery = queryOptions({
  queryKey: ['flows', 'names'],
  queryFn: async () =>
    (await unwrap(api.GET('/flows', { params: { query: { sort: 'name', limit: 200 } } }))).items.map(
      ({ id, name }) => ({ id, name }),
    ),
});

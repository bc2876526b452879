import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from '@/api/client';
import { type Flow, readFlow } from '@/flow-model';

export type Version = Schemas['Version'];

/** The published versions of a flow, newest first. */
export const versionsQuery = (flowId: string) =>
  infiniteQueryOptions({
    queryKey: ['flows', 'versions', flowId],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/flows/{flow_id}/versions', {
          params: { path: { flow_id: flowId }, query: pageParam ? { cursor: pageParam } : {} },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** One published version; what it holds never changes. */
export const versionQuery = (flowId: string, number: number) =>
  queryOptions({
    queryKey: ['flow-version', flowId, number],
    queryFn: async () => {
      const version = await unwrap(
        api.GET('/flows/{flow_id}/versions/{number}', { params: { path: { flow_id: flowId, number } } }),
      );
      return { ...version, flow: drawable(version.definition) };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The draft as it is on the server now. */
export const draftQuery = (flowId: string) =>
  queryOptions({
    queryKey: ['flows', 'draft', flowId],
    queryFn: async () =>
      drawable(
        await unwrap(
          api.GET('/flows/{flow_id}/draft', { params: { path: { flow_id: flowId } }, cache: 'no-store' }),
        ),
      ),
  });

function drawable(definition: unknown): Flow {
  const read = readFlow(definition);
  if ('problem' in read) throw new Error(read.problem);
  return read.flow;
}

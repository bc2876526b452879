import { api, type Schemas, unwrap, unwrapResponse } from '@/api/client';
import { ApiError } from '@/api/problem';
import type { Flow } from '@/flow-model';

export type DraftState = Schemas['DraftState'];

/** Somebody else saved the draft first. */
export class DraftConflict extends Error {
  /** The ETag and the definition of the draft as it is on the server now. */
  constructor(
    readonly etag: string,
    readonly draft: unknown,
  ) {
    super('The draft was changed elsewhere.');
    this.name = 'DraftConflict';
  }
}

/** How the editor reads and writes one flow's draft. */
export interface DraftClient {
  /** Saves over the draft with that ETag. Throws DraftConflict, ApiError or OfflineError. */
  save(flow: Flow, etag: string): Promise<DraftState>;
}

export function draftClient(flowId: string): DraftClient {
  return {
    async save(flow, etag) {
      try {
        return await unwrap(
          api.PUT('/flows/{flow_id}/draft', {
            params: { path: { flow_id: flowId }, header: { 'If-Match': etag } },
            body: flow as unknown as Schemas['FlowDefinition'],
          }),
        );
      } catch (error) {
        if (error instanceof ApiError && error.status === 412 && typeof error.body.etag === 'string') {
          throw new DraftConflict(error.body.etag, error.body.draft);
        }
        throw error;
      }
    },
  };
}

/** The stored draft with its ETag and what is wrong with it. */
export async function loadDraft(
  flowId: string,
): Promise<{ draft: unknown; etag: string; state: DraftState }> {
  const params = { path: { flow_id: flowId } };
  // Another tab may save in between: the ETag that counts is that of what is shown.
  const [{ data, response }, state] = await Promise.all([
    unwrapResponse(api.GET('/flows/{flow_id}/draft', { params, cache: 'no-store' })),
    unwrap(api.GET('/flows/{flow_id}/diagnostics', { params })),
  ]);
  return { draft: data, etag: response.headers.get('ETag') ?? state.etag, state };
}

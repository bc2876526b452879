import createClient, { type FetchResponse, type Middleware } from 'openapi-fetch';
import { answerInLanguage } from '@/i18n/server/answers';
import { ApiError, OfflineError } from './problem';
import type { components, paths } from './schema.gen';

/** The shapes of the API by name: `Schemas['Flow']`. */
export type Schemas = components['schemas'];

type Listener = () => void;
const signedOut = new Set<Listener>();

/** Calls back when the server says that the session has ended. Returns how to stop that. */
export function onSignedOut(listener: Listener): () => void {
  signedOut.add(listener);
  return () => {
    signedOut.delete(listener);
  };
}

const watchSession: Middleware = {
  onResponse({ response, schemaPath }) {
    if (response.status === 401 && !schemaPath.startsWith('/session'))
      for (const listener of signedOut) listener();
  },
  onError({ error }) {
    // fetch itself fails only when no answer came; an abort is ours and passes on.
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    return new OfflineError(error);
  },
};

/**
 * The typed HTTP client: `await unwrap(api.GET('/flows/{flow_id}', {params: {path: {flow_id}}}))`.
 * The session cookie goes along by itself.
 */
export const api = createClient<paths>({ baseUrl: '/api/v1' });
api.use(watchSession);

/**
 * Gives the answer's data, with what the server says in the shown language, or throws an ApiError made of the problem document.
 * A 204 gives undefined.
 */
export async function unwrap<T extends Record<string | number, unknown>, O, M extends `${string}/${string}`>(
  call: Promise<FetchResponse<T, O, M>>,
): Promise<NonNullable<FetchResponse<T, O, M>['data']>> {
  return (await unwrapResponse(call)).data;
}

/** As unwrap, with the response beside the data: for its headers. */
export async function unwrapResponse<
  T extends Record<string | number, unknown>,
  O,
  M extends `${string}/${string}`,
>(
  call: Promise<FetchResponse<T, O, M>>,
): Promise<{ data: NonNullable<FetchResponse<T, O, M>['data']>; response: Response }> {
  const { data, error, response } = await call;
  if (error !== undefined || !response.ok) throw new ApiError(response.status, error);
  return { data: answerInLanguage(data as NonNullable<typeof data>), response };
}

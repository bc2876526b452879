import type { RunStatus } from './types';

export const runStatuses: readonly RunStatus[] = ['waiting', 'completed', 'failed', 'cancelled'];

/** What the runs list shows; it lives in the address, so that back and reload keep it. */
export interface RunListState {
  /** A flow's id; empty for all. */
  flow: string;
  status: RunStatus | undefined;
  /** The beginning of a run's id, or an outcome. */
  q: string;
}

export function runListState(search: URLSearchParams): RunListState {
  const status = search.get('status');
  return {
    flow: search.get('flow') ?? '',
    status: runStatuses.find((known) => known === status),
    q: search.get('q') ?? '',
  };
}

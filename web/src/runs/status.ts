import { words } from '@/format/words';
import type { Run, RunStatus } from './types';

export interface StatusLook {
  label: string;
  tone: 'accent' | 'green' | 'red' | 'neutral';
}

const looks: Record<RunStatus, StatusLook> = {
  waiting: { label: 'Waiting', tone: 'accent' },
  completed: { label: 'Completed', tone: 'green' },
  failed: { label: 'Failed', tone: 'red' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
};

export function runStatusLook(status: RunStatus): StatusLook {
  return looks[status];
}

/** How a run ended, in words; empty while it waits. */
export function outcomeWords(run: Pick<Run, 'status' | 'outcome' | 'error'>): string {
  if (run.status === 'waiting') return '';
  if (run.error) return run.error.message;
  if (run.outcome === 'next') return 'Reached the end';
  if (run.outcome === 'cancelled') return 'Cancelled';
  return words(run.outcome);
}

/** How long a run took, or takes so far, in milliseconds. */
export function runDuration(run: Pick<Run, 'started_at' | 'ended_at'>, now: number): number {
  return (run.ended_at ? Date.parse(run.ended_at) : now) - Date.parse(run.started_at);
}

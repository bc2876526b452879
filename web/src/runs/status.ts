import { t } from '@lingui/core/macro';
import { words } from '@/format/words';
import type { Run, RunStatus } from './types';

export interface StatusLook {
  label: string;
  tone: 'accent' | 'green' | 'red' | 'neutral';
}

export function runStatusLook(status: RunStatus): StatusLook {
  switch (status) {
    case 'waiting':
      return { label: t`Waiting`, tone: 'accent' };
    case 'completed':
      return { label: t`Completed`, tone: 'green' };
    case 'failed':
      return { label: t`Failed`, tone: 'red' };
    case 'cancelled':
      return { label: t`Cancelled`, tone: 'neutral' };
  }
}

/** How a run ended, in words; empty while it waits. */
export function outcomeWords(run: Pick<Run, 'status' | 'outcome' | 'error'>): string {
  if (run.status === 'waiting') return '';
  if (run.error) return run.error.message;
  if (run.outcome === 'next') return t`Reached the end`;
  if (run.outcome === 'cancelled') return t`Cancelled`;
  return words(run.outcome);
}

/** How long a run took, or takes so far, in milliseconds. */
export function runDuration(run: Pick<Run, 'started_at' | 'ended_at'>, now: number): number {
  return (run.ended_at ? Date.parse(run.ended_at) : now) - Date.parse(run.started_at);
}

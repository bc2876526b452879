import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { formatCountdown, formatDuration } from '@/format/duration';
import { formatFull } from '@/format/moment';
import { useNow } from '@/format/useNow';
import { runDuration } from './status';
import type { Run } from './types';

/** How long a run took; while it waits, what is left until its deadline. */
export function RunTime({ run }: { run: Pick<Run, 'status' | 'started_at' | 'ended_at' | 'due_at'> }) {
  if (run.status === 'waiting') return <LeftUntil due={run.due_at} />;
  return <>{formatDuration(runDuration(run, 0))}</>;
}

/** Counts down to a deadline; without one it says that nothing limits the wait. */
export function LeftUntil({ due }: { due: string | null }) {
  const now = useNow(due ? 1000 : undefined);
  if (!due) return <Trans>no deadline</Trans>;
  const left = Date.parse(due) - now;
  const countdown = formatCountdown(left);
  const full = formatFull(due);
  return (
    <time dateTime={due} title={t`until ${full}`}>
      {left > 0 ? t`${countdown} left` : t`any moment`}
    </time>
  );
}

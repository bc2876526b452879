import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { formatCountdown, formatDuration } from '@/format/duration';
import { formatFull } from '@/format/moment';
import { useNow } from '@/format/useNow';
import { SendsAt } from './SendsAt';
import { runDuration } from './status';
import type { Run } from './types';

interface RunTimeProps {
  run: Pick<Run, 'status' | 'started_at' | 'ended_at' | 'due_at' | 'sends_at'>;
  /** There is room for a few words only. */
  brief?: boolean;
}

/** How long a run took; while it waits, when its message goes out or what is left until its deadline. */
export function RunTime({ run, brief = false }: RunTimeProps) {
  if (run.status === 'waiting' && run.sends_at) return <SendsAt at={run.sends_at} brief={brief} />;
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

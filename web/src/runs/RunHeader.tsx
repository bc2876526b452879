import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ChevronLeft, CircleStop, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { api, unwrap } from '@/api/client';
import { describeError } from '@/api/problem';
import { useMay } from '@/app/SessionGate';
import { formatFull } from '@/format/moment';
import { When } from '@/format/When';
import { Button, ConfirmDialog, CopyButton, toast } from '@/ui';
import styles from './RunHeader.module.css';
import { RunStatusBadge } from './RunStatusBadge';
import { RunTime } from './RunTime';
import { StartRunDialog } from './StartRunDialog';
import { outcomeWords } from './status';
import type { Run } from './types';

/** What run this is, how it stands, and what can be done with it. */
export function RunHeader({ run }: { run: Run }) {
  const may = useMay('operator');
  const outcome = outcomeWords(run);
  const started = formatFull(run.started_at);
  return (
    <header className={styles.header}>
      <Button asChild variant="ghost" className={styles.back ?? ''}>
        <Link href="/runs" aria-label={t`All runs`} title={t`All runs`}>
          <ChevronLeft size={16} aria-hidden="true" />
        </Link>
      </Button>
      <div className={styles.what}>
        <h1 className={styles.title}>
          <Link href={`/flows/${run.flow_id}`}>{run.flow_name}</Link>
          <span className={styles.version}>v{run.flow_version}</span>
        </h1>
        <p className={styles.facts}>
          {run.recipient && <span>{run.recipient}</span>}
          <span>
            <Trans>
              started <When at={run.started_at} />
            </Trans>
          </span>
          <span className={styles.id} title={t`Started ${started}`}>
            {run.id}
          </span>
          <CopyButton text={run.id} label={t`Copy the run’s id`} />
        </p>
      </div>
      <div className={styles.state} aria-live="polite">
        <RunStatusBadge status={run.status} />
        {outcome && <span className={styles.outcome}>{outcome}</span>}
        <span className={styles.time}>
          <RunTime run={run} />
        </span>
      </div>
      {may && (
        <div className={styles.actions}>
          {run.status === 'waiting' ? <CancelButton run={run} /> : null}
          <RunAgain run={run} />
        </div>
      )}
    </header>
  );
}

function CancelButton({ run }: { run: Run }) {
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const cancel = useMutation({
    mutationFn: () =>
      unwrap(api.POST('/runs/{run_id}/cancel', { params: { path: { run_id: run.id } }, body: {} })),
    onError: (error) => toast({ kind: 'error', ...describeError(error) }),
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ['runs'] });
      setAsking(false);
    },
  });
  return (
    <>
      <Button icon={<CircleStop />} onClick={() => setAsking(true)}>
        <Trans>Cancel run</Trans>
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t`Cancel this run?`}
        action={t`Cancel the run`}
        busy={cancel.isPending}
        onConfirm={() => cancel.mutate()}
      >
        <p>
          <Trans>It ends where it waits now and sends nothing more. What was sent already stays sent.</Trans>
        </p>
      </ConfirmDialog>
    </>
  );
}

function RunAgain({ run }: { run: Run }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<RotateCcw />} onClick={() => setOpen(true)}>
        <Trans>Run again</Trans>
      </Button>
      <StartRunDialog
        flowId={run.flow_id}
        open={open}
        onClose={() => setOpen(false)}
        earlier={run.variables}
      />
    </>
  );
}

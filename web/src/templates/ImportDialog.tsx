import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useEffect, useState } from 'react';
import { api, unwrap } from '@/api/client';
import { describeError } from '@/api/problem';
import type { Channel } from '@/channels/types';
import { formatDuration } from '@/format/duration';
import { formatNumber } from '@/format/number';
import { useNow } from '@/format/useNow';
import { When } from '@/format/When';
import { Button, Dialog, ErrorState, Field, Refusal, Select, Skeleton, toast } from '@/ui';
import styles from './ImportDialog.module.css';
import { ImportResult } from './ImportResult';
import { importRest } from './importable';
import { templateImportQuery } from './queries';
import type { TemplateImport } from './types';

interface ImportDialogProps {
  /** The bound channels whose providers list templates; at least one. */
  channels: readonly Channel[];
  onClose(): void;
}

/** Imports a channel's templates, shows how far it is, and what it came to. */
export default function ImportDialog({ channels, onClose }: ImportDialogProps) {
  const queries = useQueryClient();
  const [channelId, setChannelId] = useState(channels[0]?.id ?? '');
  const channel = channels.find(({ id }) => id === channelId);
  const query = templateImportQuery(channelId);
  const latest = useQuery(query);
  const params = { path: { channel_id: channelId } };
  const take = (next: TemplateImport) => queries.setQueryData(query.queryKey, next);
  const start = useMutation({
    mutationFn: () => unwrap(api.POST('/channels/{channel_id}/templates/import', { params })),
    onSuccess: take,
    // Somebody else may have begun one.
    onError: () => latest.refetch(),
  });
  const cancel = useMutation({
    mutationFn: () => unwrap(api.DELETE('/channels/{channel_id}/templates/import', { params })),
    onSuccess: take,
    onError: (error) => toast({ kind: 'error', ...describeError(error) }),
  });
  const state = latest.data?.state;
  const ended = latest.data?.ended_at;
  useEffect(() => {
    if (ended) void queries.invalidateQueries({ queryKey: ['templates'] });
  }, [ended, queries]);
  const running = state === 'running' || start.isPending;

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t`Import templates`}
      size="large"
      footer={
        <>
          {running && (
            <Button busy={cancel.isPending} onClick={() => cancel.mutate()}>
              <Trans>Cancel the import</Trans>
            </Button>
          )}
          {!running && (
            <Button onClick={onClose}>
              <Trans>Close</Trans>
            </Button>
          )}
          <Button variant="primary" icon={<Download />} busy={running} onClick={() => start.mutate()}>
            {state === undefined || state === 'never' ? t`Import` : t`Import again`}
          </Button>
        </>
      }
    >
      <p className={styles.quiet}>
        <Trans>
          The provider is asked for all templates of the account. New ones are added, known ones brought up to
          date, and those that it has no more are kept and marked. What people recorded by hand stays.
        </Trans>
      </p>
      {channels.length > 1 && (
        <Field label={t`Channel`}>
          <Select
            value={channelId}
            disabled={running}
            onChange={(next) => {
              start.reset();
              setChannelId(next);
            }}
            options={channels.map(({ id, name, slug }) => ({ value: id, label: name, detail: slug }))}
          />
        </Field>
      )}
      <Refusal error={start.error} />
      {latest.isError && !latest.data ? (
        <ErrorState error={latest.error} onRetry={() => void latest.refetch()} />
      ) : !latest.data ? (
        <Skeleton height={120} radius={8} />
      ) : running ? (
        <Progress progress={latest.data} />
      ) : (
        <Ended latest={latest.data} channel={channel?.name ?? ''} />
      )}
    </Dialog>
  );
}

function Progress({ progress }: { progress: TemplateImport }) {
  const now = useNow(1_000);
  const { listed, total } = progress;
  const rest = importRest(progress, now);
  const count = formatNumber(listed);
  const all = formatNumber(total);
  return (
    <div className={styles.progress} role="status">
      <progress
        className={styles.bar}
        aria-label={t`Templates read`}
        {...(total > 0 ? { value: Math.min(listed, total), max: total } : {})}
      />
      <p className={styles.quiet}>
        {total > 0
          ? t`${count} of ${all} templates read`
          : plural(listed, { one: '# template read', other: '# templates read' })}
        {rest !== undefined && ` · ${t`about ${formatDuration(rest)} left`}`}
      </p>
      <p className={styles.hint}>
        <Trans>You can close this: the import goes on, and nothing changes before it has read all.</Trans>
      </p>
    </div>
  );
}

function Ended({ latest, channel }: { latest: TemplateImport; channel: string }) {
  switch (latest.state) {
    case 'failed':
      return (
        <div className={styles.failed} role="alert">
          <p>
            <strong>
              <Trans>Nothing was imported.</Trans>
            </strong>{' '}
            {latest.failure?.message}
          </p>
          {latest.failure?.hint && <p>{latest.failure.hint}</p>}
        </div>
      );
    case 'cancelled':
      return (
        <p className={styles.quiet} role="status">
          <Trans>The import was cancelled. Nothing was changed.</Trans>
        </p>
      );
    case 'done':
      return (
        <section className={styles.result} aria-label={t`What the import came to`}>
          <p className={styles.hint}>
            <Trans>
              {channel}, imported <When at={latest.ended_at ?? ''} />
            </Trans>
          </p>
          <ImportResult result={latest} />
        </section>
      );
    default:
      return null;
  }
}

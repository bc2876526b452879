import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Play, Search } from 'lucide-react';
import { Link } from 'wouter';
import { useServerEvent } from '@/api/events';
import { When } from '@/format/When';
import {
  Button,
  type Column,
  EmptyState,
  ErrorState,
  FilterBox,
  LoadMore,
  Page,
  Segmented,
  Select,
  Table,
  useFilters,
} from '@/ui';
import { runListState, runStatuses } from './listState';
import { flowNamesQuery, runsQuery } from './queries';
import { RunStatusBadge } from './RunStatusBadge';
import styles from './RunsScreen.module.css';
import { RunTime } from './RunTime';
import { outcomeWords, runStatusLook } from './status';
import type { RunSummary } from './types';
import { useStaleAfterEvents } from './useStaleAfterEvents';

/** `/runs`: every run, newest first, live. */
export function RunsScreen() {
  const { search, filter, clear } = useFilters();
  const state = runListState(search);
  const runs = useInfiniteQuery(runsQuery(state));
  const flows = useQuery(flowNamesQuery);
  const stale = useStaleAfterEvents(['runs', 'list'], 1_000);
  useServerEvent('run', stale);

  const rows = runs.data?.pages.flatMap((page) => page.items);
  const filtered = state.flow !== '' || state.status !== undefined || state.q !== '';
  const none = rows?.length === 0 && !runs.isPlaceholderData;
  const flowOptions = [
    { value: 'all', label: t`All flows` },
    ...(flows.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
  ];
  // A flow that was deleted since still has runs to look at.
  if (state.flow && flows.data && !flowOptions.some((option) => option.value === state.flow))
    flowOptions.push({ value: state.flow, label: rows?.[0]?.flow_name ?? t`A deleted flow` });

  return (
    <Page title={t`Runs`} description={t`Each run is one person’s way through a flow.`}>
      {(!none || filtered) && (
        <div className={styles.controls}>
          <Select
            aria-label={t`Flow`}
            className={styles.flow ?? ''}
            value={state.flow || 'all'}
            onChange={(flow) => filter('flow', flow === 'all' ? '' : flow)}
            options={flowOptions}
          />
          <Segmented
            aria-label={t`Status`}
            value={state.status ?? 'all'}
            onChange={(status) => filter('status', status === 'all' ? '' : status)}
            options={[
              { value: 'all', label: t`All` },
              ...runStatuses.map((status) => ({ value: status, label: runStatusLook(status).label })),
            ]}
          />
          <FilterBox
            className={styles.search}
            label={t`Search runs by id or outcome`}
            placeholder={t`Run id or outcome`}
            value={state.q}
            onChange={(q) => filter('q', q)}
          />
        </div>
      )}
      {runs.isError ? (
        <ErrorState error={runs.error} onRetry={() => void runs.refetch()} />
      ) : none ? (
        filtered ? (
          <EmptyState
            icon={<Search />}
            title={t`No run fits what you look for.`}
            action={
              <Button onClick={clear}>
                <Trans>Show all runs</Trans>
              </Button>
            }
          />
        ) : (
          <EmptyState
            icon={<Play />}
            title={t`A run begins when a published flow is triggered for somebody.`}
            action={
              <Button asChild variant="primary">
                <Link href="/flows">
                  <Trans>Choose a flow to run</Trans>
                </Link>
              </Button>
            }
          />
        )
      ) : (
        <>
          <Table
            label={t`Runs`}
            columns={columns()}
            rows={rows}
            rowKey={(run) => run.id}
            href={(run) => `/runs/${run.id}`}
            stale={runs.isPlaceholderData}
          />
          <LoadMore
            more={runs.hasNextPage}
            busy={runs.isFetchingNextPage}
            onLoad={() => void runs.fetchNextPage()}
          />
        </>
      )}
    </Page>
  );
}

const columns = (): Column<RunSummary>[] => [
  {
    name: 'flow',
    head: t`Flow`,
    cell: (run) => (
      <span className={styles.name}>
        <span className={styles.title}>{run.flow_name}</span>
        <span className={styles.detail}>
          v{run.flow_version} · <span className={styles.id}>{run.id.slice(0, 13)}</span>
        </span>
      </span>
    ),
  },
  {
    name: 'recipient',
    head: t`Recipient`,
    width: 150,
    cell: (run) => <span className={styles.quiet}>{run.recipient || '–'}</span>,
  },
  { name: 'status', head: t`Status`, width: 130, cell: (run) => <RunStatusBadge status={run.status} /> },
  {
    name: 'outcome',
    head: t`Outcome`,
    width: 200,
    wideOnly: true,
    cell: (run) => (
      <span className={styles.outcome} title={outcomeWords(run)}>
        {outcomeWords(run)}
      </span>
    ),
  },
  {
    name: 'started',
    head: t`Started`,
    width: 130,
    cell: (run) => (
      <span className={styles.quiet}>
        <When at={run.started_at} />
      </span>
    ),
  },
  {
    name: 'took',
    head: t`Took`,
    width: 150,
    align: 'end',
    cell: (run) => (
      <span className={styles.quiet}>
        <RunTime run={run} brief />
      </span>
    ),
  },
];

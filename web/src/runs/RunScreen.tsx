import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { useServerEvent } from '@/api/events';
import { nodeTypesQuery } from '@/api/queries';
import { type Flow, type NodeType, readFlow } from '@/flow-model';
import { RunPhones } from '@/simulator/RunPhones';
import { EmptyState, ErrorState, Segmented, Skeleton, useDocumentTitle, useMediaQuery } from '@/ui';
import { runDefinitionQuery, runQuery } from './queries';
import { RunHeader } from './RunHeader';
import { RunPanel } from './RunPanel';
import { RunPath } from './RunPath';
import styles from './RunScreen.module.css';
import type { Run } from './types';
import { useStaleAfterEvents } from './useStaleAfterEvents';

/** `/runs/:id`: one run, its path over the canvas, its steps, its messages and the phones, live. */
export function RunScreen({ runId }: { runId: string }) {
  const run = useQuery(runQuery(runId));
  const definition = useQuery(runDefinitionQuery(runId));
  const types = useQuery(nodeTypesQuery);
  const stale = useStaleAfterEvents(['runs', 'one', runId], 200);
  useServerEvent('run', (event) => {
    if (event.id === runId) stale();
  });
  useDocumentTitle(run.data ? `Run of ${run.data.flow_name}` : 'Run');

  // What is already on screen stays there while a later question fails and is asked again.
  if (run.isError && !run.data)
    return (
      <>
        <ErrorState page error={run.error} onRetry={() => void run.refetch()} />
        <p className={styles.back}>
          <Link href="/runs">
            <Trans>All runs</Trans>
          </Link>
        </p>
      </>
    );
  if (!run.data) return <Loading />;
  const read = definition.data ? readFlow(definition.data) : undefined;
  return (
    <Loaded
      run={run.data}
      flow={read && 'flow' in read ? read.flow : undefined}
      flowProblem={
        read && 'problem' in read ? new Error(read.problem) : (definition.error ?? types.error ?? undefined)
      }
      specs={types.data}
    />
  );
}

interface LoadedProps {
  run: Run;
  flow: Flow | undefined;
  flowProblem: Error | undefined;
  specs: NodeType[] | undefined;
}

const views = () => [
  { value: 'steps', label: t`Steps` },
  { value: 'path', label: t`Path` },
  { value: 'phones', label: t`Phones` },
];

function Loaded({ run, flow, flowProblem, specs }: LoadedProps) {
  const [search, setSearch] = useSearchParams();
  const [view, setView] = useState('steps');
  // One view at a time where there is no room for three; a canvas must not be drawn while it has no size.
  const narrow = useMediaQuery('(max-width: 1080px)');
  const shows = (name: string) => !narrow || view === name;
  const visit = Number(search.get('step')) || undefined;
  const select = (next: number | undefined) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (next === undefined) after.delete('step');
        else after.set('step', String(next));
        return after;
      },
      { replace: true },
    );
  return (
    <div className={styles.screen}>
      <RunHeader run={run} />
      {narrow && (
        <div className={styles.views}>
          <Segmented aria-label={t`Show`} value={view} onChange={setView} options={views()} />
        </div>
      )}
      <div className={styles.body}>
        {shows('steps') && (
          <div className={styles.panel}>
            <RunPanel run={run} flow={flow} specs={specs ?? []} visit={visit} onVisit={select} />
          </div>
        )}
        {shows('path') && (
          <div className={styles.path}>
            {flow && specs ? (
              <RunPath run={run} flow={flow} specs={specs} visit={visit} onVisit={select} />
            ) : flowProblem ? (
              <EmptyState title={t`The path cannot be drawn.`} detail={flowProblem.message} />
            ) : (
              <Skeleton height="100%" radius={0} />
            )}
          </div>
        )}
        {shows('phones') && (
          <aside className={styles.phones} aria-label={t`Phones`}>
            {!narrow && (
              <h2 className={styles.phonesTitle}>
                <Trans>Phones</Trans>
              </h2>
            )}
            <RunPhones runId={run.id} />
          </aside>
        )}
      </div>
    </div>
  );
}

function Loading() {
  return (
    <div className={styles.screen} aria-busy="true">
      <div className={styles.loadingHeader}>
        <Skeleton width={220} height={20} />
        <Skeleton width={320} height={14} />
      </div>
      <div className={styles.body}>
        <div className={styles.panel}>
          <div className={styles.loadingSteps}>
            {[0, 1, 2, 3].map((row) => (
              <Skeleton key={row} height={44} radius={6} />
            ))}
          </div>
        </div>
        <div className={styles.path} />
        <aside className={styles.phones}>
          <Skeleton height={440} radius={24} />
        </aside>
      </div>
      <span className="visually-hidden" role="status">
        <Trans>Loading the run</Trans>
      </span>
    </div>
  );
}

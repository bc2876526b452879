import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { api, unwrap } from '@/api/client';
import { flowQuery, nodeTypesQuery } from '@/api/queries';
import { FlowCanvas } from '@/canvas/FlowCanvas';
import type { NodeType } from '@/flow-model';
import { useNow } from '@/format/useNow';
import {
  Button,
  EmptyState,
  ErrorState,
  FlowBar,
  Input,
  Segmented,
  Select,
  Skeleton,
  useDocumentTitle,
} from '@/ui';
import { versionQuery } from '@/versions/queries';
import { boundsOf, type Period, readPeriod } from './period';
import { StatsPanel } from './StatsPanel';
import styles from './StatsScreen.module.css';
import { statsOverlay } from './statsOverlay';

/** How often the present is looked at again, in milliseconds. */
const freshMs = 30_000;

/** `/flows/:id/stats`: what became of a flow's runs in a period, on its drawing and in numbers. */
export function StatsScreen({ flowId }: { flowId: string }) {
  const { t } = useLingui();
  const [search, setSearch] = useSearchParams();
  const state = readPeriod(search);
  const now = useNow(freshMs);
  const bounds = boundsOf(state, now);
  const meta = useQuery(flowQuery(flowId));
  const types = useQuery(nodeTypesQuery);
  const stats = useQuery({
    queryKey: ['flows', 'stats', flowId, bounds?.from, bounds?.to, state.version],
    queryFn: () =>
      unwrap(
        api.GET('/flows/{flow_id}/stats', {
          params: { path: { flow_id: flowId }, query: { ...bounds, version: state.version } },
        }),
      ),
    enabled: bounds !== undefined,
    refetchInterval: freshMs,
    placeholderData: (before) => before,
  });
  useDocumentTitle(meta.data ? t`Statistics of ${meta.data.name}` : t`Statistics`);
  const change = (parts: { [name: string]: string | undefined }) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(parts)) {
          if (value) next.set(name, value);
          else next.delete(name);
        }
        return next;
      },
      { replace: true },
    );
  if (meta.isError && !meta.data)
    return <ErrorState error={meta.error} onRetry={() => void meta.refetch()} />;
  const shown = state.version ?? stats.data?.versions[0] ?? meta.data?.published_version ?? undefined;
  const versions = [...new Set([...(stats.data?.versions ?? []), ...(state.version ? [state.version] : [])])];
  return (
    <div className={styles.screen}>
      <FlowBar flowId={flowId} name={meta.data?.name} what={<Trans>Statistics</Trans>}>
        <Segmented
          aria-label={t`Period`}
          value={state.period}
          onChange={(period) => change({ period: period as Period })}
          options={[
            { value: '24h', label: t`24 hours` },
            { value: '7d', label: t`7 days` },
            { value: '30d', label: t`30 days` },
            { value: 'custom', label: t`Custom` },
          ]}
        />
        {state.period === 'custom' && (
          <>
            <Input
              className={styles.day}
              type="date"
              aria-label={t`From`}
              value={state.from}
              onChange={(event) => change({ from: event.target.value })}
            />
            <Input
              className={styles.day}
              type="date"
              aria-label={t`To`}
              value={state.to}
              onChange={(event) => change({ to: event.target.value })}
            />
          </>
        )}
        <div className={styles.version}>
          <Select
            aria-label={t`Version`}
            value={state.version ? String(state.version) : 'all'}
            onChange={(value) => change({ version: value === 'all' ? undefined : value })}
            options={[
              { value: 'all', label: t`All versions` },
              ...versions.map((number) => ({ value: String(number), label: t`Version ${number}` })),
            ]}
          />
        </div>
      </FlowBar>
      {bounds === undefined ? (
        <EmptyState title={t`Choose the days.`} detail={t`The last day must not be before the first one.`} />
      ) : stats.isError && !stats.data ? (
        <ErrorState error={stats.error} onRetry={() => void stats.refetch()} />
      ) : !stats.data || !meta.data || !types.data ? (
        <Skeleton height="100%" radius={0} />
      ) : stats.data.started === 0 ? (
        <EmptyState
          title={t`No run began in this period.`}
          detail={
            meta.data.published_version
              ? t`Run the flow, or choose a longer period.`
              : t`Publish the flow and run it: its numbers are shown here.`
          }
          action={
            meta.data.published_version && state.period !== '30d' ? (
              <Button onClick={() => change({ period: '30d' })}>
                <Trans>Show 30 days</Trans>
              </Button>
            ) : (
              <Button asChild>
                <Link href={`/flows/${flowId}`}>
                  <Trans>Open the flow</Trans>
                </Link>
              </Button>
            )
          }
        />
      ) : (
        <Numbers
          flowId={flowId}
          stats={stats.data}
          version={shown}
          specs={types.data as NodeType[]}
          loading={stats.isPlaceholderData}
        />
      )}
    </div>
  );
}

interface NumbersProps {
  flowId: string;
  stats: Parameters<typeof statsOverlay>[0];
  version: number | undefined;
  specs: NodeType[];
  loading: boolean;
}

function Numbers({ flowId, stats, version, specs, loading }: NumbersProps) {
  const { t } = useLingui();
  const definition = useQuery({ ...versionQuery(flowId, version ?? 1), enabled: version !== undefined });
  const overlay = useMemo(() => statsOverlay(stats), [stats]);
  const [chosen, setChosen] = useState<string>();
  const focus = useMemo(() => (chosen === undefined ? undefined : [chosen]), [chosen]);
  const flow = definition.data?.flow;
  return (
    <div className={styles.body} aria-busy={loading}>
      <StatsPanel stats={stats} flow={flow} specs={specs} chosen={chosen} onChoose={setChosen} />
      <div className={styles.canvas}>
        {flow ? (
          <FlowCanvas
            flow={flow}
            specs={specs}
            overlay={overlay}
            selected={chosen}
            focus={focus}
            onSelect={setChosen}
            aria-label={t`How many runs went which way`}
          />
        ) : (
          <Skeleton height="100%" radius={0} />
        )}
      </div>
    </div>
  );
}

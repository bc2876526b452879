import type { MessageDescriptor } from '@lingui/core';
import { i18n } from '@lingui/core';
import { msg, plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Search, Workflow } from 'lucide-react';
import { Link } from 'wouter';
import { useServerEvent } from '@/api/events';
import { useMay } from '@/app/SessionGate';
import { ChannelMark } from '@/channels/ChannelMark';
import { formatNumber, percent } from '@/format/number';
import { When } from '@/format/When';
import { words } from '@/format/words';
import { useStaleAfterEvents } from '@/runs/useStaleAfterEvents';
import { TourInvitation } from '@/tour/TourInvitation';
import {
  Badge,
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
import { FlowMenu } from './FlowMenu';
import styles from './FlowsScreen.module.css';
import { type ListState, listState } from './listState';
import { NewFlowMenu, useCreateBlankFlow } from './NewFlowMenu';
import { publication } from './publication';
import { flowsQuery } from './queries';
import { Sparkline } from './Sparkline';
import type { Flow } from './types';

const sortNames: Record<ListState['sort'], MessageDescriptor> = {
  '-updated': msg`Last changed first`,
  '-created': msg`Newest first`,
  name: msg`Name, A to Z`,
  '-name': msg`Name, Z to A`,
};

/** `/flows`: every flow with what is published, what it reaches, and what can be done with it. */
export function FlowsScreen() {
  const { search, filter, clear } = useFilters();
  const state = listState(search);
  const flows = useInfiniteQuery(flowsQuery(state));
  const mayEdit = useMay('editor');
  const stale = useStaleAfterEvents(['flows', 'list'], 5_000);
  useServerEvent('run', stale);

  const rows = flows.data?.pages.flatMap((page) => page.items);
  const filtered = state.q !== '' || state.status !== undefined;
  const none = rows?.length === 0 && !flows.isPlaceholderData;

  return (
    <Page
      title={t`Flows`}
      description={t`What happens to each person who gets a message.`}
      actions={mayEdit && <NewFlowMenu />}
    >
      <TourInvitation />
      {(!none || filtered) && (
        <div className={styles.controls}>
          <FilterBox
            className={styles.search}
            label={t`Search flows by name`}
            placeholder={t`Search by name`}
            value={state.q}
            onChange={(q) => filter('q', q)}
          />
          <Segmented
            aria-label={t`Show`}
            value={state.status ?? 'all'}
            onChange={(status) => filter('status', status === 'all' ? '' : status)}
            options={[
              { value: 'all', label: t`All` },
              { value: 'published', label: t`Published` },
              { value: 'changed', label: t`Draft changes` },
              { value: 'draft', label: t`Not published` },
            ]}
          />
          <Select
            aria-label={t`Sort`}
            className={styles.sort ?? ''}
            value={state.sort}
            onChange={(sort) => filter('sort', sort)}
            options={Object.entries(sortNames).map(([value, label]) => ({ value, label: i18n._(label) }))}
          />
        </div>
      )}
      {flows.isError ? (
        <ErrorState error={flows.error} onRetry={() => void flows.refetch()} />
      ) : none ? (
        filtered ? (
          <EmptyState
            icon={<Search />}
            title={t`No flow fits what you look for.`}
            action={
              <Button onClick={clear}>
                <Trans>Show all flows</Trans>
              </Button>
            }
          />
        ) : (
          <NoFlows mayEdit={mayEdit} />
        )
      ) : (
        <>
          <Table
            label={t`Flows`}
            columns={columns()}
            rows={rows}
            rowKey={(flow) => flow.id}
            href={(flow) => `/flows/${flow.id}`}
            actions={(flow) => <FlowMenu flow={flow} mayEdit={mayEdit} />}
            stale={flows.isPlaceholderData}
          />
          <LoadMore
            more={flows.hasNextPage}
            busy={flows.isFetchingNextPage}
            onLoad={() => void flows.fetchNextPage()}
          />
        </>
      )}
    </Page>
  );
}

const columns = (): Column<Flow>[] => [
  {
    name: 'name',
    head: t`Name`,
    cell: (flow) => (
      <span className={styles.name}>
        <span className={styles.title}>{flow.name}</span>
        <span className={styles.detail}>
          {flow.description || (
            <Trans>
              changed <When at={flow.updated_at} />
            </Trans>
          )}
        </span>
      </span>
    ),
  },
  {
    name: 'trigger',
    head: t`Trigger`,
    width: 112,
    wideOnly: true,
    cell: (flow) => <span className={styles.quiet}>{triggerTitle(flow.trigger.type)}</span>,
  },
  {
    name: 'channels',
    head: t`Channels`,
    width: 132,
    cell: (flow) =>
      flow.channel_types.length === 0 ? (
        <span className={styles.quiet}>
          <Trans>None yet</Trans>
        </span>
      ) : (
        <span className={styles.marks}>
          {flow.channel_types.map((type) => (
            <ChannelMark key={type} type={type} />
          ))}
        </span>
      ),
  },
  {
    name: 'state',
    head: t`State`,
    width: 236,
    cell: (flow) => {
      const { label, tone, change } = publication(flow);
      return (
        <span className={styles.badges}>
          <Badge tone={tone}>{label}</Badge>
          {change && <Badge tone="amber">{change}</Badge>}
        </span>
      );
    },
  },
  {
    name: 'runs',
    head: t`Runs, 24 h`,
    width: 178,
    wideOnly: true,
    cell: (flow) => <Sparkline buckets={flow.runs_24h.buckets} total={flow.runs_24h.total} />,
  },
  {
    name: 'reached',
    head: t`Reached`,
    width: 88,
    align: 'end',
    wideOnly: true,
    cell: ({ reach_24h: { reached }, runs_24h: { total } }) => (
      <span title={total === 0 ? t`No run has begun in the last 24 hours` : reachedTitle(reached, total)}>
        {percent(reached, total)}
      </span>
    ),
  },
];

function reachedTitle(reached: number, total: number): string {
  const some = formatNumber(reached);
  const all = formatNumber(total);
  return t`${some} of ${plural(total, { one: `${all} run`, other: `${all} runs` })} had a message delivered or read`;
}

function triggerTitle(type: string): string {
  switch (type) {
    case 'manual':
      return t`Manual, API`;
    case 'inbound':
    case 'inbound_message':
      return t`Inbound message`;
    case 'schedule':
      return t`Schedule`;
    case 'webhook':
      return t`Webhook`;
    case 'flow':
      return t`Another flow`;
    default:
      return words(type);
  }
}

function NoFlows({ mayEdit }: { mayEdit: boolean }) {
  const create = useCreateBlankFlow();
  return (
    <EmptyState
      icon={<Workflow />}
      title={t`A flow decides which channel a message takes, and what happens when it does not arrive.`}
      detail={mayEdit ? undefined : t`You may look at flows here once an editor has made one.`}
      action={
        mayEdit && (
          <div className={styles.begin}>
            <Button variant="primary" asChild>
              <Link href="/gallery">
                <Trans>Choose a flow from the gallery</Trans>
              </Link>
            </Button>
            <Button busy={create.isPending} onClick={() => create.mutate()}>
              <Trans>Draw the first flow</Trans>
            </Button>
          </div>
        )
      }
    />
  );
}

import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';
import { Link, useSearchParams } from 'wouter';
import { flowQuery, nodeTypesQuery } from '@/api/queries';
import { useMay } from '@/app/SessionGate';
import { FlowCanvas } from '@/canvas/FlowCanvas';
import type { Flow, NodeType } from '@/flow-model';
import { When } from '@/format/When';
import { Badge, Button, EmptyState, ErrorState, FlowBar, Select, Skeleton, useDocumentTitle } from '@/ui';
import { DiffView } from './DiffView';
import { draftQuery, type Version, versionQuery, versionsQuery } from './queries';
import styles from './VersionScreen.module.css';

/** `/flows/:id/versions/:number`: a published version to look at; `?with=2` or `?with=draft` compares it. */
export function VersionScreen({ flowId, number }: { flowId: string; number: number }) {
  const { t } = useLingui();
  const version = useQuery(versionQuery(flowId, number));
  const types = useQuery(nodeTypesQuery);
  const meta = useQuery(flowQuery(flowId));
  const versions = useInfiniteQuery(versionsQuery(flowId));
  const all = versions.data?.pages.flatMap((page) => page.items) ?? [];
  useDocumentTitle(meta.data ? t`Version ${number} of ${meta.data.name}` : t`Version ${number}`);

  const failed = [version, types].find((query) => query.isError && !query.data);
  if (failed) return <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />;
  return (
    <div className={styles.screen}>
      <Header flowId={flowId} number={number} name={meta.data?.name ?? ''} all={all} version={version.data} />
      <div className={styles.body}>
        <nav className={styles.list} aria-label={t`Versions`}>
          <ol>
            {all.map((other) => (
              <li key={other.number}>
                <Link
                  href={`/flows/${flowId}/versions/${other.number}`}
                  className={styles.entry}
                  aria-current={other.number === number ? 'page' : undefined}
                >
                  <span className={styles.entryHead}>
                    <Trans>Version {other.number}</Trans>
                    {other.published && (
                      <Badge tone="green">
                        <Trans>Published</Trans>
                      </Badge>
                    )}
                  </span>
                  {other.message && <span className={styles.message}>{other.message}</span>}
                  <span className={styles.quiet}>
                    <When at={other.created_at} />
                    {other.author && ` · ${other.author}`}
                  </span>
                </Link>
              </li>
            ))}
          </ol>
          {versions.hasNextPage && (
            <Button
              size="small"
              busy={versions.isFetchingNextPage}
              onClick={() => void versions.fetchNextPage()}
            >
              <Trans>Show older versions</Trans>
            </Button>
          )}
        </nav>
        <div className={styles.stage}>
          {version.data && types.data ? (
            <Stage
              flowId={flowId}
              number={number}
              flow={version.data.flow}
              specs={types.data as NodeType[]}
            />
          ) : (
            <Skeleton height="100%" radius={0} />
          )}
        </div>
      </div>
    </div>
  );
}

interface HeaderProps {
  flowId: string;
  number: number;
  name: string;
  all: readonly Version[];
  version: Version | undefined;
}

function Header({ flowId, number, name, all, version }: HeaderProps) {
  const { t } = useLingui();
  const mayEdit = useMay('editor');
  const [search, setSearch] = useSearchParams();
  return (
    <FlowBar
      flowId={flowId}
      name={name}
      what={`v${number}`}
      detail={
        version && (
          <>
            <When at={version.created_at} />
            {version.author && ` · ${version.author}`}
            {version.message && ` · ${version.message}`}
          </>
        )
      }
    >
      <div className={styles.compare}>
        <Select
          aria-label={t`Compare with`}
          value={search.get('with') ?? 'nothing'}
          onChange={(value) => setSearch(value === 'nothing' ? {} : { with: value }, { replace: true })}
          options={[
            { value: 'nothing', label: t`Compare with…` },
            { value: 'draft', label: t`Draft` },
            ...all
              .filter((other) => other.number !== number)
              .map((other) => ({ value: String(other.number), label: t`Version ${other.number}` })),
          ]}
        />
      </div>
      {mayEdit && (
        <Button asChild icon={<RotateCcw />}>
          <Link href={`/flows/${flowId}?restore=${number}`}>
            <Trans>Restore as draft</Trans>
          </Link>
        </Button>
      )}
    </FlowBar>
  );
}

interface StageProps {
  flowId: string;
  number: number;
  flow: Flow;
  specs: readonly NodeType[];
}

function Stage({ flowId, number, flow, specs }: StageProps) {
  const [search] = useSearchParams();
  const { t } = useLingui();
  const other = search.get('with');
  if (other === 'draft') return <AgainstDraft {...{ flowId, number, flow, specs }} />;
  if (other !== null && Number(other) > 0)
    return <AgainstVersion {...{ flowId, number, flow, specs }} other={Number(other)} />;
  return <FlowCanvas flow={flow} specs={specs} aria-label={t`Version ${number} of ${flow.name}`} />;
}

function AgainstDraft({ flowId, number, flow, specs }: StageProps) {
  const { t } = useLingui();
  const draft = useQuery(draftQuery(flowId));
  if (draft.isError) return <ErrorState error={draft.error} onRetry={() => void draft.refetch()} />;
  if (!draft.data) return <Skeleton height="100%" radius={0} />;
  return (
    <DiffView
      before={flow}
      after={draft.data}
      specs={specs}
      names={{ before: t`Version ${number}`, after: t`Draft` }}
    />
  );
}

/** The older of the two comes first, whichever is open. */
function AgainstVersion({ flowId, number, flow, specs, other }: StageProps & { other: number }) {
  const { t } = useLingui();
  const version = useQuery(versionQuery(flowId, other));
  if (version.isError)
    return <EmptyState title={t`Version ${other} cannot be shown.`} detail={version.error.message} />;
  if (!version.data) return <Skeleton height="100%" radius={0} />;
  const [older, newer] = other < number ? [version.data.flow, flow] : [flow, version.data.flow];
  return (
    <DiffView
      before={older}
      after={newer}
      specs={specs}
      names={{
        before: t`Version ${Math.min(other, number)}`,
        after: t`Version ${Math.max(other, number)}`,
      }}
    />
  );
}

import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { flowQuery, nodeTypesQuery } from '@/api/queries';
import { useSession } from '@/app/SessionGate';
import { byType, type NodeType } from '@/flow-model';
import { Button, EmptyState, ErrorState, Skeleton } from '@/ui';
import { loadDraft } from './draftClient';
import { Editor } from './Editor';
import styles from './Editor.module.css';
import { type LocalSide, openDraft, openLocalSide } from './openDraft';

type Loaded = Awaited<ReturnType<typeof loadDraft>>;

/** The editor of one flow's draft. The address keeps the selected node: ?node=viber_ph. */
export function EditorScreen({ flowId }: { flowId: string }) {
  const queries = useQueryClient();
  const session = useSession();
  const owner = `${session.workspace?.id ?? ''}:${session.user?.id ?? ''}`;
  const types = useQuery(nodeTypesQuery);
  const meta = useQuery(flowQuery(flowId));
  // The store owns the draft from here on: nothing may fetch it again behind its back.
  const draft = useQuery({
    queryKey: ['editor-draft', flowId],
    queryFn: async () => {
      const [loaded, local] = await Promise.all([loadDraft(flowId), openLocalSide(flowId, owner)]);
      return { loaded, local };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  useEffect(
    () => () => void queries.removeQueries({ queryKey: ['editor-draft', flowId] }),
    [queries, flowId],
  );

  const failed = [draft, types, meta].find((query) => query.isError && !query.data);
  if (failed) {
    const retry = () => [draft, types, meta].forEach((query) => void (query.isError && query.refetch()));
    return <ErrorState page error={failed.error} onRetry={retry} />;
  }
  if (!draft.data || !types.data || !meta.data) return <EditorSkeleton />;
  return <OpenDraft flowId={flowId} {...draft.data} types={types.data as NodeType[]} />;
}

interface OpenDraftProps {
  flowId: string;
  loaded: Loaded;
  local: LocalSide;
  types: NodeType[];
}

function OpenDraft({ flowId, loaded, local, types }: OpenDraftProps) {
  const { t } = useLingui();
  const [opened] = useState(() =>
    openDraft({
      flowId,
      types: byType(types),
      loaded,
      local,
      selected: new URLSearchParams(window.location.search).get('node') ?? undefined,
    }),
  );
  if ('problem' in opened) {
    return (
      <EmptyState
        page
        title={t`This draft cannot be drawn.`}
        detail={t`${opened.problem} Export it, correct the file, and import it again.`}
        action={
          <Button asChild>
            <a href={`/api/v1/flows/${encodeURIComponent(flowId)}/export`} download>
              <Trans>Export as JSON</Trans>
            </a>
          </Button>
        }
      />
    );
  }
  return <Editor store={opened.store} types={types} local={local} />;
}

function EditorSkeleton() {
  return (
    <div className={styles.editor} aria-busy="true">
      <div className={styles.skeletonBar}>
        <Skeleton width={220} height={20} />
        <Skeleton width={180} height={28} radius={6} />
      </div>
      <div className={styles.skeletonCanvas} />
    </div>
  );
}

import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '@/api/client';
import { describeError } from '@/api/problem';
import { readFlow } from '@/flow-model';
import { When } from '@/format/When';
import { Badge, Button, ConfirmDialog, Dialog, ErrorState, Skeleton, toast } from '@/ui';
import { useEditor } from './context';
import styles from './dialogs.module.css';
import { loadDraft } from './draftClient';

type Version = Schemas['Version'];

/** The published versions; each can become the draft again. */
export function VersionsDialog({ onClose }: { onClose(): void }) {
  const { store, mayEdit } = useEditor();
  const { flowId } = store.getState();
  const [chosen, setChosen] = useState<Version>();
  const versions = useInfiniteQuery({
    queryKey: ['flows', 'versions', flowId],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/flows/{flow_id}/versions', {
          params: { path: { flow_id: flowId }, query: pageParam ? { cursor: pageParam } : {} },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const all = versions.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Dialog
        open
        onOpenChange={(open) => !open && onClose()}
        title="Versions"
        description="What was published, newest first. Runs keep the version that they began with."
      >
        {versions.isPending && <Skeleton height={96} />}
        {versions.isError && <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />}
        {versions.data && all.length === 0 && <p className={styles.quiet}>Nothing was published yet.</p>}
        <ol className={styles.versions}>
          {all.map((version) => (
            <li key={version.number} className={styles.version}>
              <div className={styles.versionText}>
                <p className={styles.versionHead}>
                  Version {version.number}
                  {version.published && <Badge tone="green">Published</Badge>}
                </p>
                {version.message && <p>{version.message}</p>}
                <p className={styles.quiet}>
                  <When at={version.created_at} />
                  {version.author ? ` by ${version.author}` : ''}
                </p>
              </div>
              {mayEdit && (
                <Button size="small" onClick={() => setChosen(version)}>
                  Restore as draft
                </Button>
              )}
            </li>
          ))}
        </ol>
        {versions.hasNextPage && (
          <Button busy={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>
            Show older versions
          </Button>
        )}
      </Dialog>
      {chosen && <RestoreDialog version={chosen} onClose={() => setChosen(undefined)} onDone={onClose} />}
    </>
  );
}

function RestoreDialog({ version, onClose, onDone }: { version: Version; onClose(): void; onDone(): void }) {
  const { store, autosaver } = useEditor();
  const restore = useMutation({
    mutationFn: async () => {
      if (!(await autosaver.flush()))
        throw new Error('The draft could not be saved first, so nothing was restored.');
      const { flowId, etag } = store.getState();
      await unwrap(
        api.POST('/flows/{flow_id}/versions/{number}/restore', {
          params: { path: { flow_id: flowId, number: version.number }, header: { 'If-Match': etag } },
        }),
      );
      const loaded = await loadDraft(flowId);
      const read = readFlow(loaded.draft);
      if ('problem' in read) throw new Error(read.problem);
      store.getState().replace(read.flow, { ...loaded.state, etag: loaded.etag });
    },
    onSuccess: () => {
      toast({ kind: 'success', title: `The draft is version ${version.number} again` });
      onDone();
    },
    onError: (error) => toast({ kind: 'error', ...describeError(error) }),
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Restore version ${version.number}?`}
      action="Restore as draft"
      danger={false}
      busy={restore.isPending}
      onConfirm={() => restore.mutate()}
    >
      The draft becomes what version {version.number} was; changes that were not published are lost. What runs
      execute does not change until you publish.
    </ConfirmDialog>
  );
}

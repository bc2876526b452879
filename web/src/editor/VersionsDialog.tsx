import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { describeError } from '@/api/problem';
import type { Flow } from '@/flow-model';
import { When } from '@/format/When';
import { Badge, Button, ConfirmDialog, Dialog, ErrorState, Skeleton, toast } from '@/ui';
import { DiffDialog } from '@/versions/DiffDialog';
import { type Version, versionQuery, versionsQuery } from '@/versions/queries';
import { useEditor, useEditorState } from './context';
import styles from './dialogs.module.css';
import { KeptCopies } from './KeptCopies';
import { restoreAsDraft } from './restore';

/** A flow that can become the draft, by its name. */
interface Chosen {
  name: string;
  flow: Flow;
}

/** The published versions and the copies in this browser; each can be looked at, compared, and become the draft again. */
export function VersionsDialog({ onClose }: { onClose(): void }) {
  const context = useEditor();
  const { store, mayEdit } = context;
  const { t } = useLingui();
  const { flowId } = store.getState();
  const queries = useQueryClient();
  const [compared, setCompared] = useState<Chosen>();
  const [asked, setAsked] = useState<Chosen>();
  const draft = useEditorState((state) => state.flow);
  const versions = useInfiniteQuery(versionsQuery(flowId));
  const all = versions.data?.pages.flatMap((page) => page.items) ?? [];

  const withFlow = (version: Version, then: (chosen: Chosen) => void) =>
    queries
      .fetchQuery(versionQuery(flowId, version.number))
      .then(({ flow }) => then({ name: t`version ${version.number}`, flow }))
      .catch((error: unknown) => toast({ kind: 'error', ...describeError(error) }));
  const restore = async (chosen: Chosen) => {
    await restoreAsDraft(context, chosen.flow, chosen.name);
    onClose();
  };
  const askOrRestore = (chosen: Chosen) => {
    const { draftChanged, flow, saved } = store.getState();
    if (draftChanged || flow !== saved) setAsked(chosen);
    else void restore(chosen);
  };
  return (
    <>
      <Dialog
        open
        onOpenChange={(open) => !open && onClose()}
        size="large"
        title={t`Versions`}
        description={t`What was published, newest first. Runs keep the version that they began with.`}
      >
        {versions.isPending && <Skeleton height={96} />}
        {versions.isError && <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />}
        {versions.data && all.length === 0 && (
          <p className={styles.quiet}>
            <Trans>Nothing was published yet.</Trans>
          </p>
        )}
        <ol className={styles.versions}>
          {all.map((version) => (
            <li key={version.number} className={styles.version}>
              <div className={styles.versionText}>
                <p className={styles.versionHead}>
                  <Link href={`/flows/${flowId}/versions/${version.number}`} onClick={onClose}>
                    <Trans>Version {version.number}</Trans>
                  </Link>
                  {version.published && (
                    <Badge tone="green">
                      <Trans>Published</Trans>
                    </Badge>
                  )}
                </p>
                {version.message && <p className={styles.message}>{version.message}</p>}
                <p className={styles.quiet}>
                  {version.author ? (
                    <Trans>
                      <When at={version.created_at} /> by {version.author}
                    </Trans>
                  ) : (
                    <When at={version.created_at} />
                  )}
                </p>
              </div>
              <Button size="small" onClick={() => void withFlow(version, setCompared)}>
                <Trans>Compare with draft</Trans>
              </Button>
              {mayEdit && (
                <Button size="small" onClick={() => void withFlow(version, askOrRestore)}>
                  <Trans>Restore as draft</Trans>
                </Button>
              )}
            </li>
          ))}
        </ol>
        {versions.hasNextPage && (
          <Button busy={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>
            <Trans>Show older versions</Trans>
          </Button>
        )}
        <KeptCopies onCompare={setCompared} onRestore={mayEdit ? askOrRestore : undefined} />
      </Dialog>
      {compared && (
        <DiffDialog
          title={t`From ${compared.name} to the draft`}
          before={compared.flow}
          after={draft}
          names={{ before: compared.name, after: t`Draft` }}
          onClose={() => setCompared(undefined)}
        />
      )}
      {asked && (
        <ConfirmDialog
          open
          onOpenChange={(open) => !open && setAsked(undefined)}
          title={t`Restore ${asked.name}?`}
          action={t`Restore as draft`}
          danger={false}
          onConfirm={() => void restore(asked)}
        >
          <Trans>
            The draft has changes that were not published. They stay as a copy in this browser, and undo
            brings them back. What runs execute does not change until you publish.
          </Trans>
        </ConfirmDialog>
      )}
    </>
  );
}

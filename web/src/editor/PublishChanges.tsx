import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { countChanges, diffFlows, type Flow } from '@/flow-model';
import { Button, Skeleton } from '@/ui';
import { ChangeList } from '@/versions/ChangeList';
import { DiffDialog } from '@/versions/DiffDialog';
import { versionQuery } from '@/versions/queries';
import { changeSummary } from '@/versions/summary';
import { useEditorState } from './context';
import styles from './dialogs.module.css';

/** What publishing the draft changes for new runs: the way from the published version to the draft. */
export function PublishChanges({ published }: { published: number | undefined }) {
  if (published === undefined)
    return (
      <p className={styles.quiet}>
        <Trans>This is the first version: from then on people and programs can run the flow.</Trans>
      </p>
    );
  return <Changes published={published} />;
}

function Changes({ published }: { published: number }) {
  const flowId = useEditorState((state) => state.flowId);
  const version = useQuery(versionQuery(flowId, published));
  if (version.isError)
    return (
      <p className={styles.quiet}>
        <Trans>What changes cannot be shown now: version {published} could not be read.</Trans>
      </p>
    );
  if (!version.data) return <Skeleton height={80} />;
  return <Shown published={published} before={version.data.flow} />;
}

function Shown({ published, before }: { published: number; before: Flow }) {
  const { t } = useLingui();
  const types = useEditorState((state) => state.types);
  const draft = useEditorState((state) => state.flow);
  const diff = useMemo(() => diffFlows(before, draft, types), [before, draft, types]);
  const [shows, setShows] = useState(false);
  return (
    <section className={styles.changes} aria-label={t`What changes with this version`}>
      <div className={styles.changesHead}>
        <p>
          <Trans>Since version {published}:</Trans> {changeSummary(diff)}
        </p>
        {countChanges(diff) > 0 && (
          <Button size="small" onClick={() => setShows(true)}>
            <Trans>Show on the canvas</Trans>
          </Button>
        )}
      </div>
      {countChanges(diff) > 0 && (
        <div className={styles.changesList}>
          <ChangeList diff={diff} before={before} after={draft} types={types} />
        </div>
      )}
      {shows && (
        <DiffDialog
          title={t`What changes with this version`}
          before={before}
          after={draft}
          names={{ before: t`Version ${published}`, after: t`Draft` }}
          onClose={() => setShows(false)}
        />
      )}
    </section>
  );
}

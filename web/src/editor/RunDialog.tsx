import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { flowQuery } from '@/api/queries';
import { publishCommand } from '@/commands/document';
import { runCommand } from '@/commands/run';
import { StartRunDialog } from '@/runs/StartRunDialog';
import { Button, Dialog } from '@/ui';
import { useEditor, useEditorState } from './context';
import styles from './dialogs.module.css';

/** Runs the published version; says so when the draft is another, or offers to publish first. */
export function RunDialog({ onClose }: { onClose(): void }) {
  const { t } = useLingui();
  const context = useEditor();
  const { flowId } = context.store.getState();
  const meta = useQuery(flowQuery(flowId));
  const changed = useEditorState((state) => state.draftChanged || state.flow !== state.saved);
  const version = meta.data?.published_version;
  const publish = () => {
    onClose();
    void runCommand(publishCommand, context);
  };

  if (meta.data && version === null) {
    return (
      <Dialog
        open
        size="small"
        onOpenChange={(open) => !open && onClose()}
        title={t`Publish the flow first`}
        description={t`Runs execute a published version, and this flow has none yet.`}
        footer={
          <>
            <Button onClick={onClose}>
              <Trans>Cancel</Trans>
            </Button>
            {context.mayEdit && (
              <Button variant="primary" onClick={publish}>
                <Trans>Publish…</Trans>
              </Button>
            )}
          </>
        }
      />
    );
  }
  const notice = version && changed && (
    <div className={styles.warning}>
      <span>
        <Trans>The draft has changes that version {version} does not have.</Trans>
      </span>
      {context.mayEdit && (
        <Button size="small" onClick={publish}>
          <Trans>Publish…</Trans>
        </Button>
      )}
    </div>
  );
  return <StartRunDialog flowId={flowId} open onClose={onClose} notice={notice} />;
}

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
        title="Publish the flow first"
        description="Runs execute a published version, and this flow has none yet."
        footer={
          <>
            <Button onClick={onClose}>Cancel</Button>
            {context.mayEdit && (
              <Button variant="primary" onClick={publish}>
                Publish…
              </Button>
            )}
          </>
        }
      />
    );
  }
  const notice = version && changed && (
    <div className={styles.warning}>
      <span>The draft has changes that version {version} does not have.</span>
      {context.mayEdit && (
        <Button size="small" onClick={publish}>
          Publish…
        </Button>
      )}
    </div>
  );
  return <StartRunDialog flowId={flowId} open onClose={onClose} notice={notice} />;
}

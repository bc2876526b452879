import { Trans, useLingui } from '@lingui/react/macro';
import { X } from 'lucide-react';
import { lineEnd, noteIdOf } from '@/canvas/elements';
import { duplicateCommand } from '@/commands/clipboard';
import { isEnabled, runCommand } from '@/commands/run';
import { deleteCommand } from '@/commands/selection';
import { useEditor, useEditorState } from '@/editor/context';
import { Button, IconButton } from '@/ui';
import { FlowInspector } from './FlowInspector';
import styles from './Inspector.module.css';
import { LineInspector } from './LineInspector';
import { NodeInspector } from './NodeInspector';
import { NoteInspector } from './NoteInspector';
import { SampleProvider } from './sampleChoice';

/** The panel at the right: the form of what is selected. */
export function Inspector() {
  return (
    <SampleProvider>
      <InspectorPanel />
    </SampleProvider>
  );
}

function InspectorPanel() {
  const { t } = useLingui();
  const selection = useEditorState((state) => state.selection);
  const { store } = useEditor();
  const [only] = selection;
  return (
    <aside className={styles.panel} aria-label="Inspector" data-selected={selection.size > 0 || undefined}>
      {selection.size > 0 && (
        <IconButton
          label={t`Close the inspector`}
          size="small"
          className={styles.close}
          onClick={() => store.getState().select([])}
        >
          <X />
        </IconButton>
      )}
      {selection.size === 0 && <FlowInspector />}
      {selection.size === 1 && only !== undefined && <OneInspector key={only} id={only} />}
      {selection.size > 1 && <ManyInspector count={selection.size} />}
    </aside>
  );
}

function OneInspector({ id }: { id: string }) {
  const line = lineEnd(id);
  if (line) return <LineInspector from={line.from} port={line.port} />;
  const note = noteIdOf(id);
  return note === undefined ? <NodeInspector nodeId={id} /> : <NoteInspector noteId={note} />;
}

function ManyInspector({ count }: { count: number }) {
  const { i18n } = useLingui();
  const editor = useEditor();
  return (
    <div className={styles.body}>
      <h2 className={styles.heading}>
        <Trans>{count} selected</Trans>
      </h2>
      <p className={styles.quiet}>
        <Trans>Drag one of them to move all. Copy, paste and delete work on all of them.</Trans>
      </p>
      <div className={styles.buttons}>
        {[duplicateCommand, deleteCommand].map((command) => (
          <Button
            key={command.id}
            icon={<command.icon />}
            disabled={!isEnabled(command, editor)}
            onClick={() => void runCommand(command, editor)}
          >
            {i18n._(command.label)}
          </Button>
        ))}
      </div>
    </div>
  );
}

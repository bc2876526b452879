import { t } from '@lingui/core/macro';
import { useEditor, useEditorState } from '@/editor/context';
import { Field, Textarea } from '@/ui';
import styles from './Inspector.module.css';

/** A remark's text. */
export function NoteInspector({ noteId }: { noteId: string }) {
  const { store, mayEdit } = useEditor();
  const note = useEditorState((state) => state.flow.notes?.find((other) => other.id === noteId));
  if (!note) return null;
  return (
    <div className={styles.body}>
      <h2 className={styles.heading}>{t`Note`}</h2>
      <Field label={t`Text`} help={t`Notes explain the drawing. They have no effect on runs.`}>
        <Textarea
          value={note.text}
          rows={8}
          autoFocus={note.text === ''}
          readOnly={!mayEdit}
          onChange={(event) =>
            store
              .getState()
              .perform(
                { type: 'change_note', id: noteId, change: { text: event.target.value } },
                t`Change a note`,
                `note:${noteId}`,
              )
          }
        />
      </Field>
    </div>
  );
}

import { t } from '@lingui/core/macro';
import { useEditor, useEditorState } from '@/editor/context';
import { Field, Textarea } from '@/ui';
import styles from './Inspector.module.css';

/** What is shown while nothing is selected: the flow itself. */
export function FlowInspector() {
  const { store, mayEdit } = useEditor();
  const description = useEditorState((state) => state.flow.description ?? '');
  const nodes = useEditorState((state) => state.flow.nodes.length);
  return (
    <div className={styles.body}>
      <h2 className={styles.heading}>{t`Flow`}</h2>
      <Field label={t`Description`} help={t`What the flow is for, and what to know before changing it.`}>
        <Textarea
          value={description}
          rows={4}
          readOnly={!mayEdit}
          onChange={(event) =>
            store
              .getState()
              .perform(
                { type: 'set_flow', field: 'description', value: event.target.value },
                t`Describe the flow`,
                'flow:description',
              )
          }
        />
      </Field>
      <p className={styles.quiet}>
        {nodes === 0
          ? t`Drag a node from the left onto the canvas. Every flow begins with a Start.`
          : t`Select a node to change it. Drag from a dot at a card’s right edge to another card to connect them.`}
      </p>
    </div>
  );
}

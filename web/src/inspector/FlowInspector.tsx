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
      <h2 className={styles.heading}>Flow</h2>
      <Field label="Description" help="What the flow is for, and what to know before changing it.">
        <Textarea
          value={description}
          rows={4}
          readOnly={!mayEdit}
          onChange={(event) =>
            store
              .getState()
              .perform(
                { type: 'set_flow', field: 'description', value: event.target.value },
                'Describe the flow',
                'flow:description',
              )
          }
        />
      </Field>
      <p className={styles.quiet}>
        {nodes === 0
          ? 'Drag a node from the left onto the canvas. Every flow begins with a Start.'
          : 'Select a node to change it. Drag from a dot at a card’s right edge to another card to connect them.'}
      </p>
    </div>
  );
}

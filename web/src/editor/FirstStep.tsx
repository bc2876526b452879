import { Trans } from '@lingui/react/macro';
import { Plus } from 'lucide-react';
import { portsOf } from '@/flow-model';
import { Button } from '@/ui';
import { useEditor, useEditorState } from './context';
import styles from './FirstStep.module.css';

/** While a flow has nothing but its start: what to do next, and a button that does it. */
export function FirstStep() {
  const { mayEdit, dialogs } = useEditor();
  const start = useEditorState(({ flow }) => (flow.nodes.length === 1 ? flow.nodes[0] : undefined));
  const types = useEditorState((state) => state.types);
  const port = start && portsOf(start, types.get(start.type))[0];
  if (!mayEdit || !start || !port) return null;
  return (
    <div className={styles.hint}>
      <div className={styles.card}>
        <p className={styles.title}>
          <Trans>What happens first?</Trans>
        </p>
        <p className={styles.detail}>
          <Trans>Drag a node from the left, press /, or choose one here.</Trans>
        </p>
        <Button
          size="small"
          icon={<Plus />}
          onClick={() => dialogs.addNode({ from: start.id, port: port.name })}
        >
          <Trans>Add the first step</Trans>
        </Button>
      </div>
    </div>
  );
}

import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Trash2 } from 'lucide-react';
import { runCommand } from '@/commands/run';
import { deleteCommand } from '@/commands/selection';
import { useEditor, useEditorState } from '@/editor/context';
import { nodeOf, portsOf, titleOf } from '@/flow-model';
import { Button } from '@/ui';
import styles from './Inspector.module.css';

/** Where a line comes from and leads to. */
export function LineInspector({ from, port }: { from: string; port: string }) {
  const editor = useEditor();
  const flow = useEditorState((state) => state.flow);
  const types = useEditorState((state) => state.types);
  const source = nodeOf(flow, from);
  const edge = flow.edges.find((other) => other.from === from && other.port === port);
  const target = edge && nodeOf(flow, edge.to);
  if (!source || !target) return null;
  const exit = portsOf(source, types.get(source.type)).find((other) => other.name === port);
  return (
    <div className={styles.body}>
      <h2 className={styles.heading}>{t`Line`}</h2>
      <p className={styles.route}>
        <Trans>
          <button
            type="button"
            className={styles.link}
            onClick={() => editor.store.getState().select([source.id])}
          >
            {titleOf(source)}
          </button>{' '}
          leaves by <strong>{exit ? `${exit.title} ${exit.deadline}`.trim() : port}</strong> to{' '}
          <button
            type="button"
            className={styles.link}
            onClick={() => editor.store.getState().select([target.id])}
          >
            {titleOf(target)}
          </button>
          .
        </Trans>
      </p>
      {exit?.help && <p className={styles.quiet}>{exit.help}</p>}
      {editor.mayEdit && (
        <div className={styles.buttons}>
          <Button variant="danger" icon={<Trash2 />} onClick={() => void runCommand(deleteCommand, editor)}>
            {t`Delete the line`}
          </Button>
        </div>
      )}
    </div>
  );
}

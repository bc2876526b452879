import { Trans, useLingui } from '@lingui/react/macro';
import { X } from 'lucide-react';
import { IconButton } from '@/ui';
import { useEditor, useEditorState } from './context';
import { IssueList } from './IssueList';
import styles from './IssuesPanel.module.css';

/** Everything that is wrong with the draft as it was saved last; choosing an entry selects its node. */
export function IssuesPanel({ onClose }: { onClose(): void }) {
  const { t } = useLingui();
  const { store, view } = useEditor();
  const diagnostics = useEditorState((state) => state.diagnostics);
  return (
    <section className={styles.panel} aria-label={t`Issues`}>
      <header className={styles.head}>
        <h2>
          <Trans>Issues</Trans>
        </h2>
        <IconButton label={t`Close the issues`} size="small" onClick={onClose}>
          <X />
        </IconButton>
      </header>
      {diagnostics.length === 0 ? (
        <p className={styles.none}>
          <Trans>Nothing is wrong with this flow.</Trans>
        </p>
      ) : (
        <IssueList
          diagnostics={diagnostics}
          onChoose={(node) => {
            store.getState().select([node]);
            view.reveal([node]);
          }}
        />
      )}
    </section>
  );
}
